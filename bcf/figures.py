"""Figures from facts: grouped in SQL by period and scope, written only where they differ from what is known.

One statement counts every metric of one kind of fact for one period and one level; the whole past and a single day
go the same way. What is written for a day that is known already is replaced; what an earlier day knew is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from bcf import disclosure
from bcf.metrics import METRICS, Metric
from bcf.models import Level, Observation, Stale
from bcf.periods import COUNTED, Period, next_start, start_of
from directory.codes import AreaLevel
from directory.models import Area

TRUNC: dict[str, str] = {
    Period.DAY: "{day}",
    Period.WEEK: "date_trunc('week', {day})::date",
    Period.MONTH: "date_trunc('month', {day})::date",
    Period.QUARTER: "date_trunc('quarter', {day})::date",
}
LENGTH: dict[str, str] = {
    Period.DAY: "1 day",
    Period.WEEK: "1 week",
    Period.MONTH: "1 month",
    Period.QUARTER: "3 months",
}
COLUMN: dict[str, str] = {
    Level.PLACE: "place_id",
    Level.LOCALITY: "locality_id",
    Level.NEIGHBOURHOOD: "neighbourhood_id",
    Level.SERVICE: "service_id",
}
FRESH = """
CREATE TEMPORARY TABLE IF NOT EXISTS fresh (
    metric text, version smallint, level text, scope_id uuid, period text, start date,
    numerator bigint, denominator bigint, value numeric(16, 4), settled boolean
) ON COMMIT DELETE ROWS
"""
FRESH_KEY = "CREATE INDEX IF NOT EXISTS fresh_key ON fresh (metric, level, scope_id, period, start)"
WANTED = """
CREATE TEMPORARY TABLE IF NOT EXISTS wanted (
    metric text, level text, scope_id uuid, period text, start date
) ON COMMIT DELETE ROWS
"""
GATHER = """
INSERT INTO fresh
SELECT v.metric, v.version, %(level)s, {scope_id}, %(period)s, g.start, v.numerator, v.denominator, v.value,
    %(today)s >= g.start + interval '{length}' + v.settles
FROM (
    SELECT {trunc} AS start, {scope} AS scope, {aggregates} FROM {fact}
    WHERE {day} IS NOT NULL AND {scope} IS NOT NULL {among} GROUP BY 1, 2
) g
CROSS JOIN LATERAL (VALUES {values}) v (metric, version, numerator, denominator, value, settles)
WHERE coalesce(v.denominator, v.numerator) > 0
"""
AMONG = "AND {day} >= %(start)s AND {day} < %(end)s"
KEY = ("metric", "level", "scope_id", "period", "start")
SAME = " AND ".join(f"o.{name} = f.{name}" for name in KEY)
EMPTIED = """
INSERT INTO fresh
SELECT o.metric, o.version, o.level, o.scope_id, o.period, o.start,
    CASE WHEN o.numerator IS NOT NULL THEN 0 END, CASE WHEN o.denominator IS NOT NULL THEN 0 END,
    CASE WHEN o.numerator IS NOT NULL AND o.denominator IS NULL THEN 0 END,
    %(today)s >= o.start + CASE o.period {lengths} END + CASE o.metric {settles} END
FROM {observation} o {join_wanted}
WHERE o.known_to IS NULL AND o.metric = ANY(%(metrics)s) AND NOT EXISTS (SELECT FROM fresh f WHERE {same})
"""
DIFFERS = """(o.version, o.numerator, o.denominator, o.value)
    IS DISTINCT FROM (f.version, f.numerator, f.denominator, f.value)"""
REPLACE_TODAYS = """
UPDATE {observation} o SET version = f.version, numerator = f.numerator, denominator = f.denominator, value = f.value,
    computed_at = %(now)s, restated = o.restated OR f.settled,
    reason = CASE WHEN f.settled THEN %(reason)s ELSE o.reason END
