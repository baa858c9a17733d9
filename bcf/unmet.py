"""Unmet need of one quarter by service, hour of the day and place: in hours of care a week, or in how many needs.

Counted from the facts of the quarter whenever somebody asks, in one statement, through two gates: what the metrics show
of the quarter (bcf/disclosure.py), and how finely its day may be told apart (bcf/bands.py). Everybody who may see
figures may see what leaves here.

Hours are those of a clock in London. The hour that comes twice when clocks go back counts both times as the same
hour; the one that is left out when they go forward counts nothing that night.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from bcf.bands import DAY, Allowed, Finest, Pair, cut, finest
from bcf.facts.source import name_of
from bcf.metrics import unmet_hours, unmet_need
from bcf.models import Disclosure, Level, UnmetNeedFact
from bcf.periods import Period, next_start, start_of
from bcf.sums import FINENESS
from directory.models import Service

SECONDS_IN_AN_HOUR = 3600
NEEDS, KNOWN, SECONDS = range(3)
COUNTED = f"""
SELECT place_id, service_id, recorded_hour, {unmet_need.METRIC.numerator}, {unmet_hours.METRIC.denominator},
    coalesce(sum({unmet_hours.METRIC.over}), 0)::bigint
FROM {{fact}} WHERE recorded_on >= %s AND recorded_on < %s GROUP BY 1, 2, 3
"""


class Measure(models.TextChoices):
    """What is added up."""

    HOURS = "hours", "Hours of care"
    NEEDS = "needs", "Number of needs"

    @property
    def metric(self) -> str:
        """The metric whose totals these are."""
        return (unmet_hours if self is Measure.HOURS else unmet_need).METRIC.key

    @property
    def counts(self) -> int:
        """What must not be small: needs, or the needs whose hours are added up."""
        return KNOWN if self is Measure.HOURS else NEEDS


BY_HOUR = frozenset(measure.metric for measure in Measure)
"""The metrics whose numbers this page tells apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """One service, or all: how much in each band of `span` hours, and in all. Both are empty where they are hidden."""

    name: str
    slug: str
    span: int
    bands: tuple[Decimal, ...]

    @property
    def hidden(self) -> bool:
        return self.span == 0

    @property
    def total(self) -> Decimal:
        return sum(self.bands, Decimal(0))


@dataclass(frozen=True, slots=True)
class Unmet:
    """A quarter in one place or all: every service, the largest first, those that are hidden last; and all together."""

    services: tuple[Row, ...]
    together: Row


def quarters() -> list[date]:
    """Quarters in which a need was recorded, the newest first."""
    known = Disclosure.objects.filter(metric=unmet_need.METRIC.key, level=Level.SYSTEM, known_to=None)
    return list(known.order_by("-quarter").values_list("quarter", flat=True).distinct())


def usual(known: Sequence[date]) -> date:
    """What is shown when nobody chose: the last complete quarter with needs, or the only one there is."""
    running = start_of(Period.QUARTER, timezone.localdate())
    complete = [quarter for quarter in known if quarter < running]
    return next(iter([*complete, *known]), running)


def unmet(quarter: date, measure: Measure, place: UUID | None = None) -> Unmet:
    """What may be shown of a quarter, everywhere or in one place; three statements."""
    sums = _sums(quarter)
    counts = {pair: [hour[measure.counts] for hour in hours] for pair, hours in sums.items()}
    shown = finest(counts, _allowed(quarter, measure))
    names = {pk: (name, slug) for pk, name, slug in Service.objects.values_list("pk", "name", "slug")}
    rows = [
        _row(*names[service], _span(shown, place, service), _within(sums, place, [service]), measure)
        for service in sorted({service for _, service in sums})
    ]
    span = shown.everything if place is None else shown.places.get(place, 0)
    return Unmet(
        services=tuple(sorted(rows, key=lambda row: (row.hidden, -row.total, row.name))),
        together=_row("All services", "", span, _within(sums, place, names), measure),
    )


def _sums(quarter: date) -> Mapping[Pair, Sequence[Sequence[int]]]:
    """How many needs, how many of known hours, and how many seconds of care, by place and service, in each hour."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(fact=name_of(UnmetNeedFact)), [quarter, next_start(Period.QUARTER, quarter)])
        rows = cursor.fetchall()
    found: dict[Pair, list[Sequence[int]]] = defaultdict(lambda: [(0, 0, 0)] * DAY)
    for place, service, hour, *numbers in rows:
        found[place, service][hour] = numbers
    return found


def _allowed(quarter: date, measure: Measure) -> Allowed:
    """Whose totals of the quarter the metric shows."""
    rows = Disclosure.objects.filter(
        metric=measure.metric,
        quarter=quarter,
        level__in=[Level.SYSTEM, Level.PLACE, Level.SERVICE],
        known_to=None,
    )
    shown: dict[str, set[UUID]] = defaultdict(set)
    for level, scope, parts in rows.values_list("level", "scope_id", "parts"):
        if FINENESS[parts] >= FINENESS[Period.QUARTER]:
            shown[level].add(scope)
    return Allowed(bool(shown[Level.SYSTEM]), shown[Level.SERVICE], shown[Level.PLACE])


def _span(shown: Finest, place: UUID | None, service: UUID) -> int:
    return shown.services.get(service, 0) if place is None else shown.pairs.get((place, service), 0)


def _within(
    sums: Mapping[Pair, Sequence[Sequence[int]]], place: UUID | None, services: Iterable[UUID]
) -> list[Sequence[Sequence[int]]]:
    among = set(services)
    return [hours for pair, hours in sums.items() if pair[1] in among and place in (None, pair[0])]


def _row(name: str, slug: str, span: int, together: Iterable[Sequence[Sequence[int]]], measure: Measure) -> Row:
    if not span:
        return Row(name, slug, 0, ())
    number = SECONDS if measure is Measure.HOURS else NEEDS
    hours = [0] * DAY
    for each in together:
        hours = [so_far + numbers[number] for so_far, numbers in zip(hours, each, strict=True)]
    scale = SECONDS_IN_AN_HOUR if measure is Measure.HOURS else 1
    return Row(name, slug, span, tuple(Decimal(total) / scale for total in cut(hours, span)))
