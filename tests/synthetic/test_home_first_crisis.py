"""Crisis care in the demonstration: whoever is cared for now has an episode, and the sweep finds nothing wrong."""

from datetime import timedelta

import pytest
from django.db.models import F

from directory.codes import ServiceKind
from homefirst.crisis import CRISIS_KINDS
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode, Shift
from homefirst.states import CrisisStatus
from referrals.models import Referral
from referrals.states import Status
from synthetic import shares
from synthetic.dice import Dice
from synthetic.home_first import Scene, crisis
from synthetic.staff import Staff

pytestmark = pytest.mark.django_db


def test_the_boards_and_the_history_are_what_the_portal_would_have_made(counts, now):
    crisis.fill(Scene(now, Dice(7, "crisis"), Staff.read(), 36))
    cared_for = Referral.objects.filter(status=Status.IN_SERVICE, service__kind__in=CRISIS_KINDS)
    assert CrisisEpisode.objects.running().count() == cared_for.count()
    ended = CrisisEpisode.objects.filter(status=CrisisStatus.CLOSED)
    assert ended.count() > 5
    assert not ended.exclude(opened_at=F("referral__first_contact_at")).exists()
    assert not ended.exclude(closed_at=F("referral__closed_at")).exists()
    assert AvoidedAdmissionClaim.objects.filter(voided_at=None).exists()
    assert crisis_keep_up(now) == 0, "the sweep agrees with every row"
    newest = {found.pk: found.version for found in CrisisEpisode.objects.all()}
    for pk, version in newest.items():
        assert Act.objects.filter(subject_id=pk).count() == version
    assert Shift.objects.values("employer").distinct().count() > 1, "several employers on the rota"


@pytest.mark.parametrize("kind", [ServiceKind.CRISIS_RESPONSE, ServiceKind.NIGHT_NURSING])
def test_about_one_crisis_in_twenty_needs_longer_than_72_hours(kind):
    dice, many = Dice(7, kind), 5000
    times = [dice.minutes(shares.CARE_DAYS[kind] * 1440, shares.CARE_SPREAD) for _ in range(many)]
    assert 0.04 < sum(time > timedelta(hours=72) for time in times) / many < 0.08


def test_most_who_were_supported_longer_had_somebodys_approval(counts, now):
    crisis.fill(Scene(now, Dice(7, "crisis"), Staff.read(), 36))
    ended = CrisisEpisode.objects.filter(status=CrisisStatus.CLOSED).annotate(given=F("policy__minutes"))
    over = [one for one in ended if one.closed_at - one.opened_at > timedelta(minutes=one.given)]
    assert len(over) < ended.count() / 5
    assert all(one.extension_reason and one.ends_by >= one.closed_at for one in over if one.extended_by_id)
