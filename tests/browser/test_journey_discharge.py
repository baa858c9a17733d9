"""J5: a ward, the hub and the council get somebody home, reablement helps there, and day 91 is asked about."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.actors import Actor
from homefirst.codes import FollowUpOutcome, Pathway
from homefirst.models import Act, DelaySpell, DischargeCase, DischargeTask, FollowUp91
from homefirst.states import DischargeStatus
from patients.models import Patient
from referrals import clocks
from tests.browser.somebody import HEADER, KEYBOARD, MOUSE, SMALL_NO_SCRIPTS, Somebody, Way
from tests.factories import directory, patients
from tests.factories.homefirst_discharge import Cast, fill, make_case, register_assessor_of
from tests.factories.homefirst_reablement import Reablers, keep_up
from tests.factories.referrals import Cast as Referred

BED = "Hospital bed in the living room"
WHO_OWNS = "Change who owns the waiting"
SitsDown = Callable[[Actor, Way], Somebody]


@pytest.fixture
def home(transactional_db: None) -> Cast:
    """A ward, a hub and a council, on committed rows; the ward's co-ordinator is a trusted assessor."""
    clocks.forget_policies()
    cast = Cast()
    register_assessor_of(cast)
    return cast


@pytest.fixture
def ada(home: Cast) -> Patient:
    return patients.patient(practice=directory.practice(), given_name="Ada", family_name="Homecoming")


def test_j5_ward_hub_and_council_get_somebody_home(sits_down: SitsDown, home: Cast, ada: Patient):
    ward, nurse, social = (sits_down(actor, MOUSE) for actor in (home.ward, home.nurse, home.social_worker))

    the_way_home_is_decided(ward, nurse, social, home, ada)
    one_assessment_is_enough_for_both(ward, social)
    they_go_home(ward, nurse, social, home)
    team = Reablers(Referred(trust=home.trust))
    worker, lead = sits_down(team.worker, MOUSE), sits_down(team.lead, MOUSE)
    they_get_back_what_they_could_do(worker, team, ada)
    they_are_asked_after_on_day_91(worker, lead)


def test_j5_is_decided_by_keyboard_alone(sits_down: SitsDown, home: Cast, ada: Patient):
    ward, nurse, social = (sits_down(actor, KEYBOARD) for actor in (home.ward, home.nurse, home.social_worker))

    the_way_home_is_decided(ward, nurse, social, home, ada)

    assert DischargeCase.objects.get().pathway == Pathway.P1


def test_j5_ends_at_home_on_a_small_screen_without_scripts(sits_down: SitsDown, home: Cast, ada: Patient):
    ward, nurse, social = (sits_down(actor, SMALL_NO_SCRIPTS) for actor in (home.ward, home.nurse, home.social_worker))
    case = make_case(home, DischargeStatus.DECIDED, patient=ada, ready=timedelta(hours=4))
    fill(home, case, but=("eating",))
    for member in (nurse, social):
        member.opens(f"/getting-home/{case.pk}/")

    they_go_home(ward, nurse, social, home)


def the_way_home_is_decided(ward: Somebody, nurse: Somebody, social: Somebody, home: Cast, person: Patient) -> None:
    nurse.watches("/getting-home/")
    when_the_ward_begins_a_case(ward, home, person)
    nurse.sees_by_itself("Not ready to leave yet")
    when_the_ward_says_since_when_they_are_ready(ward)
    when_the_hub_asks_for_what_is_missing(nurse)
    when_the_ward_fills_it_in(ward)
    when_hub_and_council_agree(nurse, social, home)


def one_assessment_is_enough_for_both(ward: Somebody, social: Somebody) -> None:
    ward.follows("Assess: Needs on going home")
    for question in ("Washing and dressing", "Moving about the house", "Using the toilet"):
        ward.chooses("Alone", of=question)
    ward.chooses("Needs them brought")
    ward.chooses("Safe alone", of="At night")
    ward.chooses("No concern", of="Memory and judgement")
    ward.chooses("A carer is able and willing")
    ward.types("What you found", "Manages downstairs")
    ward.presses("Save assessment")
    ward.sees("The assessment is saved")
    social.opens("/getting-home/")
    social.follows("HOMECOMING, Ada")
    social.presses("Rely on it")
    social.sees("Your organisation relies on this assessment")


