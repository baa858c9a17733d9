"""Two at once, on real connections: one wins, the other is told, nothing is counted twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from audit.errors import DomainError
from audit.models import Event
from homefirst.actions import crisis as actions
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode
from homefirst.states import CrisisStatus
from referrals import actions as referral_actions
from referrals.codes import AvoidedAdmission, Outcome
from tests.factories.homefirst_crisis import CrisisCast, episode, met, now_of
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return CrisisCast()


def close(found, by, version=None, outcome=Outcome.AT_HOME_NO_SUPPORT):
    return actions.close(
        episode_id=found.pk, by=by, outcome=outcome, avoided_admission=AvoidedAdmission.YES, expected_version=version
    )


def test_two_people_end_it_at_once_and_it_is_claimed_once(cast):
    found = episode(cast)
    results = together(
        *(lambda who=who: close(found, who, found.version) for who in (cast.nurse, cast.mate, cast.lead))
    )
    refused = [result.code for result in results if isinstance(result, DomainError)]
    assert refused == ["STALE_VERSION"] * 2
    assert now_of(found).status == CrisisStatus.CLOSED
    assert AvoidedAdmissionClaim.objects.count() == 1
    for kind in ("crisis.closed.v1", "avoided_admission.claimed.v1", "referral.completed.v1"):
        assert Event.objects.filter(kind=kind).exclude(subject_kind="referraloffer").count() == 1, kind


def test_ending_here_and_on_the_referrals_page_at_once_ends_once(cast):
    found = episode(cast)
    done = {"outcome": Outcome.ADMITTED, "avoided_admission": AvoidedAdmission.NO}
    results = together(
        lambda: close(found, cast.nurse),
        lambda: referral_actions.complete(referral_id=found.referral_id, by=cast.mate, **done),
        lambda: crisis_keep_up(timezone.now()),
    )
    crisis_keep_up(timezone.now())
    assert sum(isinstance(result, DomainError) for result in results) == 1
    found.referral.refresh_from_db()
    assert now_of(found).outcome == found.referral.outcome
    assert Event.objects.filter(kind="crisis.closed.v1").count() == 1


def test_sweeps_at_once_open_and_hand_over_each_episode_once(cast):
    referrals = [met(cast, hours=61) for _ in range(4)]
    now = timezone.now()
    results = together(*[lambda: crisis_keep_up(now)] * 3)
    assert not [result for result in results if isinstance(result, (DomainError, IntegrityError))]
    crisis_keep_up(now)
    assert CrisisEpisode.objects.filter(status=CrisisStatus.HANDOVER_DUE).count() == len(referrals)
    for kind in ("crisis.opened.v1", "crisis.handover_due.v1"):
        assert Event.objects.filter(kind=kind).count() == len(referrals)
    assert Act.objects.count() == 2 * len(referrals)


def test_a_sweep_does_not_wait_for_somebody_who_holds_the_row(cast):
    found = episode(cast, hours=59.99)
    later = found.handover_due_at + timedelta(seconds=1)
    results = together(lambda: close(found, cast.nurse), lambda: crisis_keep_up(later))
    crisis_keep_up(later)
    assert now_of(found).status in (CrisisStatus.CLOSED, CrisisStatus.HANDOVER_DUE)
    if isinstance(results[0], DomainError):
        assert now_of(found).status == CrisisStatus.HANDOVER_DUE
    else:
        assert now_of(found).status == CrisisStatus.CLOSED


def test_two_approvals_at_once_are_one(cast):
    found = episode(cast)
    until = found.ends_by + timedelta(hours=4)
    results = together(
        *(
            lambda who=who: actions.extend(
                episode_id=found.pk, by=who, until=until, reason="Longer", expected_version=found.version
            )
            for who in (cast.lead, cast.other_lead)
        )
    )
    assert [result.code for result in results if isinstance(result, DomainError)] == ["STALE_VERSION"]
    assert Event.objects.filter(kind="crisis.extended.v1").count() == 1
