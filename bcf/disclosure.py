"""Small numbers: which figures may be shown without giving anybody away (docs/adr says how and why).

A count from 1 to 4 is never shown, and neither is anything from which one could be worked out: by taking months from
a quarter, weeks from months, places from the system, the reached from all, one metric from another of the same
referrals. So each scope has, for each quarter, a finest period at which it is shown. It is the finest at which
every piece of the quarter counts 0 or at least 5, the pieces of weeks being cut at the ends of months, so that no
sum or difference of what is shown is small. Where a scope stays hidden, what is left of the scope above it, less
those shown, must not be small either; otherwise the next smallest is hidden with it.
"""

# ruff: noqa: S608  names of our own tables and columns, never what anybody typed

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from bcf.metrics import METRICS, Metric, Unit
from bcf.models import Disclosure, Level
from bcf.periods import Period, next_start, start_of
from directory.codes import AreaLevel
from directory.models import Area, Service

SMALLEST_SHOWN = 5
AREAS = (Level.PLACE, Level.LOCALITY, Level.NEIGHBOURHOOD)
COARSE_TO_FINE = (Period.QUARTER, Period.MONTH, Period.WEEK, Period.DAY)
FINENESS: dict[str, int] = {"": 0, **{period: rank for rank, period in enumerate(COARSE_TO_FINE, 1)}}
PIECE: dict[str, Callable[[date], Any]] = {
    Period.QUARTER: lambda day: 0,
    Period.MONTH: lambda day: day.month,
    Period.WEEK: lambda day: (start_of(Period.WEEK, day), day.month),
    Period.DAY: lambda day: day,
}

