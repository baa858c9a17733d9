"""What the pages of packages read: lists as plain values, hours nobody fills by day, and lots with gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from homefirst.codes import PackageAnswer
from homefirst.models import CarePackage, Lot, LotContract, ProviderAnswer
from homefirst.paging import Order
from homefirst.presenters.people import person_for
from homefirst.reading_reablement import Choice
from homefirst.states import PackageStatus

LATELY = timedelta(days=42)
DAYS = 14
SEARCH = ("place__name", "hours_a_week", "wanted_from", "created_at", "started_on", "status", "updated_at")
SEARCHED = (PackageStatus.WANTED, PackageStatus.OFFERED)
COLUMNS = (
    "id", "reference", "status", "hours_a_week", "visits_a_day", "carers_a_visit", "wanted_from", "created_at",
    "started_on", "ended_on", "review_due", "updated_at",
)  # fmt: skip


def package_lists(today: date, since: date | None = None) -> list[Choice]:
    """The broker's lists."""
    running, lately = Q(status=PackageStatus.ACTIVE), since or today - LATELY
    ended = Q(status=PackageStatus.ENDED, ended_on__gte=lately)
    cancelled = Q(status=PackageStatus.CANCELLED, updated_at__date__gte=lately)
    return [
        Choice("", "Looking for a provider", Q(status=PackageStatus.WANTED), Order.of("wanted_from")),
        Choice("offered", "Provider chosen", Q(status=PackageStatus.OFFERED), Order.of("wanted_from")),
        Choice("running", "Running", running, Order.of("review_due")),
        Choice("review", "Review due", running & Q(review_due__lte=today), Order.of("review_due")),
        Choice("ended", "Ended lately", ended | cancelled, Order.of("-updated_at")),
    ]


def request_lists(actor: Actor) -> list[Choice]:
    """A provider's lists."""
    mine = Q(provider=actor.organisation_id)
    wanted = Q(status=PackageStatus.WANTED)
    return [
        Choice("", "To answer", wanted & Q(my_answer=""), Order.of("wanted_from")),
        Choice("answered", "Answered", wanted & ~Q(my_answer=""), Order.of("wanted_from")),
        Choice("chosen", "You were chosen", mine & Q(status=PackageStatus.OFFERED), Order.of("wanted_from")),
        Choice("running", "Running", mine & Q(status=PackageStatus.ACTIVE), Order.of("review_due")),
    ]


def packages_of(actor: Actor, at: datetime | None = None) -> QuerySet[Any]:
    """Packages of people whom the actor has to do with; of restricted people those it takes part in, without a name."""
    return CarePackage.objects.listed_for(actor, at)


def package_values(rows: QuerySet[Any], actor: Actor, at: datetime | None = None) -> QuerySet[Any]:
    """Lines of the broker's lists, with how many providers were asked and what they said."""
    answers = ProviderAnswer.objects.filter(package=OuterRef("pk")).order_by().values("package")

    def many(**said: Any) -> Coalesce:
        return Coalesce(Subquery(answers.filter(**said).annotate(n=Count("pk")).values("n")), 0)

    return rows.values(
        *COLUMNS,
        **person_for(actor, at),
        lot_name=F("lot__name"),
        place_name=F("place__name"),
        provider_name=F("provider__name"),
        asked=many(),
        offers=many(answer__in=[PackageAnswer.OFFER, PackageAnswer.PART]),
        no_hours=many(answer=PackageAnswer.NO_HOURS),
    )


def requests_of(actor: Actor) -> QuerySet[Any]:
    """Packages that the actor's provider was asked about or runs, with its own answer."""
    mine = ProviderAnswer.objects.filter(package=OuterRef("pk"), provider=actor.organisation_id)
    return CarePackage.objects.visible_to(actor).annotate(my_answer=Subquery(mine.values("answer")[:1]))


def request_values(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Lines of a provider's lists; who it is is shown by the presenter, where the provider was chosen."""
    return rows.values(
        *COLUMNS,
        "my_answer",
        "provider_id",
        **person_for(actor),
        lot_name=F("lot__name"),
        postcode=F("patient__postcode"),
    )


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Hours a week for which there is no care yet, by place, on one day."""

    day: date
    by_place: dict[str, Decimal]


def first_day(today: date) -> date:
    """Of the last 14."""
    return today - timedelta(days=DAYS - 1)


def searches(rows: QuerySet[Any], today: date, first: date) -> QuerySet[Any]:
    """What was looked for at some time of these days."""
    waiting = Q(status__in=SEARCHED)
    started = Q(started_on__gt=first)
    cancelled = Q(status=PackageStatus.CANCELLED, updated_at__date__gt=first)
    return rows.filter(waiting | started | cancelled, wanted_from__lte=today).order_by().values(*SEARCH)


def unfilled(found: Iterable[dict[str, Any]], today: date) -> list[Unfilled]:
    """The last 14 days. Hours count from the day they are wanted until care starts or is no longer wanted."""
    first = first_day(today)
    spans = [_span(*(row[name] for name in SEARCH)) for row in found]
    places = sorted({place for place, *_ in spans})
    return [
        Unfilled(day, {place: _hours(spans, place, day) for place in places})
        for day in (first + timedelta(days=n) for n in range(DAYS))
    ]


def _span(
    place: str, hours: Decimal, wanted: date, made: Any, started: date | None, status: str, changed: Any
) -> tuple[str, Decimal, date, date]:
    """Place, hours, the first day without care, and the first day on which nobody waits any more."""
    until = started or date.max
    if status == PackageStatus.CANCELLED:
        until = timezone.localdate(changed)
    return place, hours, max(wanted, timezone.localdate(made)), until


def _hours(spans: Iterable[tuple[str, Decimal, date, date]], place: str, day: date) -> Decimal:
    return sum((hours for at, hours, since, until in spans if at == place and since <= day < until), Decimal(0))


def lots(today: date) -> list[dict[str, Any]]:
    """Every lot: who holds it, hours contracted, running and looked for. Sums, so nobody can be recognised."""
    contracts = {
        one.lot_id: one for one in LotContract.objects.in_force(today).select_related("provider").order_by("lot")
    }
    sums = (
        CarePackage.objects.order_by()
        .values("lot")
        .annotate(
            running=Coalesce(Sum("hours_a_week", filter=Q(status=PackageStatus.ACTIVE)), Decimal(0)),
            wanted=Coalesce(Sum("hours_a_week", filter=Q(status__in=SEARCHED)), Decimal(0)),
            searches=Count("pk", filter=Q(status__in=SEARCHED)),
        )
    )
    by_lot = {row.pop("lot"): row for row in sums}
    nothing = {"running": Decimal(0), "wanted": Decimal(0), "searches": 0}
    return [
        {"lot": lot, "contract": contracts.get(lot.pk), **by_lot.get(lot.pk, nothing)}
        for lot in Lot.objects.select_related("place", "council").order_by("place__name", "name")
    ]
