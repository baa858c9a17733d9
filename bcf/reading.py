"""The one door to figures: what leaves here may be shown to anybody who may see the dashboard.

Small numbers are taken out before a figure leaves, so pages, downloads, charts and the API cannot leak them. A
figure that nobody decided about is hidden.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bcf import periods
from bcf.disclosure import FINENESS
from bcf.metrics import METRICS, Metric, Unit
from bcf.models import Cursor, Disclosure, Observation, SetAside
from bcf.periods import Period, next_start


class Status(StrEnum):
    """How firm a figure is."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, fit to be shown. `hidden` means that there is one and that it is too small to show.

    `value` is in the metric's unit. For a hidden figure all three numbers are None; for one with no cases the value
    is None (a share of nobody) or 0 (a count).
    """

    metric: str
    level: str
    scope_id: UUID
    period: str
    start: date
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    hidden: bool
    status: Status
    reason: str
    known_from: date | None

    @property
    def label(self) -> str:
        """The period as people write it."""
        return periods.label(self.period, self.start)

    @property
    def end(self) -> date:
        """The last day of the period."""
        return next_start(self.period, self.start) - timedelta(days=1)


FIGURES = """
SELECT o.metric, o.level, o.scope_id, o.period, o.start, o.numerator, o.denominator, o.value, o.known_from,
    o.restated, o.reason, d.counts, d.parts, e.counts, e.parts
FROM {observation} o
LEFT JOIN {disclosure} d ON d.metric = o.metric AND d.level = o.level AND d.scope_id = o.scope_id
    AND d.quarter = date_trunc('quarter', o.start)::date AND {d_known}
LEFT JOIN {disclosure} e ON e.metric = o.metric AND e.level = o.level AND e.scope_id = o.scope_id
    AND e.quarter = date_trunc('quarter', o.start + CASE o.period WHEN 'week' THEN 6 ELSE 0 END)::date AND {e_known}
WHERE o.metric = ANY(%(metrics)s) AND o.level = %(level)s AND o.period = %(period)s
    AND o.start >= %(first)s AND o.start <= %(last)s AND {o_known} {among}
ORDER BY o.metric, o.scope_id, o.start
"""
KNOWN = "{row}.known_from <= %(known_on)s AND ({row}.known_to IS NULL OR {row}.known_to > %(known_on)s)"
CURRENT = "{row}.known_to IS NULL"


def figures(
    metrics: Iterable[str],
    *,
    level: str,
    period: str,
    first: date,
    last: date,
    scopes: Sequence[UUID] | None = None,
    known_on: date | None = None,
) -> list[Figure]:
    """Figures whose period starts from `first` to `last`, ordered by metric, scope and start; one statement.

    `known_on` gives them as they were known at the end of that day. Periods without any cases have no figure.
    """
    known = CURRENT if known_on is None else KNOWN
    sql = FIGURES.format(
        observation=connection.ops.quote_name(Observation._meta.db_table),
        disclosure=connection.ops.quote_name(Disclosure._meta.db_table),
        among="" if scopes is None else "AND o.scope_id = ANY(%(scopes)s)",
        **{f"{row}_known": known.format(row=row) for row in "ode"},
    )
    given = {"metrics": list(metrics), "level": level, "period": period, "first": first, "last": last}
    given |= {"scopes": list(scopes or ()), "known_on": known_on}
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    today = known_on or timezone.localdate()
    return [_figure(row, today) for row in rows]


def series(
    metric: str,
    *,
    level: str,
    scope_id: UUID,
    period: str,
    first: date,
    last: date,
    known_on: date | None = None,
) -> list[Figure]:
    """One scope's figures with no gaps: a count is 0 where nothing happened, anything else has no value there."""
    found = {
        figure.start: figure
        for figure in figures(
            [metric], level=level, period=period, first=first, last=last, scopes=[scope_id], known_on=known_on
        )
    }
    return [
        found.get(start) or nothing(METRICS[metric], level, scope_id, period, start)
        for start in periods.starts(period, first, last)
    ]


def nothing(metric: Metric, level: str, scope_id: UUID, period: str, start: date) -> Figure:
    """The figure of a period in which nothing was counted."""
    is_count = metric.unit == Unit.COUNT
    return Figure(
        metric=metric.key,
        level=level,
        scope_id=scope_id,
        period=period,
        start=start,
        numerator=0 if is_count else None,
        denominator=None if is_count else 0,
        value=Decimal(0) if is_count else None,
        hidden=False,
        status=_status(metric, period, start, timezone.localdate(), restated=False),
        reason="",
        known_from=None,
    )


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far counting has come, and what it could not read."""

    counted_at: datetime | None
    waiting: int


def freshness() -> Freshness:
    """When events were last read, and how many were set aside."""
    cursor = Cursor.objects.first()
    waiting = SetAside.objects.filter(counted_at=None).count()
    return Freshness(counted_at=cursor.moved_at if cursor else None, waiting=waiting)


def _figure(row: Sequence[Any], today: date) -> Figure:
    metric, level, scope_id, period, start, numerator, denominator, value, known_from, restated, reason = row[:11]
    counts, parts = _is_shown(period, row[11], row[13]), _is_shown(period, row[12], row[14])
    definition = METRICS[metric]
    if definition.unit == Unit.COUNT:
        parts = counts
    return Figure(
        metric=metric,
        level=level,
        scope_id=scope_id,
        period=period,
        start=start,
        numerator=numerator if parts else None,
        denominator=denominator if counts else None,
        value=value if parts else None,
        hidden=not parts,
        status=_status(definition, period, start, today, restated=restated),
        reason=reason,
        known_from=known_from,
    )


def _is_shown(period: str, *finest: str | None) -> bool:
    return all(found is not None and FINENESS[period] <= FINENESS[found] for found in finest)


def _status(metric: Metric, period: str, start: date, today: date, *, restated: bool) -> Status:
    if restated:
        return Status.RESTATED
    settled = next_start(period, start) + timedelta(days=metric.settles_after)
    return Status.FINAL if today >= settled else Status.PROVISIONAL


__all__ = ["Figure", "Freshness", "Period", "Status", "figures", "freshness", "nothing", "series"]