Counts = Sequence[int]
Scope = tuple[str, UUID]
Pieces = dict[str, dict[Any, list[int]]]
Place = Sequence[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one day counts for the smallest set of scopes that any published figure could tell apart."""

    day: date
    scopes: tuple[Scope, ...]
    counts: Counts


def is_safe(count: int) -> bool:
    """Whether this count may be shown. Nobody is nobody; fewer than five could be known."""
    return count == 0 or count >= SMALLEST_SHOWN


def finest(cells: Iterable[Cell], system: Scope, parents: Mapping[Scope, Scope]) -> dict[Scope, str]:
    """The finest period at which each scope may be shown ("" for none), all counts of the cells taken together."""
    cells = list(cells)
    return Sums(cells, system, parents).finest(range(len(cells[0].counts)) if cells else ())


class Sums:
    """A quarter's counts, added up once for every scope, overlap and piece; asked for any choice of the counts.

    Every cell counts towards `system`. `parents` says which scope another belongs to; a scope is shown no finer than
    its parent. Localities cross other areas, so they are shown only where every overlap is safe too.
    """

    def __init__(self, cells: Sequence[Cell], system: Scope, parents: Mapping[Scope, Scope]):
        self.system, self.parents = system, parents
        width = len(cells[0].counts) if cells else 0
        days: dict[Any, dict[date, list[int]]] = {scope: {} for scope in (system, *parents)}
        touched: dict[tuple[Scope, ...], set[Scope]] = defaultdict(set)
        for cell in cells:
            others = tuple(scope for scope in cell.scopes if scope[0] != Level.LOCALITY)
            touched[others].update(scope for scope in cell.scopes if scope[0] == Level.LOCALITY)
            for key in (system, *(scope for scope in cell.scopes if scope in parents), (cell.scopes, others)):
                _add(days.setdefault(key, {}), cell.day, cell.counts, width)
        self.pieces: dict[Any, Pieces] = {key: _cut(by_day, width) for key, by_day in days.items()}
        self.overlaps: dict[Scope, list[Pieces]] = defaultdict(list)
        for key, pieces in self.pieces.items():
            if key not in parents and key != system:
                for locality in touched[key[1]]:
                    self.overlaps[locality].append(pieces)

    def finest(self, places: Place) -> dict[Scope, str]:
        """The finest period for each scope, so that nothing small of the counts at these places can be worked out.

        Sums of safe counts are safe, so whoever is safe at one period is safe at every coarser one.
        """
        of_system = self.pieces[self.system]
        shown = {
            self.system: next((each for each in reversed(COARSE_TO_FINE) if _all_safe(of_system[each], places)), "")
        }
        families: dict[tuple[Scope, str], list[Scope]] = defaultdict(list)
        for scope, parent in self.parents.items():
            families[parent, scope[0]].append(scope)
        for level in (Level.PLACE, Level.NEIGHBOURHOOD, Level.LOCALITY, Level.SERVICE):
            for (parent, of_level), children in families.items():
                if of_level == level:
                    shown |= self._among(children, parent, shown[parent], places)
        return shown

    def _among(self, children: Sequence[Scope], parent: Scope, parent_shown: str, places: Place) -> dict[Scope, str]:
        """The finest period for each of a parent's children: from coarse to fine, fewer and fewer stay."""
        shown = dict.fromkeys(children, "")
        staying = sorted(children, key=lambda scope: (-self._total(scope, places), scope))
        for period in COARSE_TO_FINE:
            if FINENESS[period] > FINENESS[parent_shown]:
                break
            staying = [scope for scope in staying if self._is_safe(scope, period, places)]
            whole = self.pieces[parent][period]
            while staying and not _all_safe(_rest(whole, [self.pieces[one][period] for one in staying]), places):
                staying.pop()
            shown |= dict.fromkeys(staying, period)
        return shown

    def _is_safe(self, scope: Scope, period: str, places: Place) -> bool:
        parts = [self.pieces[scope], *self.overlaps.get(scope, ())]
        return all(_all_safe(part[period], places) for part in parts)

    def _total(self, scope: Scope, places: Place) -> int:
        return sum(counts[place] for counts in self.pieces[scope][Period.QUARTER].values() for place in places)


def _add(sums: dict[Any, list[int]], key: Any, counts: Counts, width: int) -> None:
    known = sums.setdefault(key, [0] * width)
    for place, count in enumerate(counts):
        known[place] += count


def _cut(by_day: Mapping[date, Counts], width: int) -> Pieces:
    """Counts by piece, for each period."""
    pieces: Pieces = {period: {} for period in COARSE_TO_FINE}
    for day, counts in by_day.items():
        for period, piece in PIECE.items():
            _add(pieces[period], piece(day), counts, width)
    return pieces


def _all_safe(pieces: Mapping[Any, Counts], places: Place) -> bool:
    return all(is_safe(counts[place]) for counts in pieces.values() for place in places)


def _rest(whole: Mapping[Any, Counts], shown: Sequence[Mapping[Any, Counts]]) -> dict[Any, list[int]]:
    """What an onlooker could work out: the whole less everything shown of it."""
    rest = {piece: list(counts) for piece, counts in whole.items()}
    for one in shown:
        for piece, counts in one.items():
            known = rest[piece]
            for place, count in enumerate(counts):
                known[place] -= count
    return rest


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
        for quarter in quarters if quarters is not None else _quarters(table, day):
            _decide(chosen, table, day, quarter)


def _decide(metrics: Sequence[Metric], table: str, day: str, quarter: date) -> None:
    parents = _parents()
    system = next(iter(set(parents.values()) - set(parents)))
    forms = {metric.key: (counts_of(metric), parts_of(metric)) for metric in metrics}
    columns = list(dict.fromkeys(form for pair in forms.values() for some in pair for form in some))
    of_areas = {scope: parent for scope, parent in parents.items() if scope[0] != Level.SERVICE}
    of_services = {scope: parent for scope, parent in parents.items() if scope[0] == Level.SERVICE}
    areas = Sums(_cells(table, day, quarter, columns, AREAS), system, of_areas)
    services = Sums(_cells(table, day, quarter, columns, (Level.SERVICE,)), system, of_services)
    decided: dict[tuple[str, ...], dict[Scope, str]] = {}
    for some in {some for both in forms.values() for some in both}:
        places = [columns.index(form) for form in some]
        decided[some] = services.finest(places) | areas.finest(places)
    fresh = {
        (key, *scope): (period, decided[parts][scope])
        for key, (counts, parts) in forms.items()
        for scope, period in decided[counts].items()
    }
    known = {(row.metric, row.level, row.scope_id): row for row in _current(quarter, [m.key for m in metrics])}
    _write(quarter, fresh, known)


def counts_of(metric: Metric) -> tuple[str, ...]:
    """SQL of the counts that a metric's denominator (a count's only number) would give away."""
    if metric.unit == Unit.COUNT:
        return (metric.numerator,)
    rest = (f"({metric.whole}) - ({metric.denominator})",) if metric.whole else ()
    return (metric.denominator, *rest)


def parts_of(metric: Metric) -> tuple[str, ...]:
    """SQL of the counts that its value and numerator would give away."""
    if metric.centile is not None:
        return (metric.denominator,)
    if metric.unit == Unit.COUNT:
        return counts_of(metric)
    parts = [metric.numerator]
    if metric.unit == Unit.PERCENT:
        parts += [f"({metric.denominator}) - ({metric.numerator})"]
        parts += [METRICS[key].numerator for key in metric.parts]
    return tuple(dict.fromkeys([*counts_of(metric), *parts]))


def _cells(table: str, day: str, quarter: date, columns: Sequence[str], levels: Sequence[str]) -> list[Cell]:
    names = [f"{level}_id" for level in levels]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {day}, {', '.join(names)}, {', '.join(columns)} FROM {table} "
            f"WHERE {day} >= %s AND {day} < %s GROUP BY {day}, {', '.join(names)}",
            [quarter, next_start(Period.QUARTER, quarter)],
        )
        rows = cursor.fetchall()
    width = len(levels) + 1
    return [
        Cell(
            row[0],
            tuple((level, scope) for level, scope in zip(levels, row[1:width], strict=True) if scope),
            [int(count or 0) for count in row[width:]],
        )
        for row in rows
    ]


def _quarters(table: str, day: str) -> list[date]:
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
