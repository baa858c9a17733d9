"""Crisis care in the demonstration: whoever is cared for now has an episode, and the sweep finds nothing wrong."""

import pytest
from django.db.models import F

from homefirst.crisis import CRISIS_KINDS
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode, Shift
from homefirst.states import CrisisStatus
from referrals.models import Referral
from referrals.states import Status
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
