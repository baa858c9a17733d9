"""Bands of the day: nothing that is shown, added, subtracted or known to be nobody, gives a count from 1 to 4 away.

The onlooker reads every table that the page can show, of every place and service, and the totals that the metrics
show; takes all of it together by linear algebra; and where a sum is 0 knows that each of its parts is.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcf.bands import DAY, SPANS, Allowed, Counts, Finest, cut, finest
from bcf.sums import is_safe

PRIME = 2_147_483_647
EAST, WEST, NORTH = (UUID(int=number) for number in (1, 2, 3))
CARE, NURSES, THERAPY, NIGHT = (UUID(int=number) for number in (11, 12, 13, 14))
PLACES, SERVICES = (EAST, WEST, NORTH, None), (CARE, NURSES, THERAPY, NIGHT)
HOURS = (0, 1, 7, 9, 10, 11, 14, 20)
"""Hours at which anything happens: enough for every width of band."""
Atom = tuple[UUID | None, UUID, int]
ATOMS = list(product(PLACES, SERVICES, HOURS))


class Reader:
    """Somebody who reads everything."""

    def __init__(self, counts: Counts, shown: Iterable[tuple[object, object, range]], cells: list[Atom]):
        self.counts, self.cells = counts, cells
        self.basis: dict[int, list[int]] = {}
        known = [self.atoms(*one) for one in shown]
        self.nobody = {atom for atoms in known if not self.total(atoms) for atom in atoms}
        self.learned = 0
        for atoms in known:
            self.learn(atoms)
        while self.finds_nobody():
            for atom in list(self.nobody):
                self.learn([atom])

    def finds_nobody(self) -> bool:
        """Whether something that follows is 0, so that all its parts are."""
        found = {
            atom
            for atoms in self.everything()
            if not self.total(atoms) and not set(atoms) <= self.nobody and self.knows(atoms)
            for atom in atoms
        }
        self.nobody |= found
        first = self.learned == 0
        self.learned += 1
        return bool(found) or first

    def atoms(self, place: object, service: object, hours: Iterable[int]) -> list[Atom]:
        """What a figure adds up; "all" for every place or service."""
        within = set(hours)
        return [
            atom
            for atom in self.cells
            if place in ("all", atom[0]) and service in ("all", atom[1]) and atom[2] in within
        ]

    def everything(self) -> Iterator[list[Atom]]:
        """Every figure that could be shown, whether it is or not."""
        places, services = ({atom[number] for atom in self.cells} for number in (0, 1))
        for place, service, span in product(("all", *places), ("all", *services), SPANS):
            for start in range(0, DAY, span):
                yield self.atoms(place, service, range(start, start + span))

    def total(self, atoms: Iterable[Atom]) -> int:
        return sum(self.counts.get((place, service), (0,) * DAY)[hour] for place, service, hour in atoms)

    def learn(self, atoms: Iterable[Atom]) -> None:
        row = self.reduce(atoms)
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is not None:
            inverse = pow(row[lead], PRIME - 2, PRIME)
            self.basis[lead] = [value * inverse % PRIME for value in row]

    def reduce(self, atoms: Iterable[Atom]) -> list[int]:
        inside = set(atoms)
        row = [int(atom in inside) for atom in self.cells]
        for lead in sorted(self.basis):
            if row[lead]:
                factor, known = row[lead], self.basis[lead]
                row = [(value - factor * other) % PRIME for value, other in zip(row, known, strict=True)]
        return row

    def knows(self, atoms: Iterable[Atom]) -> bool:
        return not any(self.reduce(atoms))


def published(shown: Finest) -> Iterator[tuple[object, object, range]]:
    """Every figure of every table, at the width that it is shown at and all wider ones."""
    found = [("all", "all", shown.everything)]
    found += [("all", service, span) for service, span in shown.services.items()]
    found += [(place, "all", span) for place, span in shown.places.items()]
    found += [(*pair, span) for pair, span in shown.pairs.items()]
    for place, service, narrowest in found:
        for span in SPANS:
            if narrowest and span >= narrowest:
                yield from ((place, service, range(start, start + span)) for start in range(0, DAY, span))


def table(numbers: Iterable[int]) -> Counts:
    """Counts by place, service and hour, in the order of ATOMS."""
    counts: dict[tuple[UUID | None, UUID], list[int]] = {}
    for (place, service, hour), number in zip(ATOMS, numbers, strict=True):
        if number:
            counts.setdefault((place, service), [0] * DAY)[hour] = number
    return counts


def as_the_metrics_show(counts: Counts) -> Allowed:
    """Everything that bands of a day allow by themselves: the metrics decide about totals in the same way."""
    return Allowed(True, SERVICES, [EAST, WEST, NORTH])


def gives_nothing_away_of(counts: Counts, shown: Finest, allowed: Allowed) -> None:
    """The same of any places, services and hours, with the totals of the day that are shown elsewhere."""
    totals = Finest(
        DAY if allowed.everything else 0, dict.fromkeys(allowed.services, DAY), dict.fromkeys(allowed.places, DAY)
    )
    places = sorted({place for place, _ in counts} | {None}, key=str)
    services = sorted({service for _, service in counts})
    hours = [hour for hour in range(DAY) if any(some[hour] for some in counts.values())]
    reader = Reader(counts, [*published(shown), *published(totals)], list(product(places, services, hours)))
    for atoms in reader.everything():
        assert is_safe(reader.total(atoms)) or not reader.knows(atoms), atoms


def gives_nothing_away(counts: Counts, shown: Finest) -> None:
    reader = Reader(counts, published(shown), ATOMS)
    for atoms in reader.everything():
        assert is_safe(reader.total(atoms)) or not reader.knows(atoms), atoms
    for atom in ATOMS:
        assert is_safe(reader.total([atom])) or not reader.knows([atom]), atom


@pytest.mark.parametrize("seed", range(24))
def test_no_small_count_follows_from_what_is_shown(seed: int) -> None:
    dice = Random(seed)
    dense = dice.choice(([0, 0, 0, 5, 6, 9, 30], [0, 0, 1, 2, 4, 5, 6, 30], [0, 5, 6, 9, 40, 80], [3, 9, 30, 30, 30]))
    counts = table(dice.choice(dense) for _ in ATOMS)

    gives_nothing_away(counts, finest(counts, as_the_metrics_show(counts)))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from([20, 30, 40]), min_size=len(ATOMS), max_size=len(ATOMS)),
    st.lists(st.tuples(st.integers(0, len(ATOMS) - 1), st.sampled_from([0, 1, 3, 4, 5])), max_size=12),
)
def test_a_few_small_ones_among_large_ones_stay_hidden(numbers: list[int], small: list[tuple[int, int]]) -> None:
    for where, number in small:
        numbers[where] = number
    counts = table(numbers)

    gives_nothing_away(counts, finest(counts, as_the_metrics_show(counts)))


def test_the_reader_would_find_a_small_one() -> None:
    """Two services in two places, one small: with only the small one hidden, any margin gives it away."""
    counts = {(EAST, CARE): spread(3), (EAST, NURSES): spread(9), (WEST, CARE): spread(8), (WEST, NURSES): spread(7)}
    careless = Finest(DAY, dict.fromkeys(SERVICES, DAY), dict.fromkeys((EAST, WEST, NORTH), DAY))
    careless.pairs = {pair: DAY for pair in product((EAST, WEST, NORTH), SERVICES) if pair != (EAST, CARE)}

    with pytest.raises(AssertionError):
        gives_nothing_away(counts, careless)
    gives_nothing_away(counts, finest(counts, as_the_metrics_show(counts)))


def spread(*by_hour: int) -> list[int]:
    """So many at nine in the morning, and at the other hours of HOURS after it."""
    hours = [0] * DAY
    for hour, count in zip((9, 10, 11, 14, 20), by_hour, strict=False):
        hours[hour] = count
    return hours


def test_large_counts_are_shown_by_the_hour_everywhere() -> None:
    counts = table([30] * len(ATOMS))
    shown = finest(counts, as_the_metrics_show(counts))

    assert shown.everything == 1
    assert set(shown.services.values()) == set(shown.places.values()) == {1}
    assert shown.pairs == dict.fromkeys(product((EAST, WEST, NORTH), SERVICES), 1)


def test_one_small_service_takes_the_next_smallest_with_it() -> None:
    counts = {(EAST, CARE): spread(3), (EAST, NURSES): spread(9), (EAST, THERAPY): spread(30)}
    shown = finest(counts, Allowed(True, SERVICES, [EAST]))

    assert shown.services == {THERAPY: 1}
    assert shown.everything == 1


def test_a_service_with_few_at_night_is_shown_by_the_day() -> None:
    counts = {(EAST, CARE): spread(8, 2, 9), (EAST, NURSES): spread(7, 4, 6), (EAST, NIGHT): spread(40, 50, 60)}
    shown = finest(counts, Allowed(True, SERVICES, []))

    assert shown.services == {CARE: 3, NURSES: 3, NIGHT: 1}
    assert cut(counts[EAST, CARE], 6) == (0, 19, 0, 0)


def test_what_the_metrics_hide_is_hidden() -> None:
    counts = {(EAST, CARE): spread(30), (WEST, CARE): spread(40), (EAST, NURSES): spread(20), (WEST, NURSES): spread(9)}

    assert finest(counts, Allowed(False, SERVICES, PLACES)) == Finest()
    some = finest(counts, Allowed(True, [CARE], [EAST]))
    assert set(some.services) <= {CARE}
    assert set(some.pairs) <= {(EAST, CARE)}


def test_nobody_at_all_is_no_secret() -> None:
    assert finest({}, Allowed(True, [], [])).everything == 1
