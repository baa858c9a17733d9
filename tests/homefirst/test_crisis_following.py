"""Crisis episodes follow their referrals: opened, timed and voided, each exactly once."""

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
from homefirst.following_crisis import FOLLOWING
from homefirst.models import Act, CrisisEpisode
from homefirst.states import CrisisStatus
from homefirst.tasks import catch_up, follow_referrals
from referrals import actions, clocks
from referrals.states import Status
from tests.factories import directory
from tests.factories.homefirst_crisis import HOUR, CrisisCast, episode, episode_of, finish, met, now_of, sweep
from tests.factories.referrals import make_referral

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=CrisisCast)]


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


def test_an_end_from_a_long_outage_is_caught_up_by_the_rarer_task(cast):
    """The frequent sweep looks back an hour, so that it asks little of a large table."""
    with time_machine.travel(timezone.now() - timedelta(hours=8), tick=False):
        referral = met(cast)
        finish(cast, referral.pk)

    follow_referrals()
    assert not CrisisEpisode.objects.exists()

    catch_up()
    assert episode_of(referral).status == CrisisStatus.CLOSED


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
