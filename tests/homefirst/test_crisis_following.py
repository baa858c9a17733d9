"""Crisis episodes follow their referrals: opened, timed, ended, reopened and voided, each exactly once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.errors import IllegalTransition
from audit.ids import new_id
from audit.models import Event
from directory.codes import ClockCode, ServiceKind, Urgency
from directory.models import ClockPolicy
from homefirst import following_crisis
from homefirst.actions.crisis_following import bring_into_step, hand_over_due
from homefirst.crisis import term
from homefirst.following import keep_up
from homefirst.following_crisis import FOLLOWING, crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode
from homefirst.states import CrisisStatus
from homefirst.tasks import follow_referrals
from referrals import actions, clocks
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral
from referrals.states import Status
from tests.factories import directory, people
from tests.factories.homefirst_crisis import HOUR, CrisisCast, episode, episode_of, met, now_of
from tests.factories.referrals import make_referral, offer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return CrisisCast()


def sweep():
    return crisis_keep_up(timezone.now())


def events(kind, found=None):
    rows = Event.objects.filter(kind=f"{kind}.v1")
    return rows.filter(subject_id=found.pk) if found else rows


def test_the_first_contact_opens_an_episode_of_72_hours(cast):
    referral = met(cast, hours=3)
    assert sweep() == 1
    found = episode_of(referral)
    assert found.status == CrisisStatus.ACTIVE
    assert found.opened_at == referral.first_contact_at
    assert found.ends_by - found.opened_at == timedelta(hours=72)
    assert found.handover_due_at - found.opened_at == timedelta(hours=60)
    assert found.policy.code == ClockCode.MAX_STAY
    assert (found.team, found.service, found.patient) == (referral.team, referral.service, referral.patient)
    assert found.clinician_id == cast.nurse.id, "whoever went"
    assert events("crisis.opened", found).get().data["opened_at"] == referral.first_contact_at.isoformat()


def test_a_second_sweep_changes_nothing(cast, django_assert_max_num_queries):
    episode(cast)
    before = list(CrisisEpisode.objects.values())
    with django_assert_max_num_queries(5):
        assert sweep() == 0
    assert list(CrisisEpisode.objects.values()) == before
    assert Act.objects.count() == 1


def test_the_task_calls_every_part(cast):
    referral = met(cast)
    follow_referrals()
    assert episode_of(referral).status == CrisisStatus.ACTIVE
    assert keep_up(timezone.now())["crisis"] == 0


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (ServiceKind.CRISIS_RESPONSE, True),
        (ServiceKind.FALLS_RESPONSE, True),
        (ServiceKind.NIGHT_NURSING, True),
        (ServiceKind.COMMUNITY_NURSING, False),
        (ServiceKind.REABLEMENT, False),
    ],
)
def test_only_services_that_answer_crises_have_episodes(cast, kind, opens):
    type(cast.service).objects.filter(pk=cast.service.pk).update(kind=kind)
    met(cast)
    sweep()
    assert CrisisEpisode.objects.exists() is opens


def test_nobody_met_yet_is_no_episode(cast):
    make_referral(cast, Status.RESPONDING)
    sweep()
    assert not CrisisEpisode.objects.exists()


def test_the_policy_is_the_one_in_force_when_the_referral_was_received(cast):
    old = ClockPolicy.objects.get(code=ClockCode.MAX_STAY)
    changed = timezone.now() - 2 * HOUR
    old.valid_to = changed
    old.save()
    directory.clock_policy(ClockCode.MAX_STAY, minutes=96 * 60, version=2, valid_from=changed)
    before, after = met(cast, hours=5), met(cast, hours=0.5)
    sweep()
    assert episode_of(before).policy == old
    assert episode_of(before).ends_by - before.first_contact_at == timedelta(hours=72)
    assert episode_of(after).ends_by - after.first_contact_at == timedelta(hours=96)


def test_without_any_policy_there_is_nothing_to_keep_to(cast):
    ClockPolicy.objects.filter(code=ClockCode.MAX_STAY).delete()
    met(cast)
    assert sweep() == 0


def test_a_crisis_service_gives_72_hours_whatever_urgency_was_ticked(cast):
    referral = met(cast, urgency_requested=Urgency.URGENT)
    sweep()
    assert episode_of(referral).ends_by - referral.first_contact_at == timedelta(hours=72)


@pytest.mark.parametrize(
    ("began", "ends"),
    [
        (datetime(2026, 3, 28, 10, tzinfo=UTC), datetime(2026, 3, 31, 10, tzinfo=UTC)),
        (datetime(2026, 10, 24, 9, tzinfo=UTC), datetime(2026, 10, 27, 9, tzinfo=UTC)),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_72_hours_are_elapsed_time_whatever_the_clocks_do(cast, began, ends):
    policy = ClockPolicy.objects.get(code=ClockCode.MAX_STAY)
    assert term(policy, began).ends_by == ends
    with time_machine.travel(began - HOUR, tick=False):
        referral = make_referral(cast, Status.ALLOCATED)
    with time_machine.travel(began, tick=False):
        actions.first_contact(referral_id=referral.pk, by=cast.nurse)
        sweep()
    found = episode_of(referral)
    assert found.ends_by == ends
    assert found.handover_due_at == ends - timedelta(hours=12)
    with time_machine.travel(ends - timedelta(hours=12, seconds=1), tick=False):
        assert sweep() == 0
    with time_machine.travel(ends - timedelta(hours=12), tick=False):
        assert sweep() == 1


def test_the_hand_over_is_said_to_be_due_exactly_once(cast):
    referral = met(cast, hours=61)
    for _ in range(3):
        sweep()
    found = episode_of(referral)
    assert found.status == CrisisStatus.HANDOVER_DUE
    assert events("crisis.handover_due", found).count() == 1
    assert events("crisis.opened", found).count() == 1


def test_a_first_contact_taken_back_voids_the_episode(cast):
    found = episode(cast)
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    assert now_of(found).status == CrisisStatus.VOID
    assert not CrisisEpisode.objects.running().exists()
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    again = now_of(found)
    assert again.status == CrisisStatus.ACTIVE
    assert again.opened_at > found.opened_at
    assert again.closed_at is None
    assert [act.verb for act in Act.objects.order_by("version")] == ["open", "void", "reopen"]


def test_a_first_contact_put_right_between_two_sweeps_is_timed_anew(cast):
    found = episode(cast, hours=1)
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    earlier = found.opened_at - timedelta(minutes=30)
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse, contact_at=earlier)
    assert sweep() == 1
    again = now_of(found)
    assert (again.status, again.opened_at) == (CrisisStatus.ACTIVE, earlier)
    assert again.ends_by == earlier + timedelta(hours=72)
    assert events("crisis.updated", found).count() == 1


def finish(cast, referral_id, outcome=Outcome.AT_HOME_NO_SUPPORT, answer=AvoidedAdmission.YES):
    actions.complete(referral_id=referral_id, by=cast.nurse, outcome=outcome, avoided_admission=answer)


def test_a_referral_finished_on_its_own_page_ends_the_episode_with_its_outcome_and_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    ended = now_of(found)
    ended.referral.refresh_from_db()
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, Outcome.AT_HOME_NO_SUPPORT)
    assert ended.closed_at == ended.referral.closed_at
    claim = AvoidedAdmissionClaim.objects.get(episode=found)
    assert (claim.grade, claim.occurred_at, claim.voided_at) == ("c", ended.closed_at, None)
    assert events("avoided_admission.claimed").count() == 1
    assert sweep() == 0


def test_what_was_met_and_finished_during_an_outage_is_caught_up_once(cast):
    referral = met(cast)
    finish(cast, referral.pk)
    sweep()
    sweep()
    found = episode_of(referral)
    assert found.status == CrisisStatus.CLOSED
    assert [act.verb for act in Act.objects.order_by("version")] == ["open", "close"]
    assert AvoidedAdmissionClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda cast, pk: actions.record_death(referral_id=pk, by=cast.nurse), Outcome.DIED),
        (lambda cast, pk: actions.call_999(referral_id=pk, by=cast.nurse, reason="Chest pain"), ""),
        (lambda cast, pk: actions.withdraw(referral_id=pk, by=cast.nurse, reason="No more"), Outcome.PERSON_DECLINED),
    ],
    ids=["died", "999", "declined"],
)
def test_other_endings_end_the_episode_and_claim_nothing(cast, end, outcome):
    found = episode(cast)
    end(cast, found.referral_id)
    sweep()
    ended = now_of(found)
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, outcome)
    assert not AvoidedAdmissionClaim.objects.exists()
    assert sweep() == 0


def test_taking_back_the_end_takes_back_the_claim_and_counts_it_once_when_it_ends_again(cast):
    found = episode(cast, hours=2)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    running = now_of(found)
    assert (running.status, running.opened_at, running.outcome) == (CrisisStatus.ACTIVE, found.opened_at, "")
    claim = AvoidedAdmissionClaim.objects.get()
    assert claim.voided_at is not None
    assert claim.void_reason
    assert events("avoided_admission.voided").count() == 1
    finish(cast, found.referral_id, Outcome.COMMUNITY_BED)
    sweep()
    claim.refresh_from_db()
    assert (claim.voided_at, claim.grade, AvoidedAdmissionClaim.objects.count()) == (None, "d", 1)


def test_an_end_put_right_between_two_sweeps_is_followed(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    finish(cast, found.referral_id, Outcome.ADMITTED, AvoidedAdmission.NO)
    assert sweep() == 1
    assert now_of(found).outcome == Outcome.ADMITTED
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_a_reopened_referral_has_a_running_episode_with_a_term_of_its_own(cast):
    found = episode(cast, hours=50)
    finish(cast, found.referral_id)
    sweep()
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    assert sweep() == 1
    again = now_of(found)
    assert again.status == CrisisStatus.ACTIVE
    assert again.opened_at > found.opened_at
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    assert sweep() == 1
    assert now_of(found).opened_at == now_of(found).referral.first_contact_at
    assert sweep() == 0


def test_a_reopening_that_was_taken_back_ends_the_episode_again(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    closed_at = now_of(found).closed_at
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Wrong person")
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    ended = now_of(found)
    assert (ended.status, ended.outcome) == (CrisisStatus.CLOSED, Outcome.AT_HOME_NO_SUPPORT)
    assert ended.closed_at >= closed_at
    assert AvoidedAdmissionClaim.objects.get().voided_at is None
    assert sweep() == 0


def test_a_first_contact_after_reopening_that_was_taken_back_runs_from_the_reopening(cast):
    found = episode(cast, hours=5)
    finish(cast, found.referral_id)
    sweep()
    actions.reopen(referral_id=found.referral_id, by=cast.nurse, reason="Fell again")
    sweep()
    reopened = now_of(found).opened_at
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    assert sweep() == 1
    assert (now_of(found).status, now_of(found).opened_at) == (CrisisStatus.ACTIVE, reopened)


def test_moved_to_another_service_the_episode_ends_there_and_begins_again_with_the_next(cast):
    found = episode(cast, hours=4)
    actions.redirect(referral_id=found.referral_id, by=cast.nurse, service=cast.other_service.pk, reason="Needs nights")
    sweep()
    assert now_of(found).status == CrisisStatus.CLOSED
    assert now_of(found).outcome == ""
    assert sweep() == 0
    referral = found.referral
    actions.accept_offer(
        referral_id=referral.pk, offer_id=offer_of(referral, cast.other_service).pk, by=night_nurse(cast)
    )
    assert sweep() == 0, "not met by the next service yet"
    actions.first_contact(referral_id=referral.pk, by=night_nurse(cast))
    sweep()
    again = now_of(found)
    assert (again.status, again.service, again.team) == (CrisisStatus.ACTIVE, cast.other_service, cast.other_team)
    assert again.opened_at > found.opened_at


def test_an_end_taken_back_and_moved_on_between_two_sweeps_leaves_no_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    actions.redirect(referral_id=found.referral_id, by=cast.nurse, service=cast.other_service.pk, reason="Nights")
    assert sweep() == 1
    ended = now_of(found)
    assert (ended.status, ended.outcome, ended.service) == (CrisisStatus.CLOSED, "", cast.service)
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_an_end_and_a_first_contact_taken_back_between_two_sweeps_is_void_without_a_claim(cast):
    found = episode(cast)
    finish(cast, found.referral_id)
    sweep()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    Referral.objects.filter(pk=found.referral_id).update(status=Status.RESPONDING, first_contact_at=None)
    assert sweep() == 1
    assert now_of(found).status == CrisisStatus.VOID
    assert AvoidedAdmissionClaim.objects.get().voided_at is not None
    assert sweep() == 0


def test_met_again_and_finished_between_two_sweeps_after_a_void(cast):
    found = episode(cast)
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    sweep()
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    finish(cast, found.referral_id)
    assert sweep() == 1
    assert now_of(found).status == CrisisStatus.CLOSED
    assert AvoidedAdmissionClaim.objects.get().voided_at is None
    assert sweep() == 0


def follow(referral_id):
    return bring_into_step(referral_id=referral_id, by=FOLLOWING, now=timezone.now())


def test_to_follow_what_is_in_step_changes_nothing(cast):
    found = episode(cast)
    assert not follow(found.referral_id)
    finish(cast, found.referral_id)
    assert follow(found.referral_id)
    assert not follow(found.referral_id)
    second = episode(cast)
    actions.undo(referral_id=second.referral_id, by=cast.nurse)
    assert follow(second.referral_id)
    assert not follow(second.referral_id)
    assert not follow(new_id()), "no such referral"
    assert not hand_over_due(episode_id=found.pk, by=FOLLOWING, now=timezone.now())


def test_without_a_policy_a_running_episode_keeps_its_times(cast):
    found = episode(cast)
    ClockPolicy.objects.filter(code=ClockCode.MAX_STAY).update(valid_from=timezone.now() + HOUR)
    clocks.forget_policies()
    actions.undo(referral_id=found.referral_id, by=cast.nurse)
    actions.first_contact(referral_id=found.referral_id, by=cast.nurse)
    assert sweep() == 0
    assert now_of(found).ends_by == found.ends_by


def night_nurse(cast):
    return people.actor("community_worker", team=cast.other_team)


def test_one_row_that_refuses_stops_nobody_else(cast, monkeypatch):
    first, second = met(cast), met(cast)
    real = following_crisis.crisis_following.bring_into_step

    def refuse(*, referral_id, **rest):
        if referral_id == first.pk:
            raise IllegalTransition("Not now.")
        return real(referral_id=referral_id, **rest)

    monkeypatch.setattr(following_crisis.crisis_following, "bring_into_step", refuse)
    assert sweep() == 1
    assert episode_of(second)
