"""The pages about people, through URLs, middleware and sign-in, as a browser would ask."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Access
from patients import actions
from patients.models import BreakGlass, Change, Patient, Relationship
from patients.panels import Panel, _makers, register
from tests.factories import people
from tests.factories.patients import nhs_number, patient, relate
from tests.factories.people import SYSTEM
from tests.patients.pages import looks, page, words

pytestmark = pytest.mark.django_db
BORN = {"date_of_birth_day": "11", "date_of_birth_month": "2", "date_of_birth_year": "1938"}


def test_a_search_keeps_what_was_typed_out_of_the_address(client, lead, thompson):
    response = client.post(reverse("patient_search"), {"name": "Margret Thomson", **BORN})

    assert response.status_code == 302
    assert "Thomson" not in response["Location"]
    found = client.get(response["Location"])
    assert "THOMPSON, Margaret" in words(found)
    assert reverse("patient", args=[thompson.pk]) in words(found)
    assert 'value="Margret Thomson"' in words(found)
    assert looks() == [("search", "allowed")]


def test_a_search_belongs_to_whoever_typed_it(client, lead, thompson):
    address = client.post(reverse("patient_search"), {"nhs_number": thompson.nhs_number})["Location"]
    people.sign_in(client, "shift_lead")

    assert "THOMPSON" not in words(client.get(address))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Enter an NHS number, or a name and date of birth"),
        ({"nhs_number": "12"}, "Enter an NHS number of 10 numbers"),
        ({"name": "Thompson"}, "Enter the date of birth"),
        ({"name": "Th\x00ompson"}, "cannot be stored"),
        (
            {"name": "Thompson", "date_of_birth_day": "31", "date_of_birth_month": "2", "date_of_birth_year": "1938"},
            "real date",
        ),
    ],
)
def test_a_search_that_cannot_work_says_what_to_do(client, lead, typed, says):
    response = client.post(reverse("patient_search"), typed)

    assert response.status_code == 422
    assert says in words(response)
    assert "<title>Error: " in words(response)


@pytest.mark.parametrize("key", ["", "gone", "x" * 500, "é", "%00"])
def test_a_search_that_was_forgotten_shows_the_empty_form(client, lead, key):
    assert page(client, "patient_search", found=key).status_code == 200


def test_nobody_found_offers_to_add_them_with_what_was_typed(client, lead):
    address = client.post(reverse("patient_search"), {"name": "Ada Nobody", **BORN})["Location"]

    response = client.get(address)
    assert "Nobody fits what you typed" in words(response)

    form = client.get(reverse("patient_add") + "?" + address.split("?")[1])
    assert 'value="Nobody"' in words(form)
    assert 'value="1938"' in words(form)


def test_a_number_that_fails_its_check_is_searched_and_said_to_fail(client, lead):
    address = client.post(reverse("patient_search"), {"nhs_number": "3478526985"})["Location"]

    assert "fails its check" in words(client.get(address))


def test_a_restricted_person_is_only_said_to_be_restricted(client, lead, thompson):
    actions.restrict(by=SYSTEM, patient_id=thompson.pk, reason="Member of staff")

    response = client.get(client.post(reverse("patient_search"), {"name": "Margaret Thompson", **BORN})["Location"])

    assert "Restricted record" in words(response)
    assert "THOMPSON" not in words(response)
    assert thompson.nhs_number[6:] not in words(response)
    assert "LE2" not in words(response)


def test_the_record_shows_who_it_is_and_is_logged(client, lead, thompson):
    response = page(client, "patient", thompson.pk)

    assert response.status_code == 200
    assert "Thompson" in words(response)
    assert "Every read is recorded" in words(response)
    assert looks(patient_id=thompson.pk) == [("record", "allowed")]


def test_the_record_takes_a_fixed_number_of_statements(client, lead, thompson, django_assert_max_num_queries):
    page(client, "patient", thompson.pk)
    for _ in range(5):
        other = patient(given_name="Margaret", family_name="Thompson", date_of_birth=thompson.date_of_birth)
        actions.update_details(by=SYSTEM, patient_id=thompson.pk, phone=f"0116 496 00{_}0")
        actions.merge(by=SYSTEM, kept_id=thompson.pk, absorbed_id=patient().pk, reason="Same person, really")
        assert other

    with django_assert_max_num_queries(8 + other_rooms_statements()):
        page(client, "patient", thompson.pk)


def other_rooms_statements() -> int:
    """Panels of the rooms above count for themselves."""
    return 4 * len(_makers)


def test_a_record_that_is_not_there_and_one_that_is_not_yours_are_refused_alike(client, trust):
    people.sign_in(client, "triage_clinician", at=trust)
    somebodys = patient()

    there, nowhere = page(client, "patient", somebodys.pk), page(client, "patient", uuid4())

    assert there.status_code == nowhere.status_code == 403
    assert without_ids(there, somebodys.pk) == without_ids(
        nowhere, nowhere.wsgi_request.resolver_match.kwargs["patient_id"]
    )
    assert "open the record in an emergency" in words(there)
    assert looks(patient_id=somebodys.pk) == [("record", "refused")]
    assert Access.objects.filter(outcome="refused").count() == 2


def without_ids(response, patient_id):
    """The page without what differs on every request."""
    text = words(response).replace(str(patient_id), "ID")
    for name in (
        "nonce=",
        '"X-CSRFToken": ',
        'csrfmiddlewaretoken" value=',
        "data-session-ends=",
        'portal-now" content=',
    ):
        text = re.sub(rf'{re.escape(name)}"[^"]+"', name, text)
    return text


def test_a_role_without_emergency_access_is_not_offered_it(client):
    people.sign_in(client, "referrer")

    response = page(client, "patient", patient().pk)

    assert response.status_code == 403
    assert "in an emergency" not in words(response)


def form_of(person, **changes):
    born = person.date_of_birth
    return {
        "family_name": person.family_name,
        "given_name": person.given_name,
        "date_of_birth_day": str(born.day),
        "date_of_birth_month": str(born.month),
        "date_of_birth_year": str(born.year),
        "nhs_number": person.nhs_number,
        "sex": person.sex,
        "residence": person.residence,
        "expected_version": str(person.version),
    } | changes


def test_add_and_open(client, trust):
    by = people.sign_in(client, "referrer", at=trust)
    typed = {
        "family_name": "O’Brien 😀",
        "given_name": "مريم",
        "sex": "female",
        "residence": "own_home",
        "nhs_number": nhs_number(),
    }

    response = client.post(reverse("patient_add"), typed, follow=True)

    assert "The person has been added" in words(response)
    assert "O’BRIEN 😀" in words(response)
    assert Relationship.objects.get().organisation_id == by.organisation_id


def test_add_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(client, lead):
    typed = {"family_name": "Kept", "sex": "female", "residence": "own_home", "nhs_number": "3478526985"}

    response = client.post(reverse("patient_add"), typed)

    assert response.status_code == 422
    assert "Check the NHS number" in words(response)
    assert 'value="Kept"' in words(response)


def test_add_leads_to_the_person_who_is_already_here(client, lead):
    known = patient(given_name="Ada", family_name="Known", verified=True)
    typed = {"family_name": "Known", "sex": "unknown", "residence": "unknown", "nhs_number": known.nhs_number}

    response = client.post(reverse("patient_add"), typed)

    assert response.status_code == 409
    assert "This person is already here" in words(response)
    assert "KNOWN, Ada" in words(response)
    assert reverse("patient_break_glass", args=[known.pk]) in words(response)


def test_edit(client, lead, thompson):
    response = client.post(
        reverse("patient_edit", args=[thompson.pk]), form_of(thompson, phone="0116 496 0042"), follow=True
    )

    assert "The details have been changed" in words(response)
    assert Patient.objects.get(pk=thompson.pk).phone == "0116 496 0042"
    assert "Phone was: empty" in words(response)


def test_edit_of_a_record_somebody_else_changed_keeps_what_was_typed(client, lead, thompson):
    typed = form_of(thompson, phone="0116 496 0042")
    actions.update_details(by=SYSTEM, patient_id=thompson.pk, address="1 New Street")

    response = client.post(reverse("patient_edit", args=[thompson.pk]), typed)

    assert response.status_code == 409
    assert "Somebody changed this record since you opened it" in words(response)
    assert "1 New Street" in words(response)
    assert 'value="0116 496 0042"' in words(response)
    assert 'name="expected_version" value="2"' in words(response)


def test_edit_shows_what_is_there(client, lead, thompson):
    response = page(client, "patient_edit", thompson.pk)

    assert 'value="Thompson"' in words(response)
    assert 'value="1938"' in words(response)


def test_a_role_that_only_reads_does_not_edit(client, trust, thompson):
    people.sign_in(client, "bed_manager", at=trust)

    assert page(client, "patient_edit", thompson.pk).status_code == 403
    assert "Change details" not in words(page(client, "patient", thompson.pk))


def test_verify(client, lead, thompson):
    address = reverse("patient_verify", args=[thompson.pk])
    assert client.post(address, {"checked_with": "SCR"}).status_code == 422

    response = client.post(address, {"checked_with": "Summary Care Record"}, follow=True)

    assert "The NHS number is verified" in words(response)
    assert Change.objects.get(what="number_verified").note == "Summary Care Record"


def test_a_death_is_recorded_and_taken_back(client, lead, thompson):
    address = reverse("patient_died", args=[thompson.pk])
    future = {"deceased_at_day": "1", "deceased_at_month": "1", "deceased_at_year": "2999"}
    assert client.post(address, future).status_code == 422
    before_birth = {"deceased_at_day": "1", "deceased_at_month": "1", "deceased_at_year": "1930"}
    assert "must not be before the date of birth" in words(client.post(address, before_birth))

    past = {"deceased_at_day": "1", "deceased_at_month": "3", "deceased_at_year": "2026"}
    assert "The death has been recorded" in words(client.post(address, past, follow=True))
    assert "Died 1 Mar 2026" in words(page(client, "patient", thompson.pk))

    assert client.post(address, {"reason": "Oops"}).status_code == 422
    assert client.post(address, {"reason": "Wrong person’s certificate"}).status_code == 302
    assert Patient.objects.get(pk=thompson.pk).deceased_at is None


def test_restricting_closes_the_record_to_the_one_who_did_it(client, lead, thompson):
    address = reverse("patient_restrict", args=[thompson.pk])
    assert client.post(address, {"reason": "short"}).status_code == 422

    client.post(address, {"reason": "Works in our team"})

    assert page(client, "patient", thompson.pk).status_code == 403


def test_emergency_access_opens_the_record_for_the_reason_given(client, lead):
    somebody = patient(given_name="Ada", family_name="Urgent")
    address = reverse("patient_break_glass", args=[somebody.pk])
    assert "4 hours" in words(client.get(address))
    assert client.post(address, {"reason": "please"}).status_code == 422

    response = client.post(address, {"reason": "Fell, no answer from the practice"}, follow=True)

    assert "URGENT" in words(response)
    assert "Emergency access until" in words(response)
    opened = Access.objects.get(patient_id=somebody.pk)
    assert (opened.outcome, opened.reason) == ("break_glass", "Fell, no answer from the practice")
    assert client.get(address).status_code == 302


def test_emergency_access_to_nothing_is_the_same_page_and_then_the_same_refusal(client, lead):
    address = reverse("patient_break_glass", args=[uuid4()])

    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "Fell, no answer from the practice"}).status_code == 403
    assert not BreakGlass.objects.exists()


def test_rooms_above_add_panels(client, lead, thompson):
    def panel(actor, person):
        return Panel("Shoe size", "components/empty_state.jinja") if person.pk == thompson.pk else None

    register(panel)
    register(panel)
    try:
        assert words(page(client, "patient", thompson.pk)).count("Shoe size") == 1
    finally:
        _makers.remove(panel)


def test_a_script_in_a_name_stays_text(client, lead, trust):
    evil = patient(given_name="<script>alert(1)</script>", family_name="{{ 7*7 }}")
    relate(evil, trust)

    response = page(client, "patient", evil.pk)

    assert "<script>alert(1)" not in words(response)
    assert "{{ 7*7 }}" in words(response)


def test_edit_that_is_refused_says_why_beside_the_field(client, lead, thompson):
    known = patient(verified=True)
    address = reverse("patient_edit", args=[thompson.pk])

    taken = client.post(address, form_of(thompson, nhs_number=known.nhs_number))
    wrong = client.post(address, form_of(thompson, postcode="LE2"))

    assert "This person is already here" in words(taken)
    assert "Enter a full postcode" in words(wrong)


def test_a_number_that_fails_its_check_is_not_verified(client, lead, thompson):
    Patient.objects.filter(pk=thompson.pk).update(nhs_number="3478526985", nhs_number_valid=False)

    response = client.post(reverse("patient_verify", args=[thompson.pk]), {"checked_with": "Summary Care Record"})

    assert response.status_code == 422
    assert "passes the check" in words(response)


def test_a_forgotten_search_leaves_the_form_empty(client, lead):
    assert client.get(reverse("patient_add"), {"found": "gone"}).status_code == 200
