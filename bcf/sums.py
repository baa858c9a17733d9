"""The finest period at which each area and service may be shown: counts in, periods out, and nothing else asked.

It is the finest at which every piece of a quarter counts 0 or at least 5, the pieces of weeks being cut at the ends of
months, so that no sum or difference of what is shown is small. Where one person counts on several days, people are told
apart by their ids, and the number of different people is what must not be small. Where a scope stays hidden, what is
left of the scope above it, less those shown, must not be small either; otherwise the next smallest is hidden with it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bcf.models import Level
from bcf.periods import Period, start_of

SMALLEST_SHOWN = 5
WARD = "ward"
"""Wards split the decisions of the system between them, as services do; they have their own page (bcf/wards.py)."""
INSIDE = (Level.PLACE, Level.NEIGHBOURHOOD)
"""Areas that lie one inside the other."""
NO_CHILD = "no child"
COARSE_TO_FINE = (Period.QUARTER, Period.MONTH, Period.WEEK, Period.DAY)
FINENESS: dict[str, int] = {"": 0, **{period: rank for rank, period in enumerate((Period.YEAR, *COARSE_TO_FINE), 1)}}
PIECE: dict[str, Callable[[date], Any]] = {
    Period.QUARTER: lambda day: 0,
    Period.MONTH: lambda day: day.month,
    Period.WEEK: lambda day: (start_of(Period.WEEK, day), day.month),
    Period.DAY: lambda day: day,
}
"""What of a quarter each period tells apart, from coarse to fine."""
PIECE_OF_YEAR: dict[str, Callable[[date], Any]] = {
    Period.YEAR: lambda day: 0,
    Period.QUARTER: lambda day: start_of(Period.QUARTER, day),
}

Count = int | frozenset[str]
"""How many people, or which, where one may be counted on several days."""
Counts = Sequence[Count]
Scope = tuple[str, UUID]
Family = tuple[Scope, str]
"""Everything of one level that belongs to one scope."""
Pieces = dict[str, dict[Any, list[Count]]]
Place = Sequence[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one day counts for the smallest set of scopes that any published figure could tell apart."""

    day: date
    scopes: tuple[Scope, ...]
    counts: Counts


def is_safe(count: Count) -> bool:
    """Whether this count may be shown. Nobody is nobody; fewer than five could be known."""
    return not count or size(count) >= SMALLEST_SHOWN


def size(count: Count) -> int:
    """How many people that is."""
    return count if isinstance(count, int) else len(count)


def finest(cells: Iterable[Cell], system: Scope, parents: Mapping[Scope, Scope]) -> dict[Scope, str]:
    """The finest period at which each scope may be shown ("" for none), all counts of the cells taken together."""
    cells = list(cells)
    return Sums(cells, system, parents).finest(range(len(cells[0].counts)) if cells else ())


