"""The one door to figures: what leaves here may be shown to anybody who may see the dashboard.

Small numbers are taken out before a figure leaves, so pages, downloads, charts and the API cannot leak them. A
figure that nobody decided about is hidden.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import md5
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bcf import periods
from bcf.metrics import METRICS, Metric, Unit
from bcf.models import Cursor, Disclosure, Observation, SetAside
from bcf.periods import Period, next_start
from bcf.sums import FINENESS


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


COLUMNS = """
SELECT o.metric, o.level, o.scope_id, o.period, o.start, o.numerator, o.denominator, o.value, o.known_from,
    o.restated, o.reason, d.counts, d.parts, e.counts AS end_counts, e.parts AS end_parts
"""
DISCLOSED = """
LEFT JOIN {disclosure} d ON d.metric = o.metric AND d.level = o.level AND d.scope_id = o.scope_id
    AND d.quarter = date_trunc('quarter', o.start)::date AND {d_known}
LEFT JOIN {disclosure} e ON e.metric = o.metric AND e.level = o.level AND e.scope_id = o.scope_id
    AND e.quarter = date_trunc('quarter', o.start + CASE o.period WHEN 'week' THEN 6 ELSE 0 END)::date AND {e_known}
"""
FIGURES = f"""
WITH shown AS MATERIALIZED (
    SELECT d.metric, d.scope_id, d.quarter, d.counts, d.parts FROM {{disclosure}} d
    WHERE d.metric = ANY(%(metrics)s) AND d.level = %(level)s AND d.quarter >= date_trunc('quarter', %(first)s::date)
        AND d.quarter <= %(last)s::date + 6 AND {{d_known}} {{d_among}}
)
{COLUMNS} FROM {{observation}} o
LEFT JOIN shown d ON d.metric = o.metric AND d.scope_id = o.scope_id
    AND d.quarter = date_trunc('quarter', o.start)::date
LEFT JOIN shown e ON e.metric = o.metric AND e.scope_id = o.scope_id
    AND e.quarter = date_trunc('quarter', o.start + CASE o.period WHEN 'week' THEN 6 ELSE 0 END)::date
WHERE o.metric = ANY(%(metrics)s) AND o.level = %(level)s AND o.period = %(period)s
    AND o.start >= %(first)s AND o.start <= %(last)s AND {{o_known}} {{among}}
"""
ORDERED = f"{FIGURES} ORDER BY o.metric, o.scope_id, o.start"
MARK = "(SELECT md5(coalesce(string_agg(f::text, '' ORDER BY f.metric, f.scope_id, f.start), '')) FROM f)"
MARKED = f"WITH f AS MATERIALIZED ({FIGURES}) SELECT f.*, {MARK} FROM f ORDER BY f.metric, f.scope_id, f.start"
ONLY_MARK = f"WITH f AS MATERIALIZED ({FIGURES}) SELECT {MARK}"
EARLIER = f"""{COLUMNS}
FROM unnest(%(metric)s::text[], %(level)s::text[], %(scope_id)s::uuid[], %(period)s::text[], %(start)s::date[],
    %(day)s::date[]) AS w (metric, level, scope_id, period, start, day)
JOIN {{observation}} o ON o.metric = w.metric AND o.level = w.level AND o.scope_id = w.scope_id
    AND o.period = w.period AND o.start = w.start AND {{o_known}} {DISCLOSED}