def they_go_home(ward: Somebody, nurse: Somebody, social: Somebody, home: Cast) -> None:
    when_the_council_takes_on_the_bed_while_the_hub_looks_at_the_hours(nurse, social, home)
    when_hours_are_disputed_and_settled(nurse, social, home)
    then_nobody_leaves_before_the_bed_is_there(ward)
    when_the_council_brings_the_bed(social)
    when_somebody_goes_home(ward)
    when_the_hub_sees_them_at_home(nurse)
    then_every_board_agrees(ward, nurse, social)
    then_every_hour_had_an_owner()


def they_get_back_what_they_could_do(worker: Somebody, team: Reablers, person: Patient) -> None:
    when_reablement_starts(worker, team, person)
    when_a_week_is_reviewed(worker)
    when_reablement_ends(worker)


def they_are_asked_after_on_day_91(worker: Somebody, lead: Somebody) -> None:
    days_pass(91)
    worker.opens("/follow-ups/")
    worker.sees_beside("HOMECOMING, Ada", "To be asked today")
    for told in ("Saved.", "Saved."):
        worker.follows("Record an attempt for HOMECOMING, Ada")
        worker.chooses("No, nobody answered or nobody knows")
        worker.presses("Save", exact=True)
        worker.sees(told)
        worker.opens("/follow-ups/")
    worker.does_not_see("HOMECOMING, Ada")
    assert FollowUp91.objects.get().outcome == FollowUpOutcome.UNKNOWN, "not known, which is not at home"
    when_the_lead_hears_from_the_daughter(lead)


def when_the_ward_begins_a_case(ward: Somebody, home: Cast, person: Patient) -> None:
    ward.opens("/")
    ward.follows("My hospital", within=HEADER)
    ward.follows("Somebody will leave hospital")
    ward.presses("Search", exact=True)
    ward.sees("There is a problem")
    ward.types("NHS number", person.nhs_number)
    ward.presses("Search", exact=True)
    ward.follows("Choose HOMECOMING")
    ward.selects(home.hospital.name, of="Hospital")
    ward.types("Ward", "Ward 23")
    ward.presses("Begin the case")
    ward.sees("The case has begun")


def when_the_ward_says_since_when_they_are_ready(ward: Somebody) -> None:
    ward.presses("Take this case")
    ward.follows("Ready to leave")
    ward.types("Time they were ready", "after lunch")
    ward.presses("Ready to leave", exact=True)
    ward.sees("must be a time, like 4:05pm")
    ward.finds_typed("Time they were ready", "after lunch")
    ward.says_when(timezone.now() - timedelta(hours=4), day="Date they were ready", hour="Time they were ready")
    ward.presses("Ready to leave", exact=True)
    ward.sees("From that moment on each hour has an owner")


def when_the_hub_asks_for_what_is_missing(nurse: Somebody) -> None:
    nurse.sees_by_itself("4 hours")
    nurse.follows("HOMECOMING, Ada")
    nurse.follows("Ask for missing items")
    nurse.presses("Ask the ward")
    nurse.sees("Select at least one item")
    nurse.ticks("Medicines")
    nurse.presses("Ask the ward")
    nurse.sees("The ward sees what you asked for")


def when_the_ward_fills_it_in(ward: Somebody) -> None:
    ward.opens("/getting-home/ward/")
    ward.follows("HOMECOMING, Ada")
    ward.sees("Asked for")
    ward.follows("Fill in")
    ward.types("What the person can do", "Washes alone, stairs with one person")
    ward.types("Medicines", "Two weeks supplied")
    ward.types("Allergies", "None known")
    ward.selects("Has capacity and agrees", of="Capacity and consent")
    ward.types("Who to ring", "Her daughter, 0116 496 0007")
    ward.presses("Save", exact=True)


