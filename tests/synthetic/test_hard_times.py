"""Hardly any places and many deaths: the rules hold when they are under strain."""

from datetime import datetime

import pytest

from accounts.actors import ESCALATION
from audit.events import Kind
from audit.models import ActorKind, Event
from directory.models import Capacity
from referrals.models import Referral, Transition, UnmetNeed
from referrals.states import CLOSED, OFFER_TAKEN
from synthetic import shares
from tests.synthetic.conftest import fill

pytestmark = pytest.mark.django_db
PLACES = 1
TAKEN_AGAIN = {"reopen", "undo"}
"""Somebody taken up again within a week is never turned away for want of a place."""


@pytest.fixture
def strained(prepared: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    Capacity.objects.update(places=PLACES)
    monkeypatch.setattr(shares, "FATES", {"": 6, "death": 4})
    fill(now)


def test_places_and_deaths_are_respected(strained):
    """No full service takes somebody new; who waits gets the next place; the dead are left alone."""
    counted = set(Capacity.objects.values_list("service_id", flat=True))
    caring: dict[object, int] = {}
    moves = Transition.objects.exclude(offer=None).select_related("offer").order_by("at", "id")
    for move in moves:
        service = move.offer.service_id
        taken, was_taken = move.to_status in OFFER_TAKEN, move.from_status in OFFER_TAKEN
        caring[service] = caring.get(service, 0) + taken - was_taken
        if service in counted and taken and not was_taken and move.step.verb not in TAKEN_AGAIN:
            assert caring[service] <= PLACES
    assert UnmetNeed.objects.exists()
    assert Event.objects.filter(kind=Kind.UNMET_NEED_MET, actor_kind=ActorKind.SYSTEM).exists()
    dead = Referral.objects.visible_to(ESCALATION).exclude(patient__deceased_at=None).select_related("patient")
    assert dead.exists()
    for referral in dead:
        assert referral.status in CLOSED
        assert referral.received_at.date() <= referral.patient.deceased_at
