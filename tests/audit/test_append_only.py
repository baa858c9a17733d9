"""What was written stays written: the database itself refuses to change or remove it."""

import pytest
from django.db import Error, connection, transaction

from audit.events import Kind, record
from audit.models import Access, Event
from patients.models import Change
from tests.factories.patients import patient
from tests.factories.people import SYSTEM

pytestmark = pytest.mark.django_db
TABLES = ("audit_event", "audit_access", "patients_change")


@pytest.fixture(autouse=True)
def rows():
    from audit.access import log_read

    person = patient()
    log_read(by=SYSTEM, patient_id=person.pk, what="record")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_refuses(table, statement):
    with pytest.raises(Error, match="never changed or removed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("model", [Event, Access, Change])
def test_so_do_models(model):
    row = model.objects.first()

    with pytest.raises(Error, match="never changed or removed"), transaction.atomic():
        row.save()
    with pytest.raises(Error, match="never changed or removed"), transaction.atomic():
        row.delete()


def test_an_event_goes_with_the_change_it_tells_of():
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Kind.PATIENT_CREATED, by=SYSTEM, subject=patient(), source="portal")
        1 / 0  # noqa: B018  the change fails

    assert Event.objects.count() == before
