"""Which target holds: the one for the scope before the one for everywhere, on a day, as known on a day.

The first targets are data (bcf/data/targets.toml); people with the right set others on a page (bcf/actions.py).
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from bcf.metrics import METRICS, Unit
from bcf.models import Target

DATA = Path(__file__).resolve().parent / "data" / "targets.toml"


@dataclass(frozen=True, slots=True)
class Goal:
    """A target fit to be shown. `value` is in the metric's unit; `everywhere` when it was not set for the scope."""

    id: UUID
    metric: str
    value: Decimal
    source: str
    valid_from: date
    valid_to: date | None
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """Targets of several metrics and scopes over time, read in one statement."""

    _rows: Mapping[tuple[str, UUID | None], list[Target]] = field(default_factory=dict)

    def on(self, metric: str, scope_id: UUID | None, day: date) -> Goal | None:
        """The target of the metric for the scope on the day; the scope's own before the one for everywhere.

        For a period, ask for its first day. None when nobody set one.
        """
        for scope in dict.fromkeys((scope_id, None)):
            for row in self._rows.get((metric, scope), ()):
                if row.holds_on(day):
                    return _goal(row)
        return None


def schedule(
    metrics: Iterable[str], scopes: Collection[UUID], period: str, *, known_on: date | None = None
) -> Schedule:
    """Every target of these metrics for these scopes that figures of this period may be held to; one statement.

    With `known_on`, as they were known at the end of that day.
    """
    mine = Q(scope_id=None) | Q(scope_id__in=list(scopes))
    rows: dict[tuple[str, UUID | None], list[Target]] = defaultdict(list)
    for row in known_targets(known_on).filter(mine, metric__in=list(metrics), period__in=("", period)):
        rows[row.metric, row.scope_id].append(row)
    for found in rows.values():
        found.sort(key=lambda row: row.period == "")
    return Schedule(rows)


def targets_for(
    metrics: Iterable[str], scope_id: UUID, day: date, *, period: str, known_on: date | None = None
) -> dict[str, Goal]:
    """The targets of these metrics for one scope on one day, by metric; one statement."""
    wanted = list(metrics)
    found = schedule(wanted, [scope_id], period, known_on=known_on)
    goals = ((metric, found.on(metric, scope_id, day)) for metric in wanted)
    return {metric: goal for metric, goal in goals if goal}


def known_targets(known_on: date | None = None) -> QuerySet[Target]:
    """Targets as they are known now, or were at the end of a day."""
    if known_on is None:
        return Target.objects.filter(known_to=None)
    end = end_of(known_on)
    return Target.objects.filter(Q(known_to=None) | Q(known_to__gte=end), known_from__lt=end)


def end_of(day: date) -> datetime:
    """The first moment in London after the day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def period_of(metric: str, period: str) -> str:
    """The period that a target of the metric is kept under: only a number of things depends on how long one counts."""
    return period if METRICS[metric].unit == Unit.COUNT else ""


def shipped() -> list[dict[str, Any]]:
    """The targets that the portal starts with."""
    rows = tomllib.loads(DATA.read_text())["target"]
    return [row | {"value": Decimal(str(row["value"]))} for row in rows]


def _goal(row: Target) -> Goal:
    return Goal(
        id=row.pk,
        metric=row.metric,
        value=row.value.normalize() + 0,
        source=row.source,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        everywhere=row.scope_id is None,
    )