def when_hub_and_council_agree(nurse: Somebody, social: Somebody, home: Cast) -> None:
    nurse.follows("Agree to a way home")
    nurse.presses("Record our agreement")
    nurse.sees("Select where they will go")
    agrees(nurse)
    nurse.sees(f"{home.council.name} has not agreed yet")
    social.watches("/getting-home/")
    social.sees_beside("HOMECOMING, Ada", f"{home.council.name} has not agreed yet")
    social.follows("HOMECOMING, Ada")
    social.follows("Agree to a way home")
    agrees(social)
    social.sees("Pathway decided")


def agrees(member: Somebody) -> None:
    member.chooses("Their usual home")
    member.chooses("New or more help")
    member.chooses("Yes", of="Was going home considered first?")
    member.presses("Record our agreement")
    member.sees("Your organisation’s agreement is recorded")


def when_the_council_takes_on_the_bed_while_the_hub_looks_at_the_hours(
    nurse: Somebody, social: Somebody, home: Cast
) -> None:
    nurse.follows(WHO_OWNS)
    social.follows("Add a task")
    social.chooses("Equipment", of="What is it about?")
    social.types("What must be done?", BED)
    social.selects(home.council.name, of="Who does it?")
    social.chooses("Yes", of="Does the person have to wait for it?")
    social.presses("Add task")
    social.sees("The task is with its organisation")
    gives_hours(nurse, home.council.name, "Interface process - Equipment is not in place", hours_ago=2)
    nurse.sees("This changed since you opened it")
    nurse.presses("Change the owner")
    nurse.sees("The hours have a new owner")


def gives_hours(nurse: Somebody, owner: str, reason: str, *, hours_ago: float) -> None:
    nurse.says_when(timezone.now() - timedelta(hours=hours_ago), day="Date it changed", hour="Time it changed")
    nurse.selects(owner, of="Who owns the hours")
    nurse.selects(reason, of="Reason")
    nurse.types("Note", "Rung twice")
    nurse.presses("Change the owner")


def when_hours_are_disputed_and_settled(nurse: Somebody, social: Somebody, home: Cast) -> None:
    social.opens("/tasks/")
    social.follows("HOMECOMING, Ada")
    social.follows("Dispute these hours")
    social.presses("Dispute these hours")
    social.sees("Say why these hours are not yours")
    social.types("Why are these hours not yours?", "Nobody opened the door")
    social.presses("Dispute these hours")
    social.sees("Disputed: Nobody opened the door")
    nurse.follows(WHO_OWNS)
    gives_hours(nurse, home.acute.name, "Hospital process - Waiting for transport", hours_ago=1.9)
    nurse.sees("The hours have a new owner")


def then_nobody_leaves_before_the_bed_is_there(ward: Somebody) -> None:
    ward.watches("/getting-home/ward/")
    ward.sees_beside("HOMECOMING, Ada", BED)
    ward.follows("HOMECOMING, Ada")
    ward.follows("They have left")
    ward.presses("They have left", exact=True)
    ward.sees("These required tasks are open")


def when_the_council_brings_the_bed(social: Somebody) -> None:
    social.follows("Tasks", within=HEADER)
    social.sees_beside(BED, "HOMECOMING, Ada")
    social.follows(f"Done : {BED}")
    social.presses_twice("It is done")
    social.sees("Done. Everybody sees it.")
    assert Act.objects.filter(subject_id=DischargeTask.objects.get().pk, verb="finish_task").count() == 1


def when_somebody_goes_home(ward: Somebody) -> None:
    ward.watches("/getting-home/ward/")
    ward.sees_by_itself("Nothing: everything is in place")
    ward.follows("HOMECOMING, Ada")
    ward.follows("They have left")
    ward.presses("They have left", exact=True)
    ward.sees("Not filled in:")
    ward.ticks("They leave without the items that are not filled in")
    ward.presses("They have left", exact=True)
    ward.sees("The waiting has stopped")


