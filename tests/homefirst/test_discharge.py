"""A way out of hospital: the whole journey, every state, who may, deciding together and what must be done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
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
    spans,
    task,
)

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
HOUR = timedelta(hours=1)


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


def test_a_place_without_a_known_person_area_falls_back_to_the_hubs_place(cast):
    case = make_case(cast, patient=patients.patient())
    assert case.place == directory.area("leicester")


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
