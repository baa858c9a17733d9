"""Demand and stays, counted from the portal's own referrals: sums only, nobody can be recognised in them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Min, Q
from django.utils import timezone

from directory.codes import ServiceKind
from referrals.models import Referral, ReferralOffer, UnmetNeed
from referrals.states import OfferStatus

LOOK_BACK = timedelta(days=365)
LEAST_STAYS = 20
TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Requests by day, Monday to Sunday for drawing from, and lengths of stay to the tenth of a day."""

    first: date
    requests: tuple[int, ...]
    stays: tuple[tuple[float, int], ...]
    waited: int

    @property
    def requests_a_day(self) -> float:
        return sum(self.requests) / len(self.requests) if self.requests else 0.0

    @property
    def number_of_stays(self) -> int:
        return sum(many for _, many in self.stays)

    @property
    def mean_stay(self) -> float:
        total = self.number_of_stays
        return sum(days * many for days, many in self.stays) / total if total else 0.0

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self.requests) - 1)

    def of_weekday(self, weekday: int) -> list[int]:
        """Requests on every Monday (0), Tuesday (1) and so on."""
        start = (weekday - self.first.weekday()) % 7
        return list(self.requests[start::7])

    def as_json(self) -> dict[str, Any]:
        """What is kept, so that a run can be done again."""
        return {
            "first": self.first.isoformat(),
            "requests": list(self.requests),
            "stays": [[days, many] for days, many in self.stays],
            "waited": self.waited,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "History":
        """As as_json() wrote it."""
        return cls(
            first=date.fromisoformat(kept["first"]),
            requests=tuple(kept["requests"]),
            stays=tuple((days, many) for days, many in kept["stays"]),
            waited=kept["waited"],
        )


def count_history(now: datetime) -> History:
    """The year before today. Whoever did not fit a criterion asked for no place; whoever met no free one did."""
    today = timezone.localdate(now)
    first = today - LOOK_BACK
    asked = Counter(timezone.localdate(at) for at in _requests(now).values_list("first_asked", flat=True))
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    stays = Counter(_length(*row) for row in _ended(now))
    return History(
        first=first,
        requests=tuple(asked.get(day, 0) for day in days),
        stays=tuple(sorted(stays.items())),
        waited=_waited(now),
    )


def _waited(now: datetime) -> int:
    met_no_place = _unmet().filter(recorded_at__gte=now - LOOK_BACK, recorded_at__lt=now)
    return met_no_place.values("referral").distinct().count()


def _unmet() -> Any:
    return UnmetNeed.objects.standing().filter(service__kind=ServiceKind.VIRTUAL_WARD)


def _requests(now: datetime) -> Any:
    """Referrals offered to a virtual ward, each once, on the day it was first asked for."""
    offers = ReferralOffer.objects.filter(
        service__kind=ServiceKind.VIRTUAL_WARD, requested_at__gte=now - LOOK_BACK, requested_at__lt=now
    )
    wanted = ~Q(status__in=[OfferStatus.DECLINED, OfferStatus.WITHDRAWN]) | Q(pk__in=_unmet().values("offer"))
    return offers.filter(wanted).order_by().values("referral").annotate(first_asked=Min("requested_at"))


def _ended(now: datetime) -> Any:
    """First contact and end of stays that ended in the year. Those that still run are left out."""
    stays = Referral.objects.filter(
        service__kind=ServiceKind.VIRTUAL_WARD,
        first_contact_at__isnull=False,
        closed_at__gte=now - LOOK_BACK,
        closed_at__lt=now,
        closed_at__gt=F("first_contact_at"),
    )
    return stays.values_list("first_contact_at", "closed_at")


def _length(start: datetime, end: datetime) -> float:
    """Days, to the tenth, and never none."""
    return max(1, round((end - start).total_seconds() * TENTHS / 86_400)) / TENTHS
