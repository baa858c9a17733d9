"""Small numbers stay in: nothing that is shown, added or subtracted, gives away a count from 1 to 4."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcf import disclosure
from bcf.models import Level
from bcf.periods import Period
from bcf.sums import COARSE_TO_FINE, FINENESS, PIECE, Cell, Scope, finest, is_safe

PRIME = 2_147_483_647
SYSTEM: Scope = ("system", UUID(int=1))
EAST, WEST, NORTH = (("place", UUID(int=number)) for number in (11, 12, 13))
HILL, MILL, LAKE, WOOD = (("neighbourhood", UUID(int=number)) for number in (21, 22, 23, 24))
VALE = ("locality", UUID(int=31))
PARENTS: dict[Scope, Scope] = {
    **dict.fromkeys((EAST, WEST, NORTH, VALE), SYSTEM),
    **dict.fromkeys((HILL, MILL), EAST),
    **dict.fromkeys((LAKE, WOOD), WEST),
}
ATOMS: tuple[tuple[Scope, ...], ...] = (
    (EAST, HILL), (EAST, HILL, VALE), (EAST, MILL), (WEST, LAKE), (WEST, WOOD, VALE), (WEST,), (NORTH,), (),
)  # fmt: skip
DAYS = [date(2026, 10, 1), date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)]
DAYS += [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31)]
COUNT = st.sampled_from([0, 0, 1, 2, 4, 5, 6, 9, 30, 30, 80])


def cells_of(counts: Iterable[int]) -> list[Cell]:
    """One count for each day and atom."""
    pairs = [(day, atom) for day in DAYS for atom in ATOMS]
    return [Cell(day, atom, [count]) for (day, atom), count in zip(pairs, counts, strict=True)]


class Onlooker:
    """Somebody who reads every figure that is shown, adds and subtracts, and knows how areas and periods nest."""

    def __init__(self, cells: list[Cell], shown: dict[Scope, str]):
        self.cells, self.shown = cells, shown
        self.basis: dict[int, list[int]] = {}
        for _, members in self.published():
            self._learn([int(number in members) for number in range(len(cells))])

    def published(self) -> Iterable[tuple[str, frozenset[int]]]:
        """Every shown figure as the cells it adds up. A week is shown only where both quarters show weeks."""
        for scope, found in self.shown.items():
            for period in COARSE_TO_FINE:
                if found and FINENESS[period] <= FINENESS[found]:
                    yield from ((period, members) for members in self.groups(scope, period) if members)

    def groups(self, scope: Scope, period: str) -> Iterable[frozenset[int]]:
        """The cells of each whole period of a scope: weeks here are not cut at the ends of months."""
        key = PIECE[period] if period != Period.WEEK else (lambda day: day.isocalendar()[:2])
        found: dict[object, set[int]] = {}
        for number, cell in enumerate(self.cells):
            if scope == SYSTEM or scope in cell.scopes:
                found.setdefault(key(cell.day), set()).add(number)
        return [frozenset(members) for members in found.values()]

    def _learn(self, row: list[int]) -> None:
        row = self._reduce(row)
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is not None:
            inverse = pow(row[lead], PRIME - 2, PRIME)
            self.basis[lead] = [value * inverse % PRIME for value in row]

    def _reduce(self, row: list[int]) -> list[int]:
        row = [value % PRIME for value in row]
        for lead in sorted(self.basis):
            if row[lead]:
                factor, known = row[lead], self.basis[lead]
                row = [(value - factor * other) % PRIME for value, other in zip(row, known, strict=True)]
        return row

    def knows(self, members: frozenset[int]) -> bool:
        """Whether the sum of these cells follows from what is shown."""
        return not any(self._reduce([int(number in members) for number in range(len(self.cells))]))

    def total(self, members: frozenset[int]) -> int:
        return sum(self.cells[number].counts[0] for number in members)


@settings(max_examples=40, deadline=None)
@given(st.lists(COUNT, min_size=len(DAYS) * len(ATOMS), max_size=len(DAYS) * len(ATOMS)))
def test_no_small_count_follows_from_what_is_shown(counts: list[int]) -> None:
    cells = cells_of(counts)
    onlooker = Onlooker(cells, finest(cells, SYSTEM, PARENTS))

    for scope in [SYSTEM, *PARENTS]:
        for period in COARSE_TO_FINE:
            for members in onlooker.groups(scope, period):
                assert is_safe(onlooker.total(members)) or not onlooker.knows(members), (scope, period)
    for number, cell in enumerate(cells):
        assert is_safe(cell.counts[0]) or not onlooker.knows(frozenset([number])), cell


@settings(max_examples=40, deadline=None)
@given(st.lists(COUNT, min_size=len(DAYS) * len(ATOMS), max_size=len(DAYS) * len(ATOMS)))
def test_no_difference_of_two_shown_figures_is_small(counts: list[int]) -> None:
    cells = cells_of(counts)
    onlooker = Onlooker(cells, finest(cells, SYSTEM, PARENTS))
    published = [members for _, members in onlooker.published()]

    for larger in published:
        for smaller in published:
            if smaller < larger:
                assert is_safe(onlooker.total(larger - smaller))


def test_large_counts_are_shown_to_the_day_everywhere() -> None:
    shown = finest(cells_of([30] * len(DAYS) * len(ATOMS)), SYSTEM, PARENTS)

    assert set(shown.values()) == {Period.DAY}
    assert set(shown) == {SYSTEM, *PARENTS}


def test_nobody_at_all_may_be_shown() -> None:
    assert set(finest([], SYSTEM, PARENTS).values()) == {Period.DAY}


def test_one_small_place_takes_a_second_with_it() -> None:
    """East has 3, west 40 and north 12: with east alone hidden, the system less the others would give it away."""
    cells = [Cell(DAYS[0], (EAST,), [3]), Cell(DAYS[0], (WEST,), [40]), Cell(DAYS[0], (NORTH,), [12])]

    shown = finest(cells, SYSTEM, PARENTS)

    assert {scope: shown[scope] for scope in (SYSTEM, EAST, WEST, NORTH)} == {
        SYSTEM: Period.DAY,
        EAST: "",
        WEST: Period.DAY,
        NORTH: "",
    }


def test_one_small_month_hides_the_months_of_its_quarter() -> None:
    cells = [Cell(date(2026, month, 5), (EAST,), [count]) for month, count in {10: 3, 11: 60, 12: 70}.items()]

    assert finest(cells, SYSTEM, PARENTS)[EAST] == Period.QUARTER


def test_the_part_of_a_week_that_months_would_give_away_hides_weeks() -> None:
    """The week of 26 October ends on Sunday 1 November with 2: November less its other weeks would say so."""
    cells = [Cell(date(2026, 10, 28), (), [8]), Cell(date(2026, 11, 1), (), [2]), Cell(date(2026, 11, 4), (), [9])]

    assert finest(cells, SYSTEM, PARENTS)[SYSTEM] == Period.MONTH


def test_a_locality_is_shown_only_where_its_overlaps_are_safe() -> None:
    safe = [Cell(DAYS[0], (EAST, HILL, VALE), [20]), Cell(DAYS[0], (EAST, HILL), [9]), Cell(DAYS[0], (WEST,), [50])]
    small = [Cell(DAYS[0], (EAST, HILL, VALE), [20]), Cell(DAYS[0], (EAST, HILL), [2]), Cell(DAYS[0], (WEST,), [50])]

    assert finest(safe, SYSTEM, PARENTS)[VALE] == Period.DAY
    assert finest(small, SYSTEM, PARENTS)[VALE] == ""
    assert finest(small, SYSTEM, PARENTS)[HILL] == Period.DAY


def test_a_locality_cuts_nothing_small_off_what_is_hidden() -> None:
    """Hill has 3, so Mill is hidden with it; the Vale, which is Mill and Lake, less Lake would give Mill away."""
    cells = [
        Cell(DAYS[0], (EAST, HILL), [3]),
        Cell(DAYS[0], (EAST, MILL, VALE), [20]),
        Cell(DAYS[0], (WEST, LAKE, VALE), [17]),
        Cell(DAYS[0], (NORTH,), [33]),
    ]

    shown = finest(cells, SYSTEM, PARENTS)

    assert {scope: shown[scope] for scope in (EAST, LAKE, HILL, MILL, VALE)} == {
        EAST: Period.DAY,
        LAKE: Period.DAY,
        HILL: "",
        MILL: "",
        VALE: "",
    }


@pytest.mark.parametrize(("count", "safe"), [(0, True), (1, False), (4, False), (5, True), (6, True)])
def test_from_one_to_four_is_small(count: int, safe: bool) -> None:
    assert is_safe(count) is safe


def test_a_share_hides_those_it_did_not_reach_too() -> None:
    """Of 40, 38 reached: the 2 who were not are as few as any other two."""
    from bcf.metrics import METRICS

    parts = disclosure.parts_of(METRICS["crisis_reached"])

    assert any("- (" in part for part in parts)
    assert set(disclosure.counts_of(METRICS["crisis_reached"])) <= set(parts)


def test_figures_that_split_one_denominator_hide_together() -> None:
    from bcf.metrics import METRICS

    numerators = {METRICS[key].numerator for key in ("offers_accepted", "offers_declined", "offers_waitlisted")}

    for key in ("offers_accepted", "offers_declined", "offers_waitlisted"):
        assert numerators <= set(disclosure.parts_of(METRICS[key]))


def test_no_level_is_forgotten() -> None:
    assert {scope[0] for scope in [SYSTEM, *PARENTS]} | {Level.SERVICE.value} == {level.value for level in Level}
