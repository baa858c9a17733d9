"""Rows that go to the database in one go, by statements that the connection keeps."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import statements
from audit.events import Kind, event, record_all
from audit.inserting import Inserting, new_row
from audit.models import Event
from patients.models import Patient, Relationship
from tests.factories import patients, people

pytestmark = pytest.mark.django_db


def told(person: Patient, number: int) -> list[Event]:
    by = people.actor()
    return [event(Kind.PATIENT_UPDATED, by=by, subject=person, patient_id=person.pk, n=n) for n in range(number)]


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%INSERT INTO \"audit_event\"%%'"
        )
        return cursor.fetchone()[0]


def test_a_statement_is_kept_for_the_next_time():
    person = patients.patient()
    record_all(told(person, 3))
    before = kept()
    record_all(told(person, 3))
    assert kept() == before > 0
    assert Event.objects.filter(kind=Kind.PATIENT_UPDATED, subject_id=person.pk).count() == 6


def test_many_rows_are_written_and_their_statement_is_not_kept():
    person = patients.patient()
    rows, before = told(person, 150), kept()
    record_all(rows)
    assert kept() == before
    assert Event.objects.filter(kind=Kind.PATIENT_UPDATED, subject_id=person.pk).count() == 150


def test_what_goes_together_is_kept_together_however_little_room_is_left(monkeypatch: pytest.MonkeyPatch):
    """A statement that was kept must not be forgotten for the one that runs behind it."""
    person = patients.patient()
    record_all(told(person, 1))
    monkeypatch.setattr(statements, "MOST", 2)
    for number in (1, 2, 3):
        inserting = Inserting()
        inserting.add(told(person, 1))
        inserting.add(told(person, number + 1))
        with CaptureQueriesContext(connection) as asked:
            inserting.run()
        assert len(asked) == 1
    assert Event.objects.filter(kind=Kind.PATIENT_UPDATED, subject_id=person.pk).count() == 1 + 3 + 4 + 5


def test_a_new_row_begins_like_any_other():
    given = {"kind": "x.v1", "patient_id": None, "data": {"n": 1}}
    row, other = new_row(Event, **given), Event(**given)
    drawn = {"_state", "event_id", "occurred_at"}
    assert {k: v for k, v in row.__dict__.items() if k not in drawn} == {
        k: v for k, v in other.__dict__.items() if k not in drawn
    }
    assert row._state.adding
    assert {row.event_id, other.event_id} - {None} != {row.event_id}


def test_a_new_row_leads_to_what_it_was_given(db):
    person = patients.patient()
    row = new_row(Relationship, patient=person, organisation_id=None)
    assert (row.patient, row.patient_id) == (person, person.pk)


def test_a_new_row_has_no_other_names():
    with pytest.raises(TypeError, match="Event has no nobody"):
        new_row(Event, nobody=1)
