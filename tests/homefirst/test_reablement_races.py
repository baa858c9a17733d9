"""The sweep and the team at once, on real connections: one episode, one answer, one end."""

import pytest

from audit.errors import DomainError
from audit.models import Event
from homefirst.actions import follow_ups, reablement
from homefirst.models import FollowUp91, ReablementEpisode
from tests.factories.homefirst_reablement import Reablers, keep_up
from tests.factories.referrals import Cast
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_sweeps_side_by_side_open_one_episode():
    team = Reablers(Cast())
    team.visited(channel="ward")
    together(*[keep_up] * 4)
    assert (ReablementEpisode.objects.count(), FollowUp91.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="reablement.started.v1").count() == 1


def test_two_attempts_from_the_same_page_count_once():
    team = Reablers(Cast())
    follow_up = team.follow_up()
    call = {"follow_up_id": follow_up.pk, "reached": False, "expected_version": follow_up.version}
    answers = together(*(lambda who=who: follow_ups.record_attempt(**call, by=who) for who in (team.worker, team.lead)))
    assert [one.code for one in answers if isinstance(one, DomainError)] == ["STALE_VERSION"]
    assert follow_up.attempts.count() == 1


def test_ending_while_the_sweep_runs_does_not_lock_up():
    team = Reablers(Cast())
    episode = team.episode()
    finish = {"episode_id": episode.pk, "by": team.worker, "outcome": "same", "avoided_admission": "no"}
    answers = together(lambda: reablement.end(**finish), *[keep_up] * 3)
    assert not [one for one in answers if isinstance(one, DomainError)]
    assert Event.objects.filter(kind="reablement.ended.v1", subject_id=episode.pk).count() == 1
