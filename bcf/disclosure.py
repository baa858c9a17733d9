"""Small numbers: which figures may be shown without giving anybody away (docs/adr says how and why).

A count from 1 to 4 is never shown, and neither is anything from which one could be worked out: by taking months from
a quarter, weeks from months, places from the system, the reached from all, one metric from another of the same
facts. So each count that a metric tells has, for each quarter and scope, a finest period at which it is shown
(bcf/sums.py), and a metric is shown at the coarsest of them.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from bcf.metrics import METRICS, Metric, Unit
from bcf.models import Disclosure, Level
from bcf.periods import Period, next_start
from bcf.sums import FINENESS, Cell, Scope, Sums
from directory.codes import AreaLevel
from directory.models import Area, Service

AREAS = (Level.PLACE, Level.LOCALITY, Level.NEIGHBOURHOOD)


def decide(keys: Iterable[str], quarters: Sequence[date] | None) -> None:
    """Decide anew what may be shown of these metrics, for these quarters or all. The caller holds the transaction."""
    wanted = set(keys)
    families: dict[tuple[Any, str], list[Metric]] = defaultdict(list)
    for metric in METRICS.values():
        families[metric.fact, metric.day].append(metric)
    for (fact, day), metrics in families.items():
        asked = wanted & {metric.key for metric in metrics}
        chosen = [metric for metric in metrics if asked and (asked & {metric.key, *metric.parts} or metric.whole)]
        if not chosen:
            continue
        table = connection.ops.quote_name(fact._meta.db_table)
        for quarter in quarters if quarters is not None else quarters_of(table, day):
            _decide(chosen, table, day, quarter)


def _decide(metrics: Sequence[Metric], table: str, day: str, quarter: date) -> None:
    parents = _parents()
    system = next(iter(set(parents.values()) - set(parents)))
    forms = {metric.key: (counts_of(metric), parts_of(metric)) for metric in metrics}
    columns = list(dict.fromkeys(form for pair in forms.values() for some in pair for form in some))
    of_areas = {scope: parent for scope, parent in parents.items() if scope[0] != Level.SERVICE}
    of_services = {scope: parent for scope, parent in parents.items() if scope[0] == Level.SERVICE}
    areas = Sums(cells_of(table, day, quarter, columns, AREAS), system, of_areas)
    services = Sums(cells_of(table, day, quarter, columns, (Level.SERVICE,)), system, of_services)
    alone = [areas.finest([place]) | services.finest([place]) for place in range(len(columns))]
    anything = areas.finest(()) | services.finest(())
    decided = {
        some: {scope: _coarsest(alone[columns.index(form)][scope] for form in some) for scope in anything}
        for some in {some for both in forms.values() for some in both}
    }
    fresh = {
        (key, *scope): (period, decided[parts][scope])
        for key, (counts, parts) in forms.items()
        for scope, period in decided[counts].items()
    }
    known = {(row.metric, row.level, row.scope_id): row for row in _current(quarter, [m.key for m in metrics])}
    _write(quarter, fresh, known)


def _coarsest(shown: Iterable[str]) -> str:
    """What several counts have in common. A count is decided for itself, so all metrics that tell it hide the same."""
    return min(shown, key=FINENESS.__getitem__, default=Period.DAY.value)


def counts_of(metric: Metric) -> tuple[str, ...]:
    """SQL of the counts that a metric's denominator (a count's only number) would give away."""
    told = metric.numerator_tells if metric.unit == Unit.COUNT else metric.denominator_tells
    if told is not None:
        return told
    if metric.unit == Unit.COUNT:
        return (metric.numerator,)
    rest = (f"({metric.whole}) - ({metric.denominator})",) if metric.whole else ()
    return (metric.denominator, *rest)


def parts_of(metric: Metric) -> tuple[str, ...]:
    """SQL of the counts that its value and numerator would give away."""
    if metric.over:
        return (metric.denominator,)
    if metric.unit == Unit.COUNT:
        return counts_of(metric)
    if metric.numerator_tells is not None:
        return tuple(dict.fromkeys([*counts_of(metric), *metric.numerator_tells]))
    parts = [metric.numerator]
    if metric.unit == Unit.PERCENT:
        parts += [f"({metric.denominator}) - ({metric.numerator})"]
        parts += [METRICS[key].numerator for key in metric.parts]
    return tuple(dict.fromkeys([*counts_of(metric), *parts]))


def cells_of(
    table: str, day: str, first: date, columns: Sequence[str], levels: Sequence[str], end: date | None = None
) -> list[Cell]:
    """What a quarter counts by day and smallest set of scopes; the table has a column for each level, like place_id.

    With `end`, the first day after it, any stretch of time.
    """
    names = [f"{level}_id" for level in levels]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {day}, {', '.join(names)}, {', '.join(columns)} FROM {table} "
            f"WHERE {day} >= %s AND {day} < %s GROUP BY {day}, {', '.join(names)}",
            [first, end or next_start(Period.QUARTER, first)],
        )
        rows = cursor.fetchall()
    width = len(levels) + 1
    return [
        Cell(
            row[0],
            tuple((level, scope) for level, scope in zip(levels, row[1:width], strict=True) if scope),
            [frozenset(count.split()) if isinstance(count, str) else int(count or 0) for count in row[width:]],
        )
        for row in rows
    ]


def quarters_of(table: str, day: str) -> list[date]:
    """The quarters in which anything was counted, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date_trunc('quarter', {day})::date FROM {table} WHERE {day} IS NOT NULL ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def _parents() -> dict[Scope, Scope]:
    """Which scope each belongs to: neighbourhoods to places, everything else to the system."""
    areas = {area.pk: area for area in Area.objects.all()}
    system = next(area for area in areas.values() if area.level == AreaLevel.SYSTEM)
    top = (Level.SYSTEM.value, system.pk)
    parents: dict[Scope, Scope] = {}
    for area in areas.values():
        if area.level == AreaLevel.NEIGHBOURHOOD and areas[area.parent_id].level == AreaLevel.PLACE:
            parents[Level.NEIGHBOURHOOD.value, area.pk] = (Level.PLACE.value, area.parent_id)
        elif area.level in {AreaLevel.PLACE, AreaLevel.LOCALITY, AreaLevel.NEIGHBOURHOOD}:
            parents[str(area.level), area.pk] = top
    parents |= {(Level.SERVICE.value, pk): top for pk in Service.objects.values_list("pk", flat=True)}
    return parents


def _current(quarter: date, keys: Sequence[str]) -> Iterable[Disclosure]:
    return Disclosure.objects.select_for_update().filter(quarter=quarter, metric__in=keys, known_to=None)


def _write(
    quarter: date,
    fresh: Mapping[tuple[str, str, UUID], tuple[str, str]],
    known: Mapping[tuple[str, str, UUID], Disclosure],
) -> None:
    """Replace what today decided before; follow what an earlier day did."""
    today = timezone.localdate()
    differing = {key: both for key, both in fresh.items() if key not in known or known[key].both != both}
    ended = [known[key].pk for key in differing if key in known]
    Disclosure.objects.filter(Q(pk__in=ended), known_from=today).delete()
    Disclosure.objects.filter(Q(pk__in=ended)).update(known_to=today)
    Disclosure.objects.bulk_create(
        Disclosure(
            metric=metric, quarter=quarter, level=level, scope_id=scope, counts=both[0], parts=both[1], known_from=today
        )
        for (metric, level, scope), both in differing.items()
    )
