"""A way out of hospital: every state, what refuses, who may; each hour of waiting has one owner, by the database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from homefirst import transfer as data_set
from homefirst.actions import assessing, deciding, delays, discharge, discharge_tasks, leaving, transfer
from homefirst.codes import Destination, Pathway, Support
from homefirst.models import Act, DelayReason, DelaySpell, DischargeCase, Readiness, TransferItem
from homefirst.reference import discharge as reference
from homefirst.states import DischargeStatus
from homefirst.steps import NotFound
from patients.models import Patient, Relationship
from referrals.codes import Direction
from tests.factories import directory, patients, people
from tests.factories import referrals as referred
from tests.factories.homefirst_discharge import (
    HOME,
    Cast,
    agree_both,
    assess_by,
    fill,
    give_hours,
    make_case,
    register_assessor_of,
    task,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


def spans(model, case) -> list[tuple[datetime, datetime | None]]:
    rows = model.objects.filter(case=case).exclude(span__isempty=True).order_by("span")
    return [(row.span.lower, row.span.upper) for row in rows]


def test_j5_discharge_to_assess_by_actions(cast):
    """Ready, complete but for one item, one assessment, both agree on home, hours disputed and settled, home."""
    case = make_case(cast, DischargeStatus.PLANNING)
    ready = timezone.now() - 6 * HOUR
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=ready)
    fill(cast, case, but=("medicines",))
    case.refresh_from_db()
    assert case.transfer_complete == 92
    transfer.ask_for_items(case_id=case.pk, by=cast.nurse, items=["medicines"])
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"medicines": "Two weeks supplied"})
    register_assessor_of(cast)
    made = assess_by(cast, case)
    assessing.rely_on(assessment_id=made.pk, by=cast.social_worker)
    agree_both(cast, case)
    wanted = task(cast, case)
    hours = give_hours(cast, case)
    delays.dispute_delay(spell_id=hours.pk, by=cast.equipment, reason="First asked an hour ago")
    delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=hours.span.lower, organisation_id=cast.acute.pk,
        reason_id=cast.reason("hospital-hub-referral").pk,
    )  # fmt: skip
    discharge_tasks.finish_task(task_id=wanted.pk, by=cast.equipment)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME)
    leaving.see_at_home(case_id=case.pk, by=cast.nurse)
    case = leaving.close_case(case_id=case.pk, by=cast.nurse)
    assert (case.status, case.pathway, case.destination) == ("closed", Pathway.P1, Destination.USUAL_HOME)
    owners = [(one.organisation, one.state) for one in case.delays.order_by("span")]
    assert owners == [(cast.trust, "attributed"), (cast.acute, "agreed")]
    assert sum((upper - lower for lower, upper in spans(DelaySpell, case)), timedelta()) == case.discharged_at - ready
    connection.check_constraints()


# Reference data


def test_reasons_are_loaded_once_with_five_groups_and_marks_on_what_was_not_checked(cast):
    reference.load()
    assert DelayReason.objects.values("code").distinct().count() == DelayReason.objects.count() == 29
    assert set(DelayReason.objects.values_list("group", flat=True)) == {
        "Hospital process", "Wellbeing concerns", "Care transfer hub process", "Interface process", "Capacity",
    }  # fmt: skip
    checked = DelayReason.objects.filter(unverified=False).values_list("text", flat=True)
    assert "Care transfer hub process - Waiting for confirmation of immediate care needs and pathway" in checked
    assert all(reason.text.startswith(reason.group) for reason in DelayReason.objects.all())


def test_the_transfer_data_set_has_hard_and_soft_items(cast):
    items = TransferItem.objects.in_force()
    assert len(items) == 13
    assert {item.code for item in items if item.hard} >= {"nhs-number", "ready-date", "allergies", "case-owner"}


# The journey


@pytest.mark.parametrize("status", DischargeStatus)
def test_every_status_is_reached_and_leaves_acts_and_an_event(cast, status):
    case = make_case(cast, status)
    assert case.status == status
    acts = Act.objects.filter(subject_id=case.pk).order_by("version")
    assert [act.version for act in acts] == list(range(1, case.version + 1))
    assert Event.objects.filter(subject_id=case.pk, kind__startswith="discharge.").exists()


def test_the_people_involved_may_open_the_person_and_no_others(cast):
    case = make_case(cast)
    for who in (cast.ward, cast.nurse, cast.social_worker):
        assert Patient.objects.visible_to(who).filter(pk=case.patient_id).exists(), who.role
        assert DischargeCase.objects.visible_to(who).filter(pk=case.pk).exists()
    for who in (cast.stranger, cast.other_ward, cast.equipment):
        assert not DischargeCase.objects.visible_to(who).filter(pk=case.pk).exists()
    kinds = Relationship.objects.filter(patient=case.patient_id).values_list("kind", flat=True)
    assert set(kinds) == {Relationship.Kind.CARE}


def test_a_role_without_a_part_in_discharge_begins_no_case(cast):
    with pytest.raises(NotPermitted, match="cannot do this"):
        discharge.identify(by=cast.equipment, patient_id=patients.patient().pk, hospital_id=cast.hospital.pk)


def test_a_ward_names_only_its_own_hospital(cast):
    with pytest.raises(Invalid, match="Choose the hospital"):
        make_case(cast, hospital_id=cast.other_hospital.pk)


def test_one_open_case_per_stay(cast):
    case = make_case(cast)
    with pytest.raises(DomainError, match="already has an open case"):
        make_case(cast, patient=case.patient)
    discharge.stop_case(case_id=case.pk, by=cast.ward, reason="Stays after all")
    assert make_case(cast, patient=case.patient).status == DischargeStatus.IDENTIFIED


def test_a_case_begins_from_a_step_down_referral_and_only_once(cast):
    team = referred.Cast(trust=cast.trust)
    ward_nurse = people.actor("referrer", at=cast.acute)
    sent = referred.make_referral(team, by=ward_nurse, direction=Direction.STEP_DOWN, channel="ward")
    case = discharge.identify(by=cast.ward, referral_id=sent.pk, hospital_id=cast.hospital.pk)
    assert (case.referral_id, case.patient_id) == (sent.pk, sent.patient_id)
    with pytest.raises(DomainError, match="already has a case"):
        discharge.identify(by=cast.ward, referral_id=sent.pk, hospital_id=cast.hospital.pk)
    up = referred.make_referral(team, by=ward_nurse, direction=Direction.STEP_UP)
    with pytest.raises(NotFound):
        discharge.identify(by=cast.ward, referral_id=up.pk, hospital_id=cast.hospital.pk)


def test_a_restricted_person_is_not_found_by_the_ward(cast):
    person = patients.patient()
    Patient.objects.filter(pk=person.pk).update(restricted=True)
    with pytest.raises(NotFound):
        make_case(cast, patient=person)


def test_nobody_who_died_goes_home(cast):
    person = patients.patient()
    Patient.objects.filter(pk=person.pk).update(deceased_at=timezone.localdate())
    with pytest.raises(Invalid, match="has died"):
        make_case(cast, patient=person)


def test_the_second_of_two_people_is_told(cast):
    case = make_case(cast)
    discharge.take_case(case_id=case.pk, by=cast.ward, expected_version=1)
    with pytest.raises(StaleVersion, match="changed this"):
        discharge.begin_planning(case_id=case.pk, by=cast.ward, expected_on=None, expected_version=1)


def test_another_hospitals_ward_cannot_act_even_when_it_knows_the_person(cast):
    case = make_case(cast)
    patients.relate(case.patient, cast.other_hospital)
    with pytest.raises(NotPermitted, match="another hospital"):
        discharge.mark_ready(case_id=case.pk, by=cast.other_ward)


# Ready, and the hours that follow


def test_ready_may_be_earlier_than_now_and_opens_hours_owned_by_the_hub(cast):
    ready = timezone.now() - 5 * HOUR
    case = discharge.mark_ready(case_id=make_case(cast).pk, by=cast.ward, at=ready)
    assert (case.status, case.ready_at) == (DischargeStatus.READY, ready)
    spell = case.delays.get()
    assert (spell.span.lower, spell.span.upper) == (ready, None)
    assert spell.organisation == cast.trust
    assert spell.reason.code == "hub-needs-and-pathway"
    assert spans(Readiness, case) == spans(DelaySpell, case)


def test_ready_is_not_in_the_future_nor_before_admission(cast):
    case = make_case(cast)
    with pytest.raises(Invalid, match="in the future"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() + HOUR)
    with pytest.raises(Invalid, match="before they came into hospital"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() - timedelta(days=30))


def test_no_longer_ready_closes_both_spans_and_forgets_the_decision(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    discharge.not_ready(case_id=case.pk, by=cast.ward, reason="Temperature again")
    case.refresh_from_db()
    assert (case.status, case.ready_at, case.pathway) == (DischargeStatus.PLANNING, None, None)
    assert spans(Readiness, case) == spans(DelaySpell, case)
    assert all(upper for _, upper in spans(Readiness, case))
    with pytest.raises(Invalid, match="waiting before that already"):
        discharge.mark_ready(case_id=case.pk, by=cast.ward, at=timezone.now() - 2 * HOUR)
    discharge.mark_ready(case_id=case.pk, by=cast.ward)
    assert len(spans(Readiness, case)) == 2


def test_a_mistake_put_right_at_once_counts_for_no_time(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    soon = timezone.now() + timedelta(minutes=1)  # another computer's clock runs a little ahead
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=soon)
    discharge.not_ready(case_id=case.pk, by=cast.ward, reason="Wrong person")
    assert spans(Readiness, case) == spans(DelaySpell, case) == []
    connection.check_constraints()


# What the database itself refuses


def test_the_database_refuses_an_hour_without_an_owner(cast):
    case = make_case(cast, DischargeStatus.READY)
    spell = case.delays.get()
    with pytest.raises(IntegrityError, match="cover its readiness exactly"), transaction.atomic():
        shorter = DateTimeTZRange(spell.span.lower + HOUR, None)
        DelaySpell.objects.filter(pk=spell.pk).update(span=shorter)
        connection.check_constraints()


def test_the_database_refuses_an_hour_with_two_owners(cast):
    case = make_case(cast, DischargeStatus.READY)
    spell = case.delays.get()
    with pytest.raises(IntegrityError, match="delay_one_owner"), transaction.atomic():
        DelaySpell.objects.create(
            case=case, organisation=cast.stores, reason=spell.reason,
            span=DateTimeTZRange(spell.span.lower + HOUR, spell.span.lower + 2 * HOUR),
        )  # fmt: skip


def test_the_database_refuses_hours_when_nobody_was_ready(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    with pytest.raises(IntegrityError, match="cover its readiness exactly"), transaction.atomic():
        start = timezone.now() - HOUR
        DelaySpell.objects.create(
            case=case, organisation=cast.stores, reason=cast.reason(), span=DateTimeTZRange(start, None)
        )
        connection.check_constraints()


@pytest.mark.parametrize(
    ("ready", "left", "hours"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=LONDON), datetime(2026, 3, 29, 12, tzinfo=LONDON), 23),
        (datetime(2026, 10, 24, 12, tzinfo=LONDON), datetime(2026, 10, 25, 12, tzinfo=LONDON), 25),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON), 1),
    ],
    ids=["clocks go forward", "clocks go back", "from one half past one to the next"],
)
def test_hours_are_true_when_the_clocks_change(cast, ready, left, hours):
    case = make_case(cast, admitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=ready)
    agree_both(cast, case)
    half = ready.astimezone(UTC) + timedelta(minutes=30)
    delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=half, organisation_id=cast.stores.pk, reason_id=cast.reason().pk
    )
    fill(cast, case)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=left)
    lengths = [upper - lower for lower, upper in spans(DelaySpell, case)]
    assert sum(lengths, timedelta()) == hours * HOUR
    assert lengths[0] == timedelta(minutes=30)
    connection.check_constraints()


# Leaving


def test_nobody_leaves_while_a_required_task_is_open(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    fill(cast, case)
    with pytest.raises(IllegalTransition, match="Bring a hospital bed") as refused:
        leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME)
    assert refused.value.code == "TASKS_OPEN"


def test_an_optional_task_holds_nobody(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    task(cast, case, required=False)
    fill(cast, case)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME)


def test_a_missing_hard_item_stops_and_a_soft_one_asks(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case, but=("allergies", "eating"))
    go = {"case_id": case.pk, "by": cast.ward, "destination": Destination.USUAL_HOME}
    with pytest.raises(IllegalTransition, match="Missing for the transfer: Allergies"):
        leaving.leave(**go, despite_missing=True)
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    with pytest.raises(Invalid, match="Not filled in: Eating, drinking and skin"):
        leaving.leave(**go)
    assert leaving.leave(**go, despite_missing=True).status == DischargeStatus.DISCHARGED


def test_nobody_goes_home_undecided_or_where_it_was_not_decided(cast):
    waiting = make_case(cast, DischargeStatus.READY)
    with pytest.raises(IllegalTransition, match="Nobody has decided"):
        leaving.leave(case_id=waiting.pk, by=cast.ward, destination=Destination.USUAL_HOME)
    decided = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, decided)
    with pytest.raises(Invalid, match="pathway 3"):
        leaving.leave(case_id=decided.pk, by=cast.ward, destination=Destination.NEW_CARE_HOME)


def test_somebody_who_dies_leaves_at_once_and_their_tasks_go_with_them(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.DIED)
    assert not case.tasks.to_do().exists()
    with pytest.raises(IllegalTransition, match="has died"):
        leaving.see_at_home(case_id=case.pk, by=cast.nurse)


def test_leaving_earlier_than_now_cuts_what_was_attributed_later(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    fill(cast, case)
    delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=timezone.now() - HOUR, organisation_id=cast.stores.pk,
        reason_id=cast.reason().pk,
    )  # fmt: skip
    left = timezone.now() - 2 * HOUR
    leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=left)
    assert spans(DelaySpell, case) == spans(Readiness, case)
    assert spans(DelaySpell, case)[0][1] == left
    connection.check_constraints()


def test_nobody_leaves_before_they_were_ready(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    with pytest.raises(Invalid, match="before they were ready"):
        leaving.leave(case_id=case.pk, by=cast.ward, destination=Destination.USUAL_HOME, at=timezone.now() - 8 * HOUR)


# The data set


def test_the_data_set_says_how_complete_it_is_and_what_is_asked_for(cast):
    case = make_case(cast, DischargeStatus.READY)
    fill(cast, case, but=("medicines",))
    case.refresh_from_db()
    assert case.transfer_complete == 92
    assert data_set.missing(case) == (["Medicines"], [])
    transfer.ask_for_items(case_id=case.pk, by=cast.nurse, items=["medicines", "allergies"])
    assert [row.item.code for row in case.transfer.exclude(asked_at=None)] == ["medicines"]
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"medicines": "Two weeks supplied"})
    case.refresh_from_db()
    assert case.transfer_complete == 100
    with pytest.raises(Invalid, match="at least one item that is missing"):
        transfer.ask_for_items(case_id=case.pk, by=cast.nurse, items=["medicines"])


def test_the_data_set_takes_only_its_own_choices(cast):
    case = make_case(cast)
    with pytest.raises(Invalid, match="from the list"):
        transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"mobility": "Flies"})
    with pytest.raises(Invalid, match="no longer asked for"):
        transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"shoe-size": "41"})


def test_saying_the_same_again_changes_nothing(cast):
    case = make_case(cast)
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    before = DischargeCase.objects.get(pk=case.pk).version
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers={"allergies": "None known"})
    assert DischargeCase.objects.get(pk=case.pk).version == before


# Deciding together


def test_one_of_the_nhs_and_a_council_decide(cast):
    case = make_case(cast, DischargeStatus.READY)
    assert deciding.agree(case_id=case.pk, by=cast.nurse, **HOME).status == DischargeStatus.READY
    case = deciding.agree(case_id=case.pk, by=cast.social_worker, **HOME)
    assert (case.status, case.pathway, case.destination) == ("pathway_decided", Pathway.P1, Destination.USUAL_HOME)
    assert case.home_first_considered is True
    assert Event.objects.filter(kind="discharge.pathway_decided.v1", subject_id=case.pk).count() == 1


def test_two_of_the_nhs_do_not_decide_without_the_council(cast):
    case = make_case(cast, DischargeStatus.READY)
    colleague = people.actor("hub_member", at=cast.acute)
    for who in (cast.nurse, colleague):
        case = deciding.agree(case_id=case.pk, by=who, **HOME)
    assert case.status == DischargeStatus.READY


def test_who_agrees_on_different_things_decides_nothing_until_one_changes_their_mind(cast):
    case = make_case(cast, DischargeStatus.READY)
    bed = {"pathway": 2, "destination": "community_bed", "support": "short_term", "home_first_considered": True}
    deciding.agree(case_id=case.pk, by=cast.nurse, **bed, not_home_reason="Needs nursing at night")
    assert deciding.agree(case_id=case.pk, by=cast.social_worker, **HOME).status == DischargeStatus.READY
    case = deciding.agree(case_id=case.pk, by=cast.nurse, **HOME)
    assert case.status == DischargeStatus.DECIDED
    assert case.agreements.filter(superseded_at=None).count() == 2
    assert case.agreements.count() == 3


def test_the_ward_decides_pathway_0_alone_and_the_hub_never(cast):
    case = make_case(cast, DischargeStatus.READY)
    plain = HOME | {"pathway": Pathway.P0, "support": Support.SAME}
    with pytest.raises(Invalid, match="without the hub. Tell the ward") as refused:
        deciding.agree(case_id=case.pk, by=cast.nurse, **plain)
    assert refused.value.code == "WARD_LED"
    with pytest.raises(Invalid, match="members record") as refused:
        deciding.agree(case_id=case.pk, by=cast.ward, **HOME)
    assert refused.value.code == "HUB_LED"
    case = deciding.agree(case_id=case.pk, by=cast.ward, **plain)
    assert (case.status, case.pathway) == (DischargeStatus.DECIDED, Pathway.P0)


def test_not_home_needs_a_reason(cast):
    case = make_case(cast, DischargeStatus.READY)
    bed = {"pathway": 2, "destination": "community_bed", "support": "short_term"}
    for considered, reason, words in (
        (None, "", "Say whether going home"),
        (False, "", "Consider going home first"),
        (True, " ", "Say why the person cannot"),
    ):
        with pytest.raises(Invalid, match=words):
            deciding.agree(
                case_id=case.pk, by=cast.nurse, **bed, home_first_considered=considered, not_home_reason=reason
            )


def test_an_agreement_made_while_a_colleague_agreed_still_counts_but_not_after_other_changes(cast):
    case = make_case(cast, DischargeStatus.READY)
    seen = case.version
    deciding.agree(case_id=case.pk, by=cast.nurse, **HOME, expected_version=seen)
    case = deciding.agree(case_id=case.pk, by=cast.social_worker, **HOME, expected_version=seen)
    assert case.status == DischargeStatus.DECIDED
    deciding.reconsider(case_id=case.pk, by=cast.nurse, reason="The daughter cannot stay")
    with pytest.raises(StaleVersion):
        deciding.agree(case_id=case.pk, by=cast.social_worker, **HOME, expected_version=seen)


def test_deciding_again_keeps_them_waiting_and_asks_everybody_anew(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    case = deciding.reconsider(case_id=case.pk, by=cast.nurse, reason="The house is flooded")
    assert (case.status, case.pathway, case.destination) == (DischargeStatus.READY, None, "")
    assert not case.agreements.filter(superseded_at=None).exists()
    assert spans(Readiness, case)[-1][1] is None


# Tasks


def test_a_task_lets_its_organisation_open_the_person_and_begins_the_arranging(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    wanted = task(cast, case)
    case.refresh_from_db()
    assert case.status == DischargeStatus.ARRANGING
    assert DischargeCase.objects.visible_to(cast.equipment).filter(pk=case.pk).exists()
    done = discharge_tasks.finish_task(task_id=wanted.pk, by=cast.equipment, note="Upstairs")
    assert done.done_at
    assert done.note == "Upstairs"
    with pytest.raises(IllegalTransition, match="already done"):
        discharge_tasks.finish_task(task_id=wanted.pk, by=cast.equipment)


def test_a_task_is_moved_and_cancelled_with_a_reason_and_by_its_owner_or_the_hub(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    wanted = task(cast, case)
    with pytest.raises(NotPermitted, match="another organisation"):
        discharge_tasks.finish_task(task_id=wanted.pk, by=cast.ward)
    with pytest.raises(Invalid, match="in the way"):
        discharge_tasks.move_task(task_id=wanted.pk, by=cast.equipment, due_at=timezone.now(), note="")
    moved = discharge_tasks.move_task(
        task_id=wanted.pk, by=cast.equipment, due_at=timezone.now() + 40 * HOUR, note="The van is broken"
    )
    assert Act.objects.get(subject_id=moved.pk, verb="move_task").reason == "The van is broken"
    assert discharge_tasks.cancel_task(task_id=wanted.pk, by=cast.nurse, reason="Has one").cancelled_at


def test_a_task_says_what_and_who(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    with pytest.raises(Invalid, match="what must be done"):
        task(cast, case, title=" ")
    with pytest.raises(Invalid, match="organisation that does it"):
        task(cast, case, organisation_id=case.pk)


# Who owns the hours


def give(cast, case, *, ago=2 * HOUR, to=None, **said):
    return delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=timezone.now() - ago, organisation_id=(to or cast.stores).pk,
        reason_id=cast.reason().pk, **said,
    )  # fmt: skip


def test_from_a_moment_on_the_hours_have_another_owner(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    owned = give(cast, case)
    assert [one.organisation for one in case.delays.order_by("span")] == [cast.trust, cast.stores]
    assert spans(DelaySpell, case)[0][1] == owned.span.lower
    connection.check_constraints()
    assert DischargeCase.objects.visible_to(cast.equipment).filter(pk=case.pk).exists()


def test_hours_are_disputed_and_settled(cast):
    case = make_case(cast, DischargeStatus.DECIDED)
    owned = give(cast, case)
    with pytest.raises(NotPermitted, match="another organisation"):
        delays.dispute_delay(spell_id=owned.pk, by=cast.nurse, reason="Not theirs")
    disputed = delays.dispute_delay(spell_id=owned.pk, by=cast.equipment, reason="Nobody opened the door")
    assert disputed.state == DelaySpell.State.DISPUTED
    with pytest.raises(IllegalTransition, match="already disputed"):
        delays.dispute_delay(spell_id=owned.pk, by=cast.equipment, reason="Again")
    settled = give(cast, case, ago=HOUR, to=cast.acute)
    assert (settled.organisation, settled.state) == (cast.acute, DelaySpell.State.AGREED)
    assert DelaySpell.objects.get(pk=owned.pk).state == DelaySpell.State.DISPUTED
    agreed = delays.agree_delay(spell_id=owned.pk, by=cast.equipment)
    assert agreed.state == DelaySpell.State.AGREED
    with pytest.raises(IllegalTransition, match="already agreed"):
        delays.agree_delay(spell_id=owned.pk, by=cast.equipment)


def test_the_minute_in_which_waiting_began_belongs_to_it_and_what_lies_outside_is_refused(cast):
    ready = timezone.now().replace(second=30, microsecond=0) - 5 * HOUR
    case = discharge.mark_ready(case_id=make_case(cast).pk, by=cast.ward, at=ready)
    whole = delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=ready.replace(second=0), organisation_id=cast.stores.pk,
        reason_id=cast.reason().pk,
    )  # fmt: skip
    assert case.delays.get() == whole
    with pytest.raises(Invalid, match="not ready and waiting then"):
        give(cast, case, ago=9 * HOUR)
    with pytest.raises(Invalid, match="owns these hours"):
        delays.reattribute(
            case_id=case.pk, by=cast.nurse, at=timezone.now(), organisation_id=case.pk, reason_id=cast.reason().pk
        )
    with pytest.raises(Invalid, match="reason from the list"):
        delays.reattribute(
            case_id=case.pk, by=cast.nurse, at=timezone.now(), organisation_id=cast.stores.pk, reason_id=case.pk
        )


def test_hours_of_a_person_whom_one_may_not_open_are_not_found(cast):
    case = make_case(cast, DischargeStatus.READY)
    with pytest.raises(NotFound):
        delays.agree_delay(spell_id=case.delays.get().pk, by=cast.stranger)


def test_a_place_without_a_known_person_area_falls_back_to_the_hubs_place(cast):
    case = make_case(cast, patient=patients.patient())
    assert case.place == directory.area("leicester")
