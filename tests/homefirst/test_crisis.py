"""The 72 hours as people live them (J6): the night, the next step, more time, the end, and what is counted."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from audit.models import Event
from homefirst.actions import crisis as actions
from homefirst.avoided import RULES, Ended, rule_for, words_of
from homefirst.codes import EvidenceGrade, NextStep
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode
from homefirst.policies import crisis as policies
from homefirst.states import CrisisStatus
from homefirst.steps import NotFound
from patients.models import Patient
from referrals import actions as referral_actions
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral
from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode, now_of

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]
HOME, YES = Outcome.AT_HOME_NO_SUPPORT, AvoidedAdmission.YES


def end(found, by, outcome=HOME, answer=YES, **more):
    return actions.close(episode_id=found.pk, by=by, outcome=outcome, avoided_admission=answer, **more)


def plan(found, by, step=NextStep.REABLEMENT, **more):
    more = {"at": timezone.now() + timedelta(days=1)} | more
    return actions.plan_next_step(episode_id=found.pk, by=by, next_step=step, **more)


def test_j6_a_crisis_of_72_hours_ends_safely(cast):
    start = timezone.now() - timedelta(days=4)
    with time_machine.travel(start, tick=False):
        found = episode(cast, hours=0)
        actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=cast.nights.pk)
    with time_machine.travel(start + timedelta(hours=60, minutes=1), tick=False):
        crisis_keep_up(timezone.now())
        assert now_of(found).status == CrisisStatus.HANDOVER_DUE
        with pytest.raises(IllegalTransition, match="Plan the next step first") as refused:
            end(found, cast.nurse)
        assert refused.value.code == "NEEDS_NEXT_STEP"
    with time_machine.travel(start + timedelta(hours=62), tick=False):
        plan(found, cast.nurse, note="Two visits a day")
    with time_machine.travel(start + timedelta(hours=70), tick=False):
        ended = end(found, cast.nurse, Outcome.REABLEMENT)
    referral = Referral.objects.get(pk=found.referral_id)
    assert (ended.status, referral.status) == (CrisisStatus.CLOSED, "completed")
    assert ended.closed_at == referral.closed_at
    assert AvoidedAdmissionClaim.objects.get(episode=found).grade == EvidenceGrade.C
    told = referral.messages.get(text__startswith="What happens next: Reablement from ")
    assert told.text.endswith("Two visits a day")


def test_to_run_past_72_hours_needs_an_approver_and_a_reason(cast):
    found = episode(cast, hours=73)
    plan(found, cast.nurse)
    with pytest.raises(IllegalTransition, match="approve the time since then with a reason") as refused:
        end(found, cast.nurse)
    assert refused.value.code == "NEEDS_EXTENSION"
    until = timezone.now() + timedelta(hours=6)
    with pytest.raises(NotPermitted, match="supervises must approve"):
        actions.extend(episode_id=found.pk, by=cast.nurse, until=until, reason="No bed")
    with pytest.raises(Invalid, match="why the person needs longer"):
        actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="  ")
    approved = actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="Reablement starts tonight")
    assert (approved.ends_by, approved.extended_by_id) == (until, cast.lead.id)
    assert end(found, cast.nurse).status == CrisisStatus.CLOSED
    assert Event.objects.filter(kind="crisis.extended.v1", actor_id=cast.lead.id).count() == 1


def test_the_database_takes_no_extension_without_approver_or_reason(cast):
    found = episode(cast)
    for wrong in ({"extension_reason": "Because"}, {"extended_by": cast.lead.id, "extension_reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CrisisEpisode.objects.filter(pk=found.pk).update(**wrong)


def test_whoever_looks_after_the_person_cannot_approve_their_own_time(cast):
    found = episode(cast)
    until = found.ends_by + timedelta(hours=5)
    actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=cast.lead.id)
    with pytest.raises(NotPermitted, match="somebody else must approve") as refused:
        actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="Longer")
    assert refused.value.code == "NEEDS_ANOTHER_APPROVER"
    assert actions.extend(episode_id=found.pk, by=cast.other_lead, until=until, reason="Longer").ends_by == until


def test_the_shift_lead_of_the_point_of_access_may_approve(cast):
    found = episode(cast)
    until = found.ends_by + timedelta(hours=5)
    assert actions.extend(episode_id=found.pk, by=cast.shift_lead, until=until, reason="Longer").ends_by == until
    stranger = people.actor("shift_lead")
    assert not policies.can_extend(stranger, found)
    assert not policies.can_extend(people.actor("service_lead", at=cast.trust), found), "another team of the trust"


@pytest.mark.parametrize("hours", [-1, 0, 73])
def test_more_time_is_later_than_the_end_and_at_most_72_hours(cast, hours):
    found = episode(cast)
    with pytest.raises(Invalid):
        actions.extend(episode_id=found.pk, by=cast.lead, until=found.ends_by + timedelta(hours=hours), reason="Longer")


def test_approved_time_makes_the_hand_over_due_again_later(cast):
    found = episode(cast, hours=61)
    assert found.status == CrisisStatus.HANDOVER_DUE
    until = found.ends_by + timedelta(hours=24)
    again = actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="Longer")
    assert (again.status, again.handover_due_at) == (CrisisStatus.ACTIVE, until - timedelta(hours=12))
    assert crisis_keep_up(timezone.now()) == 0
    assert crisis_keep_up(until - timedelta(hours=12)) == 1
    assert Event.objects.filter(kind="crisis.handover_due.v1", subject_id=found.pk).count() == 2
    assert Event.objects.filter(kind="crisis.opened.v1", subject_id=found.pk).count() == 1


def test_approved_time_outlives_a_first_contact_put_right(cast):
    found = episode(cast, hours=1)
    until = found.ends_by + timedelta(hours=9)
    actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="Longer")
    referral_actions.undo(referral_id=found.referral_id, by=cast.nurse)
    referral_actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    crisis_keep_up(timezone.now())
    assert now_of(found).ends_by == until
    assert now_of(found).extended_by_id == cast.lead.id


def test_the_night_is_covered_by_night_nursing_or_with_a_note(cast):
    found = episode(cast)
    covered = actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=cast.nights.pk)
    assert covered.night_cover == cast.nights
    assert Patient.objects.visible_to(people.actor("community_worker", at=cast.nights.organisation)).filter(
        pk=found.patient_id
    ), "whoever comes at night may open the person"
    with pytest.raises(Invalid, match="how this service covers the night"):
        actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=cast.reablement.pk)
    with pytest.raises(Invalid, match="why nobody needs to come"):
        actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=None)
    with pytest.raises(Invalid, match="open now"):
        actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=found.pk)
    by_others = actions.name_night_cover(
        episode_id=found.pk, by=cast.nurse, service_id=cast.reablement.pk, note="Sitter from 10pm"
    )
    assert by_others.night_cover_note == "Sitter from 10pm"
    alone = actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=None, note="Daughter stays")
    assert (alone.night_cover, alone.night_cover_note) == (None, "Daughter stays")


def test_the_clinician_works_in_the_team(cast):
    found = episode(cast)
    assert actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=cast.mate.id).clinician_id == cast.mate.id
    with pytest.raises(Invalid, match="works in this team"):
        actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=cast.gp.id)
    lent = people.actor("community_worker")
    with pytest.raises(Invalid):
        actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=lent.id)
    cast.team.shared_employers.add(lent.organisation_id)
    assert actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=lent.id).clinician_id == lent.id


def test_a_next_step_says_when_it_starts(cast):
    found = episode(cast)
    with pytest.raises(Invalid, match="when they start"):
        plan(found, cast.nurse, at=None)
    with pytest.raises(Invalid, match="before the crisis support did"):
        plan(found, cast.nurse, at=found.opened_at - timedelta(minutes=1))
    assert plan(found, cast.nurse, NextStep.NOTHING).next_step_at is None


def test_before_the_hand_over_moment_no_next_step_is_asked_for(cast):
    found = episode(cast, hours=59)
    assert end(found, cast.nurse, Outcome.AT_HOME_WITH_SUPPORT).status == CrisisStatus.CLOSED


@pytest.mark.parametrize("outcome", [Outcome.DIED, Outcome.ADMITTED])
def test_who_has_died_or_is_in_hospital_needs_no_next_step(cast, outcome):
    found = episode(cast, hours=65)
    assert end(found, cast.nurse, outcome, AvoidedAdmission.NO).status == CrisisStatus.CLOSED


def test_the_referrals_own_page_ends_it_by_the_same_rules(cast):
    found = episode(cast, hours=74)
    done = {"referral_id": found.referral_id, "outcome": HOME, "avoided_admission": AvoidedAdmission.NO}
    with pytest.raises(IllegalTransition, match="approve the time since then"):
        referral_actions.complete(by=cast.nurse, **done)
    until = timezone.now() + timedelta(hours=5)
    actions.extend(episode_id=found.pk, by=cast.lead, until=until, reason="No bed until tonight")
    with pytest.raises(IllegalTransition, match="Plan the next step first"):
        referral_actions.complete(by=cast.nurse, **done)
    actions.plan_next_step(episode_id=found.pk, by=cast.nurse, next_step=NextStep.NOTHING)
    assert referral_actions.complete(by=cast.nurse, **done).status == "completed"


def test_a_referral_that_was_refused_leaves_the_episode_as_it_was(cast):
    found = episode(cast)
    referral_actions.complete(
        referral_id=found.referral_id, by=cast.nurse, outcome=HOME, avoided_admission=AvoidedAdmission.NO
    )
    with pytest.raises(IllegalTransition):
        end(found, cast.nurse)
    assert now_of(found).status == CrisisStatus.ACTIVE


def test_reopened_and_not_met_again_it_cannot_be_ended(cast):
    found = episode(cast)
    end(found, cast.nurse)
    referral_actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    crisis_keep_up(timezone.now())
    with pytest.raises(IllegalTransition, match="Nobody has met the person since"):
        end(found, cast.nurse)


def test_the_sweep_finds_nothing_to_do_after_an_end_on_the_episodes_own_page(cast):
    found = episode(cast)
    end(found, cast.nurse)
    assert crisis_keep_up(timezone.now()) == 0
    assert Event.objects.filter(kind="crisis.closed.v1", subject_id=found.pk).count() == 1


def test_an_ended_episode_takes_no_further_step(cast):
    found = episode(cast)
    end(found, cast.nurse)
    for call in (
        lambda: plan(found, cast.nurse),
        lambda: actions.name_clinician(episode_id=found.pk, by=cast.nurse, user_id=cast.mate.id),
        lambda: actions.extend(
            episode_id=found.pk, by=cast.lead, until=found.ends_by + timedelta(hours=1), reason="More"
        ),
        lambda: end(found, cast.nurse),
    ):
        with pytest.raises(IllegalTransition, match="no longer possible"):
            call()


def test_the_second_of_two_people_is_told_who_was_first(cast):
    found = episode(cast)
    seen = found.version
    plan(found, cast.nurse, expected_version=seen)
    with pytest.raises(StaleVersion, match=f"{cast.nurse.name}, Community worker changed this"):
        plan(found, cast.mate, expected_version=seen)


@pytest.mark.parametrize("role", ["gp", "clinician"])
def test_only_the_team_plans(cast, role):
    found = episode(cast)
    with pytest.raises(DomainError):
        plan(found, getattr(cast, role))
    assert not policies.can_plan(getattr(cast, role), found)


def test_another_team_neither_sees_nor_plans(cast):
    found = episode(cast)
    elsewhere = people.actor("community_worker")
    with pytest.raises(NotFound):
        plan(found, elsewhere)
    neighbour = people.actor("community_worker", team=cast.other_team)
    assert not policies.can_plan(neighbour, found)
    assert policies.can_plan(cast.mate, found)
    assert policies.can_close(cast.mate, found)


def test_where_there_is_no_team_the_organisation_of_the_service_plans(cast):
    found = episode(cast)
    found.team = None
    found.save()
    assert policies.can_plan(cast.mate, found)
    assert not policies.can_plan(people.actor("community_worker"), found)
    assert plan(found, people.SYSTEM).next_step == NextStep.REABLEMENT, "and the portal itself"
    assert actions.name_clinician(episode_id=found.pk, by=cast.mate, user_id=cast.mate.id).clinician_id == cast.mate.id
    assert str(found) == f"Crisis episode {found.pk}"


def test_every_step_is_in_the_history_once(cast):
    found = episode(cast)
    plan(found, cast.nurse)
    actions.name_night_cover(episode_id=found.pk, by=cast.nurse, service_id=cast.nights.pk)
    end(found, cast.nurse)
    acts = Act.objects.filter(subject_id=found.pk).order_by("version")
    assert [act.verb for act in acts] == ["open", "plan-next-step", "night-cover", "close"]
    assert [act.version for act in acts] == [1, 2, 3, 4]


def ended(outcome=HOME, answer=YES, urgency="crisis", needs=("falls",)):
    return Ended(outcome, answer, urgency, frozenset(needs), timezone.now())


@pytest.mark.parametrize(
    ("facts", "grade"),
    [
        (ended(), "c"),
        (ended(Outcome.VIRTUAL_WARD), "c"),
        (ended(urgency="urgent"), "d"),
        (ended(needs=("wound_care",)), "d"),
        (ended(Outcome.COMMUNITY_BED), "d"),
        (ended(Outcome.CARE_HOME), "d"),
        (ended(answer=AvoidedAdmission.UNSURE), None),
        (ended(answer=AvoidedAdmission.NO), None),
        (ended(Outcome.ADMITTED), None),
        (ended(Outcome.DIED), None),
        (ended(Outcome.NOT_FOUND), None),
        (ended(Outcome.PERSON_DECLINED), None),
    ],
)
def test_what_counts_as_an_avoided_admission_is_a_stated_rule(facts, grade):
    rule = rule_for(facts)
    assert (rule.grade if rule else None) == grade
    if rule:
        assert rule.words == words_of(rule.slug, rule.version)


def test_rules_are_versions_and_no_rule_gives_what_needs_somebody_elses_word():
    assert len({(rule.slug, rule.version) for rule in RULES}) == len(RULES)
    assert not {rule.grade for rule in RULES} & {EvidenceGrade.A, EvidenceGrade.B}
    assert words_of("gone", 1) == "gone"


def test_an_episode_is_claimed_under_the_rule_of_its_day(cast):
    found = episode(cast)
    end(found, cast.nurse, Outcome.COMMUNITY_BED)
    claim = AvoidedAdmissionClaim.objects.get()
    assert (claim.rule, claim.rule_version, claim.grade) == ("worker-judgement", 1, "d")
    told = Event.objects.get(kind="avoided_admission.claimed.v1")
    assert (told.subject_id, told.data["grade"]) == (found.pk, "d")
    assert str(claim) == f"Claim {claim.pk}"
