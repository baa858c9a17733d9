"""J7 and the end of J4, each told by three people: a day at the bed board, and a place for somebody who waits."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.actors import Actor
from directory.models import Capacity, Organisation
from homefirst.models import Bed, Spell
from pages.words import LONDON
from patients.models import Patient
from referrals.models import Referral
from referrals.states import Status
from tests.browser.somebody import FARTHEST_APART, HEADER, Somebody, Way
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as make
from tests.factories.referrals import Cast, make_referral

PERSON = "NHS number or referral reference"
SitsDown = Callable[[Actor, Way], Somebody]


class Hospitals(NamedTuple):
    """The four hospitals as the portal has them, two managers, and a ward elsewhere that looks for beds."""

    trust: Organisation
    manager: Actor
    colleague: Actor
    elsewhere: Actor


@pytest.fixture
def hospitals(transactional_db: None) -> Hospitals:
    directory.reference_data()
    call_command("load_home_first", verbosity=0)
    trust = Organisation.objects.get(ods_code="RT5")
    manager, colleague = (people.actor("bed_manager", at=trust) for _ in range(2))
    elsewhere = people.actor("ward_coordinator", at=Organisation.objects.get(ods_code="RWE"))
    return Hospitals(trust, manager, colleague, elsewhere)


def bed(slug: str, number: int) -> Bed:
    return Bed.objects.get(ward__slug=slug, number=number)


@pytest.mark.parametrize("way", FARTHEST_APART, ids=str)
def test_j7_beds_are_kept_let_go_and_closed_without_losing_anybody(way: Way, sits_down: SitsDown, hospitals: Hospitals):
    manager, colleague, reader = (
        sits_down(one, way) for one in (hospitals.manager, hospitals.colleague, hospitals.elsewhere)
    )
    ada, ben = (patients.patient(seen_by=hospitals.trust, family_name=name) for name in ("First", "Second"))
    kept = given_two_beds_kept(hospitals)

    colleague.opens(f"/beds/{bed('st-lukes', 17).pk}/occupy/")
    when_the_manager_keeps_a_stroke_bed(manager, ada)
    then_the_slower_one_reads_who_was_quicker(colleague, ben, hospitals)
    then_the_bed_is_free_when_the_time_is_over(manager, ada)
    reader.watches("/beds/")
    reader.sees_beside("Fielding Palmer Hospital", "Never confirmed")
    when_the_manager_proposes_to_close_two_beds(manager, kept)
    when_one_of_them_comes_meanwhile(colleague, kept[0])
    then_nothing_is_done_until_the_manager_has_seen_that(manager, kept)

    reader.sees_by_itself("All together")
    then_everybody_has_a_bed_and_sees_why(reader, colleague, kept)


def given_two_beds_kept(hospitals: Hospitals) -> list[Spell]:
    return [
        make.reserved(
            bed("fielding-palmer", number),
            by=hospitals.manager,
            whom=patients.patient(seen_by=hospitals.trust, family_name=f"Kept{number}"),
        )
        for number in (9, 10)
    ]


def when_the_manager_keeps_a_stroke_bed(manager: Somebody, person: Patient) -> None:
    manager.opens("/")
    manager.follows("Beds", within=HEADER)
    manager.sees("Community hospitals: 88 beds")
    manager.follows("St Luke’s Hospital")
    manager.follows("Keep : Bed 17")
    manager.presses("Keep it", exact=True)
    manager.sees("Enter the NHS number, or the reference of the referral")
    manager.types(PERSON, person.nhs_number)
    six = datetime.combine(timezone.localdate() + timedelta(days=1), time(18), LONDON)
    manager.says_when(six, day="Keep it until (date)", hour="Keep it until (time)")
    manager.presses("Keep it", exact=True)
    manager.sees("The bed is kept")
    manager.sees_beside("Bed 17", "Until tomorrow at 6:00pm")


def then_the_slower_one_reads_who_was_quicker(colleague: Somebody, person: Patient, hospitals: Hospitals) -> None:
    colleague.types(PERSON, person.nhs_number)
    colleague.chooses("Acute hospital (step down)")
    colleague.presses("They are here", exact=True)
    colleague.sees("This changed since you opened it")
    colleague.sees(re.compile(hospitals.manager.name))


def then_the_bed_is_free_when_the_time_is_over(manager: Somebody, person: Patient) -> None:
    manager.watches("/beds/wards/st-lukes/")
    make.earlier(Spell.objects.get(patient=person), timedelta(days=2))
    manager.no_longer_sees(person.display_name)


def when_the_manager_proposes_to_close_two_beds(manager: Somebody, kept: list[Spell]) -> None:
    manager.opens("/beds/wards/fielding-palmer/")
    manager.follows("Propose to close beds")
    manager.presses("See whom it touches")
    manager.sees("Select at least one bed or place")
    for one in kept:
        manager.ticks(f"{one.bed.label}:")
    manager.types("Why?", "Two nurses are ill")
    manager.presses("See whom it touches")
    manager.sees("2 beds are kept for somebody")


def when_one_of_them_comes_meanwhile(colleague: Somebody, kept: Spell) -> None:
    colleague.opens("/beds/wards/fielding-palmer/")
    colleague.follows(f"Has come : {kept.bed.label}")
    colleague.chooses("Acute hospital (step down)")
    colleague.presses_twice("They are here")
    colleague.sees("The bed is in use")
    assert Spell.objects.filter(patient=kept.patient_id, kind="occupied").count() == 1


def then_nothing_is_done_until_the_manager_has_seen_that(manager: Somebody, kept: list[Spell]) -> None:
    manager.selects("No bed: let the reservation go", of=f"Where instead of {kept[1].bed.label}")
    manager.presses("Confirm this change")
    manager.sees("Nothing has been done")
    manager.sees("1 person is in these beds")
    manager.sees("1 bed is kept for somebody")
    manager.presses("Confirm this change")
    manager.sees("Everybody has their new place")


def then_everybody_has_a_bed_and_sees_why(reader: Somebody, colleague: Somebody, kept: list[Spell]) -> None:
    counts = reader.page.locator("main [data-row]", has_text="Fielding Palmer Hospital").locator("[data-label=Closed]")
    assert sum(int(text) for text in counts.all_inner_texts()) == 2
    colleague.opens("/beds/wards/fielding-palmer/")
    for one in kept:
        colleague.sees_beside(one.bed.label, "Two nurses are ill")
    stay = Spell.objects.at(timezone.now()).get(patient=kept[0].patient_id)
    assert stay.bed_id not in {one.bed_id for one in kept}
    assert not Spell.objects.at(timezone.now()).filter(patient=kept[1].patient_id).exists()


@pytest.mark.parametrize("way", FARTHEST_APART, ids=str)
def test_j4_a_free_place_and_somebody_who_waits_are_brought_together(way: Way, sits_down: SitsDown, cast: Cast):
    places = make.virtual_ward(runs=cast.trust)
    referral = given_an_offer_to_a_full_service(cast)
    nurse, manager, clinician = (sits_down(one, way) for one in (cast.nurse, make.manager(places), cast.clinician))
    manager.watches("/beds/")
    manager.does_not_see("waiting would fit")

    when_the_team_has_no_free_place(nurse, referral)
    manager.sees_by_itself("1 person waiting would fit a free bed or place")
    clinician.opens("/beds/matches/")
    clinician.sees_beside("WAITING, Ada", places.name)
    when_the_manager_keeps_the_place(manager, referral)

    clinician.opens("/beds/matches/")
    clinician.sees("Nobody who waits fits a free place")
    manager.sees_beside("WAITING, Ada", "Kept")
    assert Spell.objects.get().referral_id == referral.pk


def given_an_offer_to_a_full_service(cast: Cast) -> Referral:
    Capacity.objects.create(service=cast.service, places=0, valid_from=directory.LONG_AGO)
    person = patients.patient(practice=cast.practice, given_name="Ada", family_name="Waiting")
    return make_referral(cast, Status.OFFERED, patient=person, ago=timedelta(minutes=10))


def when_the_team_has_no_free_place(nurse: Somebody, referral: Referral) -> None:
    nurse.opens(f"/referrals/{referral.pk}/")
    nurse.follows("No free place: waiting list")
    nurse.types("Hours of care a week", "many")
    nurse.presses("Put on the waiting list")
    nurse.sees("There is a problem")
    nurse.finds_typed("Hours of care a week", "many")
    nurse.types("Hours of care a week", "7.5")
    nurse.presses("Put on the waiting list")
    nurse.sees("On your waiting list")


def when_the_manager_keeps_the_place(manager: Somebody, referral: Referral) -> None:
    manager.follows("See who, and why")
    manager.sees("On a service’s waiting list")
    manager.follows("Keep it for WAITING, Ada")
    manager.finds_typed(PERSON, referral.reference)
    too_long = timezone.now() + timedelta(days=9)
    manager.says_when(too_long, day="Keep it until (date)", hour="Keep it until (time)")
    manager.presses("Keep it", exact=True)
    manager.sees("There is a problem")
    manager.says_when(timezone.now() + timedelta(hours=5), day="Keep it until (date)", hour="Keep it until (time)")
    manager.presses("Keep it", exact=True)
    manager.sees("The bed is kept")
