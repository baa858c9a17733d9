"""Where copies go: on which day, and whom they are about.

A copy is moved by whole weeks, so weekdays stay and every elapsed time is the same. Its busy first two days are on the
same side of the clock changes, so hours stay too; a long story may end an hour earlier or later by the clock than the
one it was copied from. It is over before now. The person is registered at the same practice, lives in the same care
home or in none, and is of the same age.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from directory.hours import LONDON
from synthetic.dice import Dice
from synthetic.others import Key, Pool, Pools
from synthetic.phonebook import Phonebook
from synthetic.rhythm import Rhythm, refers_now
from synthetic.shares import REFERRED_BY_AGE
from synthetic.templates import Unit

TRIES = 40
YEAR = 365.2425
BUSY = timedelta(days=2)
COPIES = 0xFFF  # an identifier has room for this many numbers of copies


@dataclass(slots=True)
class Placed:
    """Copies in order of time: which unit, moved by how many days, for whom, and the how manieth of its unit."""

    units: array = field(default_factory=lambda: array("I"))
    days: array = field(default_factory=lambda: array("i"))
    copies: array = field(default_factory=lambda: array("H"))
    people: bytearray = field(default_factory=bytearray)
    referrals: int = 0

    def put(self, unit: int, days: int, copy: int, person: str, referrals: int) -> None:
        """One more copy."""
        self.units.append(unit)
        self.days.append(days)
        self.copies.append(copy)
        self.people += bytes.fromhex(person)
        self.referrals += referrals

    def __iter__(self) -> Iterator[tuple[int, int, int, str]]:
        """Unit, days, copy, person."""
        for spot, unit in enumerate(self.units):
            yield unit, self.days[spot], self.copies[spot], self.people[spot * 16 : spot * 16 + 16].hex()

    def __len__(self) -> int:
        return len(self.units)


@dataclass(slots=True)
class Shelf:
    """Units of one weekday and one side of the clock changes, the shortest first."""

    units: list[int] = field(default_factory=list)
    lasting: list[timedelta] = field(default_factory=list)


class Placing:
    """Places copies until there are enough."""

    def __init__(self, units: Sequence[Unit], pools: Pools, book: Phonebook, dice: Dice, now: datetime, months: int):
        self.units, self.pools, self.book, self.dice, self.now = units, pools, book, dice, now
        self.rhythm = Rhythm(now, book.bank_holidays, months)
        self.edges = _edges(book)
        self.made: Counter[int] = Counter()
        self.gone: set[tuple[Key, int]] = set()
        self.shelves: dict[tuple[int, timedelta | None], Shelf] = {}
        for number in sorted(range(len(units)), key=lambda n: (units[n].end - units[n].start, n)):
            unit = units[number]
            shelf = self.shelves.setdefault((unit.start.astimezone(LONDON).weekday(), offset(unit.start)), Shelf())
            shelf.units.append(number)
            shelf.lasting.append(unit.end - unit.start)

    def place(self, referrals: int) -> Placed:
        """Copies of so many referrals. Whole days first, then what did not fit on its day on the days after."""
        placed, days = Placed(), self.rhythm.days[1:-1]
        weights = list(accumulate(map(self.rhythm.weight, days)))
        for spot, day in enumerate(days):
            self._fill(day, round(referrals * weights[spot] / weights[-1]) - placed.referrals, placed)
        for day in days:
            self._fill(day, min(1, referrals - placed.referrals), placed)
        return placed

    def _fill(self, day: date, wanted: int, placed: Placed) -> None:
        """So many referrals on this day, no unit twice before each was taken once."""
        noon = datetime.combine(day, time(12), LONDON)
        shelf = self.shelves.get((day.weekday(), noon.utcoffset()), Shelf())
        fitting = bisect_right(shelf.lasting, self.now - noon - timedelta(hours=12))
        tries = TRIES * max(wanted, 0) if fitting else 0
        order: list[int] = []
        while wanted > 0 and tries > 0:
            tries -= 1
            if not order:
                order = self.dice.sample(shelf.units[:fitting], fitting)
            number = order.pop()
            if self.units[number].referrals <= wanted:
                wanted -= self._copy(number, day, placed)

    def _copy(self, number: int, day: date, placed: Placed) -> int:
        """How many referrals the copy has; none when it does not fit there."""
        unit = self.units[number]
        days = day.toordinal() - unit.start.astimezone(LONDON).toordinal()
        move = timedelta(days=days)
        start, soon = unit.start, min(unit.end, unit.start + BUSY)
        same_clock = offset(start + move) == offset(start) and offset(soon + move) == offset(soon)
        if not days or not same_clock or self.made[number] >= COPIES:
            return 0
        if not refers_now(unit.channel, start + move, self.book.bank_holidays):
            return 0
        person = self._person(unit, days)
        if person is None:
            return 0
        self.made[number] += 1
        placed.put(number, days, self.made[number], person, unit.referrals)
        return unit.referrals

    def _person(self, unit: Unit, days: int) -> str | None:
        """Somebody of the same practice, home and age."""
        pools, key = (self.pools.last if unit.died else self.pools.any), (unit.practice, unit.care_home)
        pool, received = pools.get(key), unit.start.toordinal()
        if pool is None or unit.born is None:
            return None
        low, high = self._ages((received - unit.born.toordinal()) / YEAR)
        there = received + days
        first, end = pool.between(there - int(high * YEAR) + 1, there - int(low * YEAR) - 1)
        return self._one_of(pool, first, end, key if unit.died else None)

    def _one_of(self, pool: Pool, first: int, end: int, key: Key | None) -> str | None:
        """Anybody of those; somebody who was not taken before when a key is given."""
        for _ in range(TRIES if end > first else 0):
            spot = first + int(self.dice.random() * (end - first))
            if key is None:
                return pool.id_at(spot)
            if (key, spot) not in self.gone:
                self.gone.add((key, spot))
                return pool.id_at(spot)
        return None

    def _ages(self, age: float) -> tuple[int, int]:
        """The ages that count as the same: the same services take them, and they are referred as often."""
        spot = bisect_right(self.edges, age)
        return self.edges[spot - 1], self.edges[spot]


def _edges(book: Phonebook) -> list[int]:
    edges = {0, 120, *REFERRED_BY_AGE}
    for candidate in book.candidates:
        edges |= {candidate.min_age or 0, (candidate.max_age or 119) + 1}
    return sorted(edges)


def offset(at: datetime) -> timedelta | None:
    """How far the clocks of London are from UTC."""
    return at.astimezone(LONDON).utcoffset()