class Sums:
    """A quarter's counts, added up once for every scope, overlap and piece; asked for any choice of the counts.

    `cut_by` says what each period tells apart, from coarse to fine, where it is not a quarter that is counted.

    Every cell counts towards `system`. `parents` says which scope another belongs to; a scope is shown no finer than
    its parent. Localities cross other areas, so they are shown only where every overlap is safe too.
    """

    def __init__(
        self,
        cells: Sequence[Cell],
        system: Scope,
        parents: Mapping[Scope, Scope],
        cut_by: Mapping[str, Callable[[date], Any]] = PIECE,
    ):
        self.system, self.parents, self.periods = system, parents, tuple(cut_by)
        self.families: dict[Family, list[Scope]] = defaultdict(list)
        for scope, parent in parents.items():
            self.families[parent, scope[0]].append(scope)
        width = len(cells[0].counts) if cells else 0
        days: dict[Any, dict[date, list[Count]]] = {scope: {} for scope in (system, *parents)}
        touched: dict[tuple[Scope, ...], set[Scope]] = defaultdict(set)
        for cell in cells:
            others = tuple(scope for scope in cell.scopes if scope[0] != Level.LOCALITY)
            touched[others].update(scope for scope in cell.scopes if scope[0] == Level.LOCALITY)
            mine = (system, *(scope for scope in cell.scopes if scope in parents))
            for key in (*mine, (cell.scopes, others), *self._without_child(mine)):
                _add(days.setdefault(key, {}), cell.day, cell.counts, width)
        self.pieces: dict[Any, Pieces] = {key: _cut(by_day, width, cut_by) for key, by_day in days.items()}
        self.total = {scope: _size_of(self.pieces[scope][self.periods[0]]) for scope in parents}
        self.overlaps: dict[Scope, list[Pieces]] = defaultdict(list)
        self.atoms: dict[tuple[Scope, ...], Pieces] = {}
        for key, pieces in self.pieces.items():
            if key not in parents and key != system and key[0] != NO_CHILD:
                self.atoms[key[0]] = pieces
                for locality in touched[key[1]]:
                    self.overlaps[locality].append(pieces)

    def _without_child(self, mine: Sequence[Scope]) -> list[Any]:
        """The families in which this cell counts towards the parent and towards no child."""
        return [
            (NO_CHILD, family)
            for family in self.families
            if family[0] in mine
            and not any(scope[0] == family[1] and self.parents.get(scope) == family[0] for scope in mine)
        ]

    def finest(self, places: Place) -> dict[Scope, str]:
        """The finest period for each scope, so that nothing small of the counts at these places can be worked out.

        Sums of safe counts are safe, so whoever is safe at one period is safe at every coarser one.
        """
        of_system = self.pieces[self.system]
        shown = {self.system: next((each for each in reversed(self.periods) if _all_safe(of_system[each], places)), "")}
        for level in (Level.PLACE, Level.NEIGHBOURHOOD, Level.LOCALITY, Level.SERVICE, WARD):
            for family in self.families:
                if family[1] == level:
                    shown |= self._among(family, shown, places)
        return shown

    def _among(self, family: Family, areas: Mapping[Scope, str], places: Place) -> dict[Scope, str]:
        """The finest period for each of a parent's children: from coarse to fine, fewer and fewer stay.

        `areas` says what was decided before, of the parent among others.
        """
        children = self.families[family]
        shown = dict.fromkeys(children, "")
        staying = sorted(children, key=lambda scope: (-self.total[scope], scope))
        for period in self.periods:
            if FINENESS[period] > FINENESS[areas[family[0]]]:
                break
            staying = [scope for scope in staying if self._is_safe(scope, period, places)]
            while staying and not self._hides_enough(family, staying, areas, period, places):
                staying.pop()
            shown |= dict.fromkeys(staying, period)
        return shown

    def _hides_enough(
        self, family: Family, staying: Sequence[Scope], areas: Mapping[Scope, str], period: str, places: Place
    ) -> bool:
        """Whether nothing small is left when these are shown."""
        rest = self._rest(family, set(self.families[family]) - set(staying), period, places)
        if not _all_safe(rest, range(len(places))):
            return False
        if family[1] != Level.LOCALITY:
            return True
        return all(_all_safe(part, range(len(places))) for part in self._split(staying, areas, period, places))

    def _split(
        self, localities: Sequence[Scope], areas: Mapping[Scope, str], period: str, places: Place
    ) -> Iterable[Mapping[Any, Counts]]:
        """What is hidden of each area that is shown, cut along these localities: they may tell its parts apart."""
        for parent, level in self.families:
            if level not in INSIDE or FINENESS[areas[parent]] < FINENESS[period]:
                continue
            parts: dict[Scope | None, dict[Any, list[Count]]] = defaultdict(dict)
            for scopes, pieces in self.atoms.items():
                child = next((scope for scope in scopes if scope in self.families[parent, level]), None)
                is_shown = child is not None and FINENESS[areas[child]] >= FINENESS[period]
                if not is_shown and parent in (self.system, *scopes):
                    cut_by = next((scope for scope in scopes if scope in localities), None)
                    for piece, counts in pieces[period].items():
                        _add(parts[cut_by], piece, [counts[place] for place in places], len(places))
            yield from parts.values()

    def _rest(self, family: Family, hidden: Iterable[Scope], period: str, places: Place) -> Mapping[Any, Counts]:
        """What an onlooker could work out: the parent less everything shown of it. People may be in several parts."""
        rest: dict[Any, list[Count]] = {}
        for key in ((NO_CHILD, family), *hidden):
            for piece, counts in self.pieces.get(key, {}).get(period, {}).items():
                _add(rest, piece, [counts[place] for place in places], len(places))
        return rest

    def _is_safe(self, scope: Scope, period: str, places: Place) -> bool:
        parts = [self.pieces[scope], *self.overlaps.get(scope, ())]
        return all(_all_safe(part[period], places) for part in parts)


def _add(sums: dict[Any, list[Count]], key: Any, counts: Counts, width: int) -> None:
    known = sums.setdefault(key, [0] * width)
    for place, count in enumerate(counts):
        known[place] = _together(known[place], count)


def _together(known: Any, count: Any) -> Count:
    """Numbers are added; people who are in both count once."""
    together: Count = (known or frozenset()) | count if isinstance(count, frozenset) else known + count
    return together


def _cut(by_day: Mapping[date, Counts], width: int, cut_by: Mapping[str, Callable[[date], Any]]) -> Pieces:
    """Counts by piece, for each period."""
    pieces: Pieces = {period: {} for period in cut_by}
    for day, counts in by_day.items():
        for period, piece in cut_by.items():
            _add(pieces[period], piece(day), counts, width)
    return pieces


def _size_of(pieces: Mapping[Any, Counts]) -> int:
    return sum(size(count) for counts in pieces.values() for count in counts)


def _all_safe(pieces: Mapping[Any, Counts], places: Place) -> bool:
    return all(is_safe(counts[place]) for counts in pieces.values() for place in places)