FROM fresh f WHERE {same} AND o.known_to IS NULL AND o.known_from = %(today)s AND {differs}
"""
FOLLOW_EARLIER = """
WITH ended AS (
    UPDATE {observation} o SET known_to = %(today)s
    FROM fresh f WHERE {same} AND o.known_to IS NULL AND o.known_from < %(today)s AND {differs}
    RETURNING f.*
)
INSERT INTO {observation} (metric, version, level, scope_id, period, start, numerator, denominator, value,
    known_from, computed_at, restated, reason)
SELECT metric, version, level, scope_id, period, start, numerator, denominator, value,
    %(today)s, %(now)s, settled, CASE WHEN settled THEN %(reason)s ELSE '' END
FROM ended
"""
ADD_NEW = """
INSERT INTO {observation} (metric, version, level, scope_id, period, start, numerator, denominator, value,
    known_from, computed_at, restated, reason)
SELECT f.metric, f.version, f.level, f.scope_id, f.period, f.start, f.numerator, f.denominator, f.value,
    %(today)s, %(now)s, false, ''
FROM fresh f
ON CONFLICT (metric, level, scope_id, period, start) WHERE known_to IS NULL DO NOTHING
"""


@dataclass(slots=True)
class Cells:
    """Metrics, starts and scopes to be counted for one kind of fact, period and level."""

    metrics: set[str] = field(default_factory=set)
    starts: set[date] = field(default_factory=set)
    scopes: set[UUID] = field(default_factory=set)


def count_all(reason: str) -> None:
    """Count every figure there is."""
    counting = Counting(reason)
    for period in COUNTED:
        for level in Level:
            for metrics in families(METRICS.values()):
                counting.gather(metrics, period, level)
    counting.write(METRICS)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Observation._meta.db_table)}")
    disclosure.decide(METRICS, None)


def count_again(marks: Sequence[Stale]) -> None:
    """Count the figures that these marks name, for every period and scope that holds them."""
    by_reason: dict[str, list[Stale]] = defaultdict(list)
    quarters: dict[date, set[str]] = defaultdict(set)
    for mark in marks:
        by_reason[mark.reason].append(mark)
        quarters[start_of(Period.QUARTER, mark.day)].add(mark.metric)
    for reason, together in by_reason.items():
        counting = Counting(reason)
        for (metrics, period, level), cells in rectangles(together):
            for start in sorted(cells.starts):
                counting.gather(metrics, period, level, start, sorted(cells.scopes))
        counting.write({mark.metric for mark in together})
    for quarter, metrics_of_quarter in sorted(quarters.items()):
        disclosure.decide(metrics_of_quarter, [quarter])


def families(metrics: Iterable[Metric]) -> list[list[Metric]]:
    """Metrics that one statement can count: of the same facts, by the same day."""
    found: dict[tuple[type[models.Model], str], list[Metric]] = defaultdict(list)
    for metric in metrics:
        found[metric.fact, metric.day].append(metric)
    return list(found.values())


def rectangles(marks: Iterable[Stale]) -> Iterator[tuple[tuple[list[Metric], str, str], Cells]]:
    """What to count for these marks: for each family of metrics, period and level, the starts and scopes."""
    found: dict[tuple[type[models.Model], str, str, str], Cells] = defaultdict(Cells)
    system = system_id()
    for mark in marks:
        metric = METRICS[mark.metric]
        scopes = {Level.SYSTEM: system, **{level: getattr(mark, column) for level, column in COLUMN.items()}}
        for period in COUNTED:
            for level, scope in scopes.items():
                if scope:
                    cells = found[metric.fact, metric.day, period, level]
                    cells.metrics.add(metric.key)
                    cells.starts.add(start_of(period, mark.day))
                    cells.scopes.add(scope)
    for (_, _, of_period, of_level), cells in found.items():
        yield ([METRICS[key] for key in sorted(cells.metrics)], of_period, of_level), cells


def system_id() -> UUID:
    """The area of the whole system."""
    return Area.objects.filter(level=AreaLevel.SYSTEM).values_list("pk", flat=True)[0]


class Counting:
    """One round: gather fresh figures, then write those that differ. The caller holds the transaction."""

    def __init__(self, reason: str):
        now = timezone.now()
        self.given: dict[str, Any] = {"now": now, "today": timezone.localdate(now), "reason": reason}
        self.given["system"] = system_id()
        self.some = False
        self._run(FRESH)
        self._run(FRESH_KEY)
        self._run(WANTED)
        self._run("DELETE FROM fresh")
        self._run("DELETE FROM wanted")

    def gather(
        self,
        metrics: Sequence[Metric],
        period: str,
        level: str,
        start: date | None = None,
        scopes: Sequence[UUID] = (),
    ) -> None:
        """Count one family's metrics for one period and level: everywhere and always, or one start and some scopes."""
        day, column = metrics[0].day, COLUMN.get(level)
        among = ""
        if start is not None:
            self.some = True
            among = AMONG.format(day=day) + (f" AND {column} = ANY(%(scopes)s)" if column else "")
            self._want(metrics, period, level, start, scopes)
        sql = GATHER.format(
            scope_id="g.scope" if column else "%(system)s::uuid",
            scope=column or "0",
            length=LENGTH[period],
            trunc=TRUNC[period].format(day=day),
            fact=connection.ops.quote_name(metrics[0].fact._meta.db_table),
            day=day,
            among=among,
            aggregates=", ".join(_aggregates(number, metric) for number, metric in enumerate(metrics)),
            values=", ".join(_values(number, metric) for number, metric in enumerate(metrics)),
        )
        end = next_start(period, start) if start else None
        self._run(sql, level=level, period=period, start=start, end=end, scopes=list(scopes))

    def write(self, metrics: Iterable[str]) -> None:
        """Bring what is known up to date with what was gathered, for these metrics."""
        self._run("ANALYZE fresh")
        self._run(EMPTIED, metrics=list(metrics))
        for sql in (REPLACE_TODAYS, FOLLOW_EARLIER, ADD_NEW):
            self._run(sql)

    def _want(self, metrics: Sequence[Metric], period: str, level: str, start: date, scopes: Sequence[UUID]) -> None:
        self._run(
            "INSERT INTO wanted SELECT metric, %(level)s, scope_id, %(period)s, %(start)s::date "
            "FROM unnest(%(keys)s) metric, unnest(%(scopes)s::uuid[]) scope_id",
            keys=[metric.key for metric in metrics],
            level=level,
            period=period,
            start=start,
            scopes=list(scopes),
        )

    def _run(self, sql: str, **given: Any) -> None:
        words = {
            "observation": connection.ops.quote_name(Observation._meta.db_table),
            "same": SAME,
            "differs": DIFFERS,
            "lengths": " ".join(f"WHEN '{period}' THEN interval '{length}'" for period, length in LENGTH.items()),
            "settles": " ".join(f"WHEN '{key}' THEN interval '{m.settles_after} days'" for key, m in METRICS.items()),
            "join_wanted": f"JOIN wanted f ON {SAME}" if self.some else "",
        }
        for word, text in words.items():
            sql = sql.replace("{" + word + "}", text)
        with connection.cursor() as cursor:
            cursor.execute(sql, self.given | given)


def _aggregates(number: int, metric: Metric) -> str:
    numerator, denominator = metric.numerator or "NULL::bigint", metric.denominator or "NULL::bigint"
    return f"{numerator} AS n{number}, {denominator} AS d{number}, {metric.value} AS v{number}"


def _values(number: int, metric: Metric) -> str:
    settles = f"interval '{metric.settles_after} days'"
    return f"('{metric.key}', {metric.version}::smallint, g.n{number}, g.d{number}, g.v{number}, {settles})"
