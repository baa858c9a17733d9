"""People's records in a real browser: found, changed, joined, opened in an emergency; and who looked afterwards."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page

from accounts.actors import Actor
from directory.models import Organisation
from patients import actions
from patients.models import BreakGlass, Merge, Patient
from tests.browser.somebody import KEYBOARD, LARGE_TYPE, MOUSE, NO_SCRIPTS, SMALL, Somebody, Way
from tests.factories import directory, people
from tests.factories.patients import patient
from tests.factories.people import SYSTEM

SitsDown = Callable[[Actor, Way], Somebody]
WAYS = (KEYBOARD, NO_SCRIPTS, SMALL, LARGE_TYPE)
BORN = date(1938, 2, 11)


@pytest.fixture
def trust(transactional_db: None) -> Organisation:
    return directory.organisation(name="Example Trust")


@pytest.fixture
def lead(trust: Organisation) -> Actor:
    return people.actor("shift_lead", at=trust)


@pytest.fixture
def thompson(trust: Organisation) -> Patient:
    return patient(given_name="Margaret", family_name="Thompson", date_of_birth=BORN, seen_by=trust, verified=True)


def looks_for(somebody: Somebody, name: str) -> None:
    somebody.opens("/patients/")
    somebody.types("Name", name)
    for part, number in (("Day", "11"), ("Month", "2"), ("Year", "1938")):
        somebody.types(part, number)
    somebody.presses("Search", exact=True)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_duplicate_is_found_compared_joined_and_separated(
    way: Way, sits_down: SitsDown, lead: Actor, thompson: Patient
):
    patient(given_name="Margret", family_name="Thomson", date_of_birth=BORN, nhs_number="")
    somebody = sits_down(lead, way)

    looks_for(somebody, "Margaret Tompson")
    somebody.sees("2 people")
    somebody.follows("THOMPSON, Margaret")
    somebody.sees("1 possible duplicate")
    somebody.follows("Compare")
    somebody.presses("Continue")
    somebody.types("How do you know that they are one person?", "Same address and daughter")
    somebody.presses("Join the records")
    somebody.sees("The two records are now one person’s")
    assert Merge.objects.get(undone_at=None).kept_id == thompson.pk

    somebody.follows("Separate")
    somebody.types("How do you know that they are two people?", "They are cousins after all")
    somebody.presses("Separate the records")
    somebody.sees("The records are separate again")
    assert not Merge.objects.filter(undone_at=None).exists()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_record_is_opened_in_an_emergency_and_the_guardian_judges(
    way: Way, sits_down: SitsDown, lead: Actor, trust: Organisation
):
    somebody_else = patient(given_name="Ada", family_name="Urgent", date_of_birth=BORN)
    clinician = sits_down(lead, way)

    looks_for(clinician, "Ada Urgent")
    clinician.follows("Open in an emergency")
    clinician.presses("Open the record")
    clinician.sees("There is a problem")
    clinician.types("Why do you need this record now?", "Fell at home, nobody answers at the practice")
    clinician.presses("Open the record")
    clinician.sees(re.compile("Emergency access until"))

    guardian = sits_down(people.actor("caldicott_guardian", at=trust), way)
    guardian.opens("/governance/")
    guardian.follows("1 emergency access to review")
    guardian.follows("Review")
    guardian.sees("Fell at home, nobody answers at the practice")
    guardian.chooses("Yes, it was justified")
    guardian.presses("Record the review")
    guardian.sees("The review has been recorded")
    assert BreakGlass.objects.get().patient_id == somebody_else.pk


def test_a_person_is_added_from_what_was_searched_for(sits_down: SitsDown, lead: Actor):
    somebody = sits_down(lead, KEYBOARD)

    looks_for(somebody, "Ada Newcomer")
    somebody.sees("Nobody fits what you typed")
    somebody.follows("Add a person")
    somebody.types("Postcode", "LE1")
    somebody.presses("Add this person")
    somebody.sees("Enter a full postcode, like LE1 5WW")
    somebody.types("Postcode", "LE1 5WW")
    somebody.presses("Add this person")
    somebody.sees("The person has been added")
    assert Patient.objects.get().date_of_birth == BORN


def test_axe_finds_nothing_on_any_page_about_a_person(
    sits_down: SitsDown, axe: Callable[[Page], None], lead: Actor, thompson: Patient
):
    twin = patient(given_name="Margret", family_name="Thomson", date_of_birth=BORN)
    absorbed, hidden = patient(), patient(seen_by=Organisation.objects.get(pk=lead.organisation_id))
    merge = actions.merge(by=SYSTEM, kept_id=thompson.pk, absorbed_id=absorbed.pk, reason="Same address and phone")
    actions.restrict(by=SYSTEM, patient_id=hidden.pk, reason="Member of staff")
    actions.open_glass(by=lead, patient_id=hidden.pk, reason="Nobody else on duty knows them")
    somebody = sits_down(lead, MOUSE)
    record = f"/patients/{thompson.pk}/"

    looks_for(somebody, "Margaret Thompson")
    axe(somebody.page)
    for path in ("", "change/", "died/", "restrict/", "verify/", f"same-as/{twin.pk}/", f"separate/{merge.pk}/"):
        somebody.opens(record + path)
        axe(somebody.page)
    for path in (f"/patients/{hidden.pk}/", f"/patients/{twin.pk}/", f"/patients/{twin.pk}/open/", "/patients/add/"):
        somebody.opens(path)
        axe(somebody.page)
    somebody.presses("Add this person")
    axe(somebody.page)


def test_axe_finds_nothing_on_the_pages_of_governance(
    sits_down: SitsDown, axe: Callable[[Page], None], lead: Actor, trust: Organisation
):
    person = patient()
    glass = actions.open_glass(by=lead, patient_id=person.pk, reason="Nobody else on duty knows them")
    guardian = sits_down(people.actor("caldicott_guardian", at=trust), SMALL)

    for path in ("", "?who=person", "refusals/", "emergency-access/", f"emergency-access/{glass.pk}/"):
        guardian.opens(f"/governance/{path}")
        axe(guardian.page)
    guardian.presses("Record the review")
    axe(guardian.page)
    for path in (f"patients/{person.pk}/", f"patients/{person.pk}/restriction/", f"people/{lead.id}/"):
        guardian.opens(f"/governance/{path}")
        axe(guardian.page)