"""
NO_FIGURES = md5(b"", usedforsecurity=False).hexdigest()
KNOWN = "{row}.known_from <= {day} AND ({row}.known_to IS NULL OR {row}.known_to > {day})"
CURRENT = "{row}.known_to IS NULL"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Figures whose period starts from `first` to `last`; `scopes` None for all of the level.

    `known_on` gives them as they were known at the end of that day. Periods without any cases have no figure.
    """

    metrics: tuple[str, ...]
    level: str
    period: str
    first: date
    last: date
    scopes: tuple[UUID, ...] | None = None
    known_on: date | None = None

    def figures(self) -> list[Figure]:
        """Ordered by metric, scope and start; one statement."""
        return self._figures(self._rows(ORDERED))

    def marked(self) -> tuple[list[Figure], str]:
        """The figures and their mark, as one statement saw both."""
        rows = self._rows(MARKED)
        return self._figures(rows), rows[0][-1] if rows else NO_FIGURES

    def mark(self) -> str:
        """Differs when anything stored about them differs. That includes what is hidden, so it never leaves."""
        return str(self._rows(ONLY_MARK)[0][0])

    def _figures(self, rows: list[Sequence[Any]]) -> list[Figure]:
        today = self.known_on or timezone.localdate()
        return [_figure(row, today) for row in rows]

    def _rows(self, sql: str) -> list[Sequence[Any]]:
        known = CURRENT if self.known_on is None else KNOWN
        among = "" if self.scopes is None else "AND {row}.scope_id = ANY(%(scopes)s)"
        given = {"metrics": list(self.metrics), "level": self.level, "period": self.period, "first": self.first}
        given |= {"last": self.last, "scopes": list(self.scopes or ()), "known_on": self.known_on}
        return _rows(sql, known, "%(known_on)s", given, among=among)


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
    """The figures wanted, ordered by metric, scope and start; one statement."""
    among = None if scopes is None else tuple(scopes)
    return Wanted(tuple(metrics), level, period, first, last, among, known_on).figures()


def earlier(restated: Iterable[Figure]) -> dict[tuple[str, UUID, date], Figure]:
    """What each of these was known to be on the day before it became known, by metric, scope and start.

    One statement, none when there is nothing to look for. A figure that was never known otherwise is not in it.
    """
    wanted = [figure for figure in restated if figure.known_from is not None]
    if not wanted:
        return {}
    days = [figure.known_from - timedelta(days=1) for figure in wanted if figure.known_from]
    names = ("metric", "level", "scope_id", "period", "start")
    given = {name: [getattr(figure, name) for figure in wanted] for name in names}
    given["scope_id"] = [str(figure.scope_id) for figure in wanted]
    by_start = dict(zip(((f.metric, f.scope_id, f.start) for f in wanted), days, strict=True))
    rows = _rows(EARLIER, KNOWN, "w.day", given | {"day": days})
    return {(row[0], row[2], row[4]): _figure(row, by_start[row[0], row[2], row[4]]) for row in rows}


def _rows(sql: str, known: str, day: str, given: dict[str, Any], among: str = "") -> list[Sequence[Any]]:
    asked = sql.format(
        observation=connection.ops.quote_name(Observation._meta.db_table),
        disclosure=connection.ops.quote_name(Disclosure._meta.db_table),
        among=among.format(row="o"),
        d_among=among.format(row="d"),
        **{f"{row}_known": known.format(row=row, day=day) for row in "ode"},
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
        return list(cursor.fetchall())


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
    today = timezone.localdate()
    return [
        found.get(start) or nothing(METRICS[metric], level, scope_id, period, start, today)
        for start in periods.starts(period, first, last)
    ]


def nothing(metric: Metric, level: str, scope_id: UUID, period: str, start: date, today: date) -> Figure:
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
        status=_status(metric, period, start, today, restated=False),
        reason="",
        known_from=None,
    )


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far counting has come, and what it could not read."""

    counted_at: datetime | None
    waiting: int

    @property
    def stamp(self) -> str:
        """Differs when what is said about it differs."""
        return f"{self.counted_at.timestamp() if self.counted_at else 0}-{self.waiting}"


def freshness() -> Freshness:
    """When events were last read, and how many were set aside; one statement."""
    name = connection.ops.quote_name
    cursors, waiting = name(Cursor._meta.db_table), name(SetAside._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT max(moved_at) FROM {cursors}), (SELECT count(*) FROM {waiting} WHERE counted_at IS NULL)"
        )
        return Freshness(*cursor.fetchone())


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


def _is_shown(period: str, begun: str | None, ended: str | None) -> bool:
    """Whether both quarters that a period lies in show figures as fine as it is."""
    if begun is None or ended is None:
        return False
    return FINENESS[period] <= min(FINENESS[begun], FINENESS[ended])


def _status(metric: Metric, period: str, start: date, today: date, *, restated: bool) -> Status:
    if restated:
        return Status.RESTATED
    settled = next_start(period, start) + timedelta(days=metric.settles_after)
    return Status.FINAL if today >= settled else Status.PROVISIONAL


__all__ = ["Figure", "Freshness", "Period", "Status", "earlier", "figures", "freshness", "nothing", "series"]
