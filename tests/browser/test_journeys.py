"""Three stories from the first click to the last, each told in several ways of using a browser.

J1: a crisis is referred, triaged, answered and told. J3: a referral that nobody takes in does not die.
J4: no free place is not a refusal.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actors import ESCALATION, Actor
from directory.codes import ClockCode, Urgency
from directory.models import Capacity, ClockPolicy, EscalationStep
from patients.models import Patient
from referrals import clocks, watch
from referrals.clocks import State, read
from referrals.models import Breach, Clock, Referral, UnmetNeed
from referrals.states import Status
from tests.browser.somebody import ALL_WAYS, HEADER, Somebody, Way
from tests.factories import directory, patients, people
from tests.factories.referrals import Cast, make_referral

NEED = "Fell in the bathroom at 9am. No injury seen, cannot get from bed to toilet without help. Lives alone."
SitsDown = Callable[[Actor, Way], Somebody]


@pytest.fixture
def ada(cast: Cast) -> Patient:
    """A person of the practice."""
    return patients.patient(practice=cast.practice, given_name="Ada", family_name="Example")


@pytest.mark.parametrize("way", ALL_WAYS, ids=str)
def test_j1_a_gp_refers_a_crisis_and_reads_how_it_ended(way: Way, sits_down: SitsDown, cast: Cast, ada: Patient):
    gp, clinician, nurse = (sits_down(actor, way) for actor in (cast.gp, cast.clinician, cast.nurse))

    when_the_gp_refers(gp, ada)
    referral = Referral.objects.get(patient=ada)
    when_the_clinician_accepts(clinician, cast)
    when_the_team_takes_it_on(nurse, cast)
    when_the_team_visits_and_finishes(nurse)

    then_the_response_clock_was_met(referral)
    then_the_gp_reads_the_outcome(gp, referral)


def when_the_gp_refers(gp: Somebody, person: Patient) -> None:
    gp.opens("/")
    gp.follows("Refer a person", within=HEADER)
    gp.types("NHS number", person.nhs_number)
    gp.presses("Find", exact=True)
    gp.presses("Choose EXAMPLE, Ada")
    gp.ticks("Fallen, with no apparent serious injury")
    gp.types("Describe what has happened", NEED)
    gp.chooses("Crisis: within 2 hours")
    gp.chooses("No", of="Is there a safeguarding concern?")
    gp.chooses("No known risk to staff")
    gp.types("How do staff get in?", "Key safe by the door")
    gp.chooses("The person agrees to this referral")
    gp.types("Telephone number for questions", "0116 496 0001")
    gp.presses("Send referral")
    gp.reads_heading("Referral sent")
    gp.sees("You should hear by")


def when_the_clinician_accepts(clinician: Somebody, cast: Cast) -> None:
    clinician.opens("/worklist/")
    clinician.follows("EXAMPLE, Ada")
    clinician.sees("Key safe by the door")
    clinician.presses("Take into triage")
    clinician.sees("It is yours")
    clinician.chooses("Crisis: within 2 hours")
    clinician.ticks(cast.service.name)
    clinician.presses("Accept", exact=True)
    clinician.sees("Accepted.")


def when_the_team_takes_it_on(nurse: Somebody, cast: Cast) -> None:
    nurse.opens("/team/")
    nurse.follows("EXAMPLE, Ada")
    nurse.selects(f"Me ({cast.nurse.name})", of="Who will go?")
    nurse.presses("Accept", exact=True)
    nurse.sees("your team is responsible from now on")
    nurse.presses("Set out")
    nurse.sees("somebody is on the way")


def when_the_team_visits_and_finishes(nurse: Somebody) -> None:
    nurse.presses("Record first contact")
    nurse.sees("the response clock has stopped")
    nurse.chooses("At home with new or more support")
    nurse.chooses("Yes, without this the person would probably have gone to hospital")
    nurse.types("What happens next?", "The falls clinic writes to her.")
    nurse.presses("Finish")
    nurse.sees("The referrer has been told the outcome")


def then_the_response_clock_was_met(referral: Referral) -> None:
    clock = Clock.objects.get(referral=referral, code=ClockCode.RESPOND)
    assert read(clock, timezone.now()).state is State.MET
    assert Referral.objects.get(pk=referral.pk).status == Status.COMPLETED


def then_the_gp_reads_the_outcome(gp: Somebody, referral: Referral) -> None:
    gp.follows("Sent referrals", within=HEADER)
    gp.follows("News")
    gp.follows(referral.reference)
    gp.sees("At home with new or more support")
    gp.sees("The falls clinic writes to her.")


@pytest.mark.parametrize("way", ALL_WAYS, ids=str)
def test_j3_a_referral_that_nobody_takes_in_reaches_the_shift_lead(way: Way, sits_down: SitsDown, cast: Cast):
    lead = people.actor("shift_lead", at=cast.trust)
    referral = given_a_referral_that_nobody_took_in(cast, minutes=40)
    when_the_watch_sweeps()
    somebody = sits_down(lead, way)

    when_the_lead_takes_the_alert(somebody, referral)
    when_the_lead_says_why_it_was_late(somebody)

    breach = Breach.objects.get(clock__code=ClockCode.ACKNOWLEDGE)
    assert breach.cause == "Two people off sick, the queue was not watched."
    assert breach.policy_version == breach.policy.version
    then_the_referrer_sees_whom_to_call(sits_down(cast.gp, way), cast, referral)


def given_a_referral_that_nobody_took_in(cast: Cast, *, minutes: int) -> Referral:
    policy = ClockPolicy.objects.get(code=ClockCode.ACKNOWLEDGE, urgency=Urgency.CRISIS)
    EscalationStep.objects.create(policy=policy, step=1, after_minutes=12, role_slug="shift_lead")
    clocks.forget_policies()
    return make_referral(cast, ago=timedelta(minutes=minutes))


def when_the_watch_sweeps() -> None:
    watch.sweep(by=ESCALATION, now=timezone.now())


def when_the_lead_takes_the_alert(lead: Somebody, referral: Referral) -> None:
    lead.opens("/")
    lead.sees("Alerts for my role")
    lead.follows("Alerts", within=HEADER)
    lead.presses("I have this")
    lead.sees("You have this")
    lead.reads_heading(f"Referral {referral.reference}")


def when_the_lead_says_why_it_was_late(lead: Somebody) -> None:
    lead.opens("/alerts/breaches/")
    lead.follows("Say why")
    lead.presses("Save review")
    lead.sees("Say why the time ran out")
    lead.types("Why did the time run out?", "Two people off sick, the queue was not watched.")
    lead.presses("Save review")
    lead.sees("The review is saved")


def then_the_referrer_sees_whom_to_call(gp: Somebody, cast: Cast, referral: Referral) -> None:
    for path in (f"/referrals/{referral.pk}/receipt/", f"/track/{referral.tracking_token}/"):
        gp.opens(path)
        gp.sees("This is taking longer than it should")
        gp.sees(re.compile(re.escape(cast.door.phone)))


@pytest.mark.parametrize("way", ALL_WAYS, ids=str)
def test_j4_no_free_place_waits_is_counted_and_moves_on(way: Way, sits_down: SitsDown, cast: Cast, ada: Patient):
    referral = given_an_offer_to_a_full_service(cast, ada)
    nurse, clinician = sits_down(cast.nurse, way), sits_down(cast.clinician, way)

    then_declining_offers_criteria_only(nurse, referral)
    when_the_team_has_no_free_place(nurse, referral)
    then_the_unmet_need_is_counted(cast, referral)
    when_the_clinician_moves_it(clinician, cast, referral)

    moved = Referral.objects.get(pk=referral.pk)
    assert {(offer.service_id, offer.status) for offer in moved.offers.all()} == {
        (cast.service.pk, "withdrawn"),
        (cast.other_service.pk, "requested"),
    }


def given_an_offer_to_a_full_service(cast: Cast, person: Patient) -> Referral:
    Capacity.objects.create(service=cast.service, places=0, valid_from=directory.LONG_AGO)
    return make_referral(cast, Status.OFFERED, patient=person, ago=timedelta(minutes=10))


def then_declining_offers_criteria_only(nurse: Somebody, referral: Referral) -> None:
    nurse.opens(f"/referrals/{referral.pk}/")
    nurse.follows("Decline on a criterion")
    reasons = nurse.page.get_by_role("group", name="Which criterion is not met?").get_by_role("radio")
    expect(reasons).to_have_count(2)
    nurse.sees("If you have no free place, use the waiting list")
    nurse.presses("Decline", exact=True)
    nurse.sees("Select the criterion that is not met")


def when_the_team_has_no_free_place(nurse: Somebody, referral: Referral) -> None:
    nurse.follows(referral.reference, within="body")
    nurse.follows("No free place: waiting list")
    nurse.types("Hours of care a week", "7.5")
    nurse.presses("Put on the waiting list")
    nurse.sees("On your waiting list")


def then_the_unmet_need_is_counted(cast: Cast, referral: Referral) -> None:
    unmet = UnmetNeed.objects.standing().get(referral=referral)
    assert (unmet.service, unmet.hours, unmet.place) == (cast.service, Decimal("7.5"), referral.place)


def when_the_clinician_moves_it(clinician: Somebody, cast: Cast, referral: Referral) -> None:
    clinician.opens(f"/referrals/{referral.pk}/")
    clinician.sees("Waiting list")
    clinician.follows("Move to another service")
    clinician.chooses(cast.other_service.name)
    clinician.types("Why does it move?", "No place before tonight.")
    clinician.presses("Move it")
    clinician.sees("Moved to another service.")
