"""J6, told by three people: a crisis is supported at home for 72 hours, and somebody knows who comes next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from homefirst.models import Act, CrisisEpisode
from homefirst.states import CrisisStatus
from patients.models import Patient
from referrals import clocks
from referrals.models import Referral
from referrals.states import Status
from tests.browser.somebody import FARTHEST_APART, HEADER, Somebody, Way
from tests.factories import patients
from tests.factories.homefirst_crisis import CrisisCast, episode, now_of, sweep
from tests.factories.referrals import make_referral

HOUR = timedelta(hours=1)
ADA = "EXAMPLE, Ada"
SitsDown = Callable[..., Somebody]


@pytest.fixture
def crew(transactional_db: None) -> CrisisCast:
    """A team, its lead and night nursing, on committed rows."""
    clocks.forget_policies()
    return CrisisCast()


@pytest.fixture
def ada(crew: CrisisCast) -> Patient:
    return patients.patient(practice=crew.practice, given_name="Ada", family_name="Example")


@pytest.mark.parametrize("way", FARTHEST_APART, ids=str)
def test_j6_72_hours_end_with_somebody_who_comes_next(way: Way, sits_down: SitsDown, crew: CrisisCast, ada: Patient):
    nurse, mate, lead = (sits_down(actor, way) for actor in (crew.nurse, crew.mate, crew.lead))
    nurse.watches("/crisis/")
    nurse.sees("Nobody here")

    found = when_a_colleague_meets_somebody(mate, crew, ada)
    nurse.sees_by_itself("Not covered")
    when_the_nurse_names_who_covers_the_night(nurse)
    nurse.watches("/crisis/")
    hours_pass(found, 61)
    nurse.sees_by_itself("None yet")
    nurse.sees_beside(ADA, "Hand-over due")
    when_two_plan_the_next_step_at_once(nurse, mate, found)
    lead.watches("/crisis/?list=over")
    lead.sees("Nobody here")
    hours_pass(found, 12)
    lead.sees_by_itself("Overdue by 1 hour")
    then_it_cannot_simply_go_on(nurse, found)
    when_the_lead_approves_more_time(lead)
    mate.watches("/crisis/")
    mate.sees_beside(ADA, "Reablement")
    when_the_nurse_ends_it(nurse)

    mate.no_longer_sees(ADA)
    then_the_lead_sees_why_it_took_longer(lead, crew)
    then_the_gp_reads_who_comes_next(sits_down(crew.gp, way), ada)
    assert now_of(found).status == CrisisStatus.CLOSED


def when_a_colleague_meets_somebody(mate: Somebody, crew: CrisisCast, person: Patient) -> CrisisEpisode:
    referral = make_referral(crew, Status.RESPONDING, patient=person, ago=HOUR)
    mate.opens(f"/referrals/{referral.pk}/")
    mate.presses("Record first contact")
    mate.sees("the response clock has stopped")
    sweep()
    return CrisisEpisode.objects.get()


def hours_pass(found: CrisisEpisode, hours: int) -> None:
    """As if everything had happened so much earlier."""
    long = hours * HOUR
    moments = {name: F(name) - long for name in ("opened_at", "handover_due_at", "ends_by")}
    CrisisEpisode.objects.filter(pk=found.pk).update(**moments)
    moments = {name: F(name) - long for name in ("received_at", "first_contact_at")}
    Referral.objects.filter(pk=found.referral_id).update(**moments)


def when_the_nurse_names_who_covers_the_night(nurse: Somebody) -> None:
    nurse.follows(ADA)
    nurse.sees("Nobody has been named for tonight yet")
    nurse.presses("Save", exact=True)
    nurse.sees("Select who covers the night")
    nurse.selects("Nights", of="Who covers the night?")
    nurse.presses("Save", exact=True)
    nurse.sees("You can ring them on 0116 496 0300")


def when_two_plan_the_next_step_at_once(nurse: Somebody, mate: Somebody, found: CrisisEpisode) -> None:
    mate.opens(f"/crisis/{found.pk}/plan-next-step/")
    nurse.follows(ADA)
    nurse.sees("Plan the next step first: who comes next")
    nurse.chooses("Reablement")
    nurse.presses("Save the next step")
    nurse.sees("Enter when it starts")
    nurse.says_when(timezone.now() + 24 * HOUR, day="Date it starts", hour="Time it starts")
    nurse.types("What should the next team and the family know?", "Two visits a day")
    nurse.presses("Save the next step")
    nurse.sees("The next step is planned")
    mate.chooses("Nothing more is needed")
    mate.types("What should the next team and the family know?", "Her son moves in")
    mate.presses("Save the next step")
    mate.sees("This changed since you opened it")
    mate.sees("Planned the next step")
    mate.finds_typed("What should the next team and the family know?", "Her son moves in")


def then_it_cannot_simply_go_on(nurse: Somebody, found: CrisisEpisode) -> None:
    nurse.opens(f"/crisis/{found.pk}/")
    nurse.sees("nobody has approved more")
    nurse.does_not_see("End crisis support")
    nurse.does_not_see("Approve more time")


def when_the_lead_approves_more_time(lead: Somebody) -> None:
    lead.follows(ADA)
    lead.presses("Approve more time")
    lead.sees("Say why the person needs longer")
    lead.types("Why does the person need longer?", "Reablement begins tomorrow")
    lead.presses_twice("Approve more time")
    lead.sees("More time is approved")
    assert Act.objects.filter(verb="extend").count() == 1


def when_the_nurse_ends_it(nurse: Somebody) -> None:
    nurse.follows("Crisis care", within=HEADER)
    nurse.follows(ADA)
    nurse.presses("End crisis support")
    nurse.sees("Select how it ended")
    nurse.chooses("Reablement")
    nurse.chooses("Yes, without this the person would probably have gone to hospital")
    nurse.presses("End crisis support")
    nurse.sees("The referrer has been told what happens next")


def then_the_lead_sees_why_it_took_longer(lead: Somebody, crew: CrisisCast) -> None:
    lead.opens("/crisis/overstays/")
    lead.sees_beside(ADA, "Reablement begins tomorrow")
    lead.sees_beside(ADA, crew.lead.name)


def then_the_gp_reads_who_comes_next(gp: Somebody, person: Patient) -> None:
    gp.opens("/")
    gp.follows("Sent referrals", within=HEADER)
    gp.follows("News")
    gp.follows(Referral.objects.get(patient=person).reference)
    gp.sees("Two visits a day")


def test_a_chip_turns_near_by_itself_when_the_hand_over_is_due(sits_down: SitsDown, crew: CrisisCast, ada: Patient):
    episode(crew, hours=60, patient=ada)
    CrisisEpisode.objects.update(handover_due_at=timezone.now() + timedelta(seconds=20))
    nurse = sits_down(crew.nurse)
    nurse.page.route("**/crisis/rows/**", lambda route: route.abort())
    nurse.watches("/crisis/")
    chip = nurse.page.locator("[data-row] .app-clock")
    assert "app-clock--running" in chip.get_attribute("class")

    nurse.page.clock.fast_forward(40_000)

    assert "app-clock--near" in chip.get_attribute("class")
