"""Measures that others publish: what each is (data), which figures are known, and which may be shown."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bcf.models import PublishedFigure
from bcf.periods import Period, label, start_of
from bcf.rag import Rule
from bcf.targets import end_of
from directory.models import Population

DATA = Path(__file__).resolve().parent / "data" / "published_metrics.toml"
SMALLEST_SHOWN = 5
HALF = Decimal("0.5")


class PublishedUnit(StrEnum):
    """What a published value is in."""

    PERCENT = "percent"
    RATE = "rate"

    @property
    def of(self) -> int:
        """What a value of a whole would be."""
        return {"percent": 100, "rate": 100_000}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMetric:
    """One measure, as bcf/data/published_metrics.toml defines it."""

    key: str
    title: str
    short: str
    unit: PublishedUnit
    per: str
    direction: str
    national: bool
    youngest: int
    aim: str
    numerator_means: str
    denominator_means: str
    definition: str

    def show(self, value: Decimal) -> str:
        """A value with the decimals it came with: "88%", "630.2", "1,204.66"."""
        plain = f"{value.normalize():,f}"
        return f"{plain}%" if self.unit is PublishedUnit.PERCENT else plain


class Stated(Protocol):
    """A figure as a row of a file states it."""

    @property
    def metric(self) -> str: ...

    @property
    def area_id(self) -> UUID: ...

    @property
    def value(self) -> Decimal: ...

    @property
    def numerator(self) -> int | None: ...

    @property
    def denominator(self) -> int | None: ...


def _read() -> tuple[dict[str, PublishedMetric], Rule]:
    data: dict[str, Any] = tomllib.loads(DATA.read_text())
    metrics = [PublishedMetric(**row | {"unit": PublishedUnit(row["unit"])}) for row in data["metric"]]
    return {metric.key: metric for metric in metrics}, Rule(Decimal(str(data["rule"]["tolerance"])))


PUBLISHED, RULE = _read()
AGES = sorted({metric.youngest for metric in PUBLISHED.values()})


def is_small(metric: PublishedMetric, value: Decimal, numerator: int | None, denominator: int | None) -> bool:
    """Whether a figure counts 1 to 4 people, or all but 1 to 4: as stated, or worked out from what is stated."""
    exact = value / metric.unit.of
    part, whole = _decimal(numerator), _decimal(denominator)
    if part is None and whole is not None:
        part = exact * whole
    if whole is None and part is not None and exact:
        whole = part / exact
    counts = [part, whole]
    if metric.unit is PublishedUnit.PERCENT and part is not None and whole is not None:
        counts.append(whole - part)
    return any(count is not None and HALF <= count < SMALLEST_SHOWN - HALF for count in counts)


@dataclass(frozen=True, slots=True)
class Smallness:
    """Tells small figures, also where a rate comes without its population, for that anybody can look up."""

    _people: Mapping[tuple[UUID, int], int]

    @classmethod
    def known(cls) -> "Smallness":
        """With the latest population of every place, and of the system as their sum; one statement."""
        bands: dict[UUID, dict[str, tuple[int, UUID | None]]] = defaultdict(dict)
        rows = Population.objects.order_by("year").values_list("area", "area__parent", "age_band", "count")
        for area, parent, band, count in rows:
            bands[area][band] = count, parent
        people: dict[tuple[UUID, int], int] = defaultdict(int)
        for area, found in bands.items():
            for band, (count, parent) in found.items():
                for youngest in (age for age in AGES if _first_age(band) >= age):
                    people[area, youngest] += count
                    if parent:
                        people[parent, youngest] += count
        return cls(people)

    def of(self, line: "Stated") -> bool:
        """Whether the figure is small."""
        metric = PUBLISHED[line.metric]
        whole = line.denominator
        if whole is None and line.numerator is None and metric.unit is PublishedUnit.RATE:
            whole = self._people.get((line.area_id, metric.youngest))
        return is_small(metric, line.value, line.numerator, whole)


def _first_age(band: str) -> int:
    return int(re.split(r"\D", band)[0])


def _decimal(count: int | None) -> Decimal | None:
    return None if count is None else Decimal(count)


def known_figures(known_on: date | None = None) -> QuerySet[PublishedFigure]:
    """Published figures as they are known now, or were at the end of a day."""
    if known_on is None:
        return PublishedFigure.objects.filter(known_to=None)
    end = end_of(known_on)
    return PublishedFigure.objects.filter(Q(known_to=None) | Q(known_to__gte=end), known_from__lt=end)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What may not be shown: all of a metric's figures of a financial year in which one, at any time known, is small.

    One small month could else be worked out from a year, or one small place from the system.
    """

    years: Collection[tuple[str, date]]

    @classmethod
    def of(cls, metrics: Collection[str]) -> "Hidden":
        """For these metrics; one statement."""
        rows = PublishedFigure.objects.filter(metric__in=metrics, small=True).values_list("metric", "start")
        return cls(frozenset((metric, start_of(Period.YEAR, start)) for metric, start in rows))

    def hides(self, metric: str, start: date) -> bool:
        """Whether figures of this metric that start on this day are hidden."""
        return (metric, start_of(Period.YEAR, start)) in self.years


def history(metric: str, area_id: UUID) -> QuerySet[PublishedFigure]:
    """Everything ever known of one metric for one area, newest period first and newest knowledge first."""
    found = PublishedFigure.objects.filter(metric=metric, area=area_id).select_related("area", "follows")
    return found.order_by("-start", "period", "-known_from")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which areas and periods there are figures for; keys are what an address calls them."""

    found: Sequence[tuple[str, str, str, date, int]]

    @classmethod
    def now(cls) -> "Shelf":
        """One statement."""
        columns = ("area__slug", "area__name", "period", "start")
        rows = PublishedFigure.objects.filter(known_to=None).values_list(*columns).annotate(Count("pk"))
        return cls(sorted(rows, key=lambda row: (row[3], row[2]), reverse=True))

    @property
    def areas(self) -> dict[str, str]:
        """Names by slug, in order of name."""
        names = {slug: name for slug, name, *_ in self.found}
        return dict(sorted(names.items(), key=lambda pair: pair[1]))

    @property
    def periods(self) -> dict[str, str]:
        """Labels by key, newest first."""
        return {period_key(period, start): label(period, start) for _, _, period, start, _ in self.found}

    @property
    def usual_area(self) -> str:
        """The area with the most figures."""
        totals: dict[str, int] = defaultdict(int)
        for slug, _, _, _, count in self.found:
            totals[slug] += count
        return max(totals, key=lambda slug: totals[slug], default="")

    def latest(self, area: str) -> str:
        """The newest period for which the area has figures."""
        return next((period_key(period, start) for slug, _, period, start, _ in self.found if slug == area), "")


def period_key(period: str, start: date) -> str:
    """What an address calls a period: year.2016-04-01."""
    return f"{period}.{start.isoformat()}"


def figures_on_shelf(area: str, key: str, known_on: date | None) -> QuerySet[PublishedFigure]:
    """The figures of one area and period; none for a key that names no period."""
    period, _, start = key.partition(".")
    if not start:
        return PublishedFigure.objects.none()
    known = known_figures(known_on).select_related("area", "follows")
    return known.filter(area__slug=area, period=period, start=date.fromisoformat(start))
