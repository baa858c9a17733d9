"""Referrals that have ended, from which the history of crisis support and of reablement is written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from referrals.models import Referral
from referrals.states import CLOSED

if TYPE_CHECKING:
    from synthetic.home_first import Scene

MONTHS = 18


def met_and_ended(**which: Any) -> QuerySet[Referral]:
    """Of these, the ones that ended after somebody had been there."""
    return Referral.objects.filter(**{"status__in": CLOSED, "first_contact_at__isnull": False} | which)


def sample(ended: QuerySet[Referral], scene: "Scene", *, look_back: timedelta, most_a_month: int) -> Iterator[Referral]:
    """Everything that ended in the days that the sweep looks at; before that, some of each month."""
    until = recent = scene.now - look_back
    yield from ended.filter(updated_at__gte=recent)
    for _ in range(min(MONTHS, scene.months)):
        since = until - timedelta(days=30)
        month = ended.filter(received_at__gte=since, received_at__lt=until, updated_at__lt=recent)
        yield from month.order_by("received_at", "id")[:most_a_month]
        until = since


def columns(referral: Referral, since: datetime) -> dict[str, Any]:
    """What an episode has of its referral."""
    return {
        "created_at": since,
        "updated_at": since,
        "referral": referral,
        "patient_id": referral.patient_id,
        "service_id": referral.service_id,
        "team_id": referral.team_id,
        "place_id": referral.place_id,
    }