def when_the_hub_sees_them_at_home(nurse: Somebody) -> None:
    nurse.opens("/getting-home/")
    nurse.sees("Nobody here")
    nurse.follows("Left hospital")
    nurse.sees_beside("HOMECOMING, Ada", "Left: not assessed at home yet")
    nurse.follows("HOMECOMING, Ada")
    nurse.follows("Assessed at home")
    nurse.presses("Assessed at home", exact=True)
    nurse.sees("Recorded.")


def then_every_board_agrees(ward: Somebody, nurse: Somebody, social: Somebody) -> None:
    ward.watches("/getting-home/ward/?list=left")
    ward.sees_beside("HOMECOMING, Ada", "Assessed at home")
    nurse.follows("Close the case")
    nurse.presses("Close the case")
    nurse.sees("The case is closed")
    ward.no_longer_sees("HOMECOMING, Ada")
    social.opens("/tasks/?list=done")
    social.sees_beside(BED, "Done")
    social.opens("/getting-home/")
    social.sees("Nobody here")


def when_reablement_starts(worker: Somebody, team: Reablers, person: Patient) -> None:
    referral = team.taken(patient=person, channel="ward")
    worker.opens(f"/referrals/{referral.pk}/")
    worker.presses("Record first contact")
    worker.sees("First contact")
    keep_up()
    worker.opens("/reablement/")
    worker.sees_beside("HOMECOMING, Ada", "Week 1 of 6")
    worker.follows("HOMECOMING, Ada")
    worker.sees(DischargeCase.objects.get().reference)
    worker.types("What does the person want to do again?", "Walk to the shop")
    worker.presses("Add goal")
    worker.sees("The goal is added.")


def when_a_week_is_reviewed(worker: Somebody) -> None:
    worker.types("Hours a week from now on", "plenty")
    worker.presses("Save review")
    worker.sees("Hours must be a number, like 7 or 3.5")
    worker.finds_typed("Hours a week from now on", "plenty")
    worker.types("Hours a week from now on", "3.5")
    worker.presses("Save review")
    worker.sees("The next is due in 7 days")
    worker.presses("Goal met")
    worker.sees("The goal is met.")


def when_reablement_ends(worker: Somebody) -> None:
    worker.follows("End reablement")
    worker.chooses("Independent: no more support")
    worker.chooses("Not sure")
    worker.presses("End reablement")
    worker.sees("Reablement has ended")
    worker.sees("To be asked on")


def days_pass(days: int) -> None:
    """As if they had left hospital so much earlier."""
    long = timedelta(days=days)
    FollowUp91.objects.update(discharged_on=F("discharged_on") - long, due_on=F("due_on") - long)


def when_the_lead_hears_from_the_daughter(lead: Somebody) -> None:
    lead.opens("/follow-ups/?list=done")
    lead.sees_beside("HOMECOMING, Ada", "Not known after two attempts")
    lead.follows("Correct the answer for HOMECOMING, Ada")
    lead.chooses("At home", exact=True)
    lead.types("Why is it corrected?", "The daughter rang back")
    lead.presses("Correct the answer")
    lead.sees("The answer is corrected.")
    assert FollowUp91.objects.get().outcome == FollowUpOutcome.HOME


def then_every_hour_had_an_owner() -> None:
    case = DischargeCase.objects.get()
    assert case.status == DischargeStatus.CLOSED
    owned = sum((one.span.upper - one.span.lower for one in case.delays.exclude(span__isempty=True)), timedelta())
    assert owned == case.discharged_at - case.ready_at
    assert set(case.delays.values_list("state", flat=True)) == {
        DelaySpell.State.ATTRIBUTED,
        DelaySpell.State.DISPUTED,
        DelaySpell.State.AGREED,
    }
