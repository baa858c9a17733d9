"""Information governance: who looked at whom, told to the right people only, and telling is recorded too."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.access import log_read
from audit.models import Access
from patients import actions
from tests.factories import people
from tests.factories.patients import patient
from tests.factories.people import SYSTEM
from tests.patients.pages import page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def guardian(client):
    return people.sign_in(client, "caldicott_guardian")


@pytest.fixture
def clinician():
    return people.actor("triage_clinician", of=people.user("Tariq Reader", email="tariq@example.nhs.uk"))


def looked(by, person, count=1, **kwargs):
    for _ in range(count):
        log_read(by=by, patient_id=person.pk, what="record", **kwargs)


@pytest.mark.parametrize("name", ["governance", "governance_glass", "governance_refused"])
@pytest.mark.parametrize("role", ["triage_clinician", "administrator", "commissioner"])
def test_only_governance_comes_in(client, name, role):
    people.sign_in(client, role)

    assert page(client, name).status_code == 403


def test_governance_sees_no_record(client, guardian):
    person = patient()

    assert page(client, "patient", person.pk).status_code == 403
    assert page(client, "patient_search").status_code == 403


def test_home_counts_what_the_lists_show(client, guardian, clinician):
    person = patient(family_name="Opened")
    actions.open_glass(by=clinician, patient_id=person.pk, reason="Fell at home, no answer")
    looked(clinician, person, count=2, outcome="refused")

    home = words(page(client, "governance"))

    assert "1 emergency access to review" in home
    assert "2 refusals in the last 7 days" in home
    since = timezone.localdate() - timedelta(days=7)
    assert words(page(client, "governance_refused", since=since.isoformat())).count("Refused</strong>") == 2
    assert "OPENED" in words(page(client, "governance_glass"))


@pytest.mark.parametrize("by_id", [False, True])
def test_a_patient_is_found_without_a_number_in_the_address(client, guardian, by_id):
    person = patient()
    typed = str(person.pk) if by_id else f" {person.nhs_number[:3]} {person.nhs_number[3:]}"

    response = client.post(reverse("governance"), {"patient": typed})

    assert response["Location"] == reverse("governance_patient", args=[person.pk])


@pytest.mark.parametrize(
    ("typed", "says"), [("Thompson", "Enter an NHS number"), ("9990000018", "No record has"), ("", "Enter")]
)
def test_a_patient_who_is_not_there(client, guardian, typed, says):
    response = client.post(reverse("governance"), {"patient": typed})

    assert response.status_code == 422
    assert says in words(response)


def test_who_looked_at_this_patient_includes_absorbed_records_and_the_asking(client, guardian, clinician):
    kept, absorbed = patient(), patient()
    looked(clinician, kept)
    looked(clinician, absorbed, reason="Needed <b>now</b>")
    actions.merge(by=SYSTEM, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="Same person, really")

    response = page(client, "governance_patient", absorbed.pk)

    assert words(response).count("Tariq Reader") == 2
    assert "Needed &lt;b&gt;now&lt;/b&gt;" in words(response)
    asked = Access.objects.get(actor_id=guardian.id)
    assert (asked.patient_id, asked.what, asked.purpose) == (kept.pk, "access log", "information governance")


def test_filters_and_pages(client, guardian, clinician):
    person = patient()
    looked(clinician, person, count=60)
    looked(people.actor("referrer"), person)
    address = reverse("governance_patient", args=[person.pk])

    first = client.get(address, {"who": "Tariq"})
    assert words(first).count("Tariq Reader</a>") == 50
    assert words(client.get(next_of(first, address))).count("Tariq Reader</a>") == 10
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    assert "Nothing was looked at" in words(client.get(address, {"since": tomorrow.isoformat()}))
    assert "50 shown" in words(client.get(address, {"until": today.isoformat(), "outcome": "allowed"}))
    assert "Nothing was looked at" in words(client.get(address, {"outcome": "refused"}))
    assert client.get(address, {"since": "rubbish", "before": "9" * 40, "outcome": "x"}).status_code == 200


def next_of(response, address):
    return address + unescape(re.search(r'rel="next" href="([^"]+)"', words(response)).group(1))


def test_what_a_person_looked_at(client, guardian, clinician):
    person = patient(given_name="Ada", family_name="Seen")
    looked(clinician, person)
    log_read(by=clinician, patient_id=uuid4(), what="record", outcome="refused")

    assert "tariq@example.nhs.uk" in words(page(client, "governance", who="tariq"))
    response = page(client, "governance_person", clinician.id)

    assert "What Tariq Reader looked at" in words(response)
    assert "SEEN, Ada" in words(response)
    assert "No such record" in words(response)
    assert Access.objects.filter(actor_id=guardian.id, patient_id=person.pk, what="access log").count() == 1


def test_a_person_who_looked_at_nothing(client, guardian, clinician):
    assert "What Tariq Reader looked at" in words(page(client, "governance_person", clinician.id))
    assert page(client, "governance_person", uuid4()).status_code == 200


@pytest.mark.parametrize(
    ("name", "statements"),
    [("governance", 4), ("governance_patient", 8), ("governance_person", 6), ("governance_glass", 4)],
)
def test_pages_take_a_fixed_number_of_statements(
    client, guardian, clinician, name, statements, django_assert_max_num_queries
):
    for _ in range(3):
        person = patient()
        looked(clinician, person, count=3)
        actions.open_glass(by=clinician, patient_id=person.pk, reason="Fell at home, no answer")
    args = {"governance_patient": [person.pk], "governance_person": [clinician.id]}.get(name, [])
    page(client, "governance")

    with django_assert_max_num_queries(statements):
        page(client, name, *args)


def rows_of(response):
    assert response["Content-Type"].startswith("text/csv")
    assert response["Cache-Control"] == "no-store"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


def test_files_hold_no_formulas_and_are_recorded(client, guardian):
    person = patient()
    evil = people.actor("triage_clinician", of=people.user("=HYPERLINK(1)"))
    looked(evil, person, reason='@SUM(1),"x"\n+1')

    by_patient = rows_of(page(client, "governance_patient_csv", person.pk, who="HYPERLINK"))
    by_person = rows_of(page(client, "governance_person_csv", evil.id))

    assert by_patient[0]["Who"] == "'=HYPERLINK(1)"
    assert by_patient[0]["Reason"].startswith("'@SUM(1)")
    assert by_person[0]["NHS number"] == person.nhs_number
    assert by_person[0]["Outcome"] == "Allowed"
    assert Access.objects.filter(actor_id=guardian.id, patient_id=person.pk).count() == 2


def test_emergency_access_is_reviewed_with_what_was_looked_at(client, guardian, clinician):
    person = patient()
    glass = actions.open_glass(by=clinician, patient_id=person.pk, reason="Fell at home, no answer")
    looked(clinician, person, outcome="break_glass")
    address = reverse("governance_glass_review", args=[glass.pk])
    assert "Fell at home, no answer" in words(client.get(address))

    assert client.post(address, {"verdict": "not_justified"}).status_code == 422
    response = client.post(address, {"verdict": "justified"}, follow=True)

    assert "Every emergency access has been reviewed" in words(response)
    assert "See review" in words(page(client, "governance_glass", state="justified"))
    assert "No emergency access fits" in words(page(client, "governance_glass", who="nobody"))
    assert "already been reviewed" in words(client.post(address, {"verdict": "justified"}))


@pytest.mark.parametrize(
    "name", ["governance_glass_review", "governance_patient", "governance_patient_csv", "governance_restriction"]
)
def test_what_is_not_there(client, guardian, name):
    assert page(client, name, uuid4()).status_code == 404


def test_a_restriction_is_set_and_lifted(client, guardian):
    person = patient()
    address = reverse("governance_restriction", args=[person.pk])
    assert client.post(address, {"reason": "short"}).status_code == 422

    assert "The record is restricted" in words(client.post(address, {"reason": "Works in the team"}, follow=True))
    assert "Lift the restriction" in words(client.get(address))
    assert "The restriction is lifted" in words(client.post(address, {"reason": "No longer in the team"}, follow=True))
