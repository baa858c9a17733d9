"""A large scale: a part of it is told story by story, the rest are copies of stories that ended, about other people.

Telling costs 4 ms a referral, copying a twentieth of that. The told part has today's open referrals and everybody who
is being cared for now; copies are of the past. docs/adr/0011 says what that means.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from psycopg2.extras import execute_values

from audit import partitions
from audit.models import Access, Event
from patients.models import Patient
from referrals.models import Transition
from synthetic.copying import Copying, Names
from synthetic.crew import together
from synthetic.dice import Dice
from synthetic.loading import Indexes, Making, highest, may_load, numbers_from, quickly, shared
from synthetic.others import Others, Pools
from synthetic.phonebook import Phonebook
from synthetic.placing import Placed, Placing
from synthetic.progress import Progress
from synthetic.rhythm import start_of_history
from synthetic.rows import quick_rows
from synthetic.staff import Staff
from synthetic.templates import BY_MONTH, Unit
from synthetic.writer import ORDER, Writer

APART = 1_000
"""What is told is the newest, so its rows are numbered after so many for each copied referral."""
FIRST_HAND = (Event, Access)
"""About as much work as all the other tables, which the second hand fills."""
BY_TWO_HANDS = ((Event,), (Access, Transition))
ROOMS = ("directory", "accounts")
"""Whose identifiers may stand in a story without being its own."""

Counts = dict[str, int]
Tell = Callable[[], tuple[Counts, Sequence[Unit]]]


@dataclass(frozen=True, slots=True)
class Size:
    """How many people and referrals beside those that are told, and how many of these there are."""

    people: int
    referrals: int
    told_people: int
    told_referrals: int
    months: int


class Multiplying:
    """One filling of a large scale."""

    def __init__(self, size: Size, seed: int, now: datetime, progress: Progress):
        self.size, self.seed, self.now, self.progress = size, seed, now, progress
        self.since = start_of_history(now, size.months)
        self.monthly = [model._meta.db_table for model in BY_MONTH]

    def fill(self, tell: Tell, ready: Callable[[], None]) -> Counts:
        """Everything: `ready` makes the people who work here, `tell` tells the stories."""
        may_load()
        ready()
        indexes, first = Indexes(), {table: highest(table) + 1 for table in self.monthly}
        indexes.drop()
        try:
            counts = self._load(tell, first)
        except BaseException:
            indexes.make()
            raise
        self._timed("indexes", lambda: self._index(indexes))
        self._timed("months", lambda: together(*(partial(self._months, tables) for tables in BY_TWO_HANDS)))
        return counts

    def _load(self, tell: Tell, first: dict[str, int]) -> Counts:
        numbers_from({table: number + APART * self.size.referrals for table, number in first.items()})
        (told, units), pools = self._timed("stories and people", lambda: together(partial(_told, tell), self._others))
        rest = Writer()
        rest.put(pools.rest)
        rest.flush()
        placed = self._timed("places for copies", lambda: self._place(units, pools))
        numbers_from(first)
        hands = (FIRST_HAND, [model for model in ORDER if model not in FIRST_HAND and model is not Patient])
        work = [partial(self._copy, units, placed, hand, number == 0) for number, hand in enumerate(hands)]
        copied = self._timed("copies", lambda: together(*work))
        self._bury(units, placed)
        numbers_from({table: highest(table) + 1 for table in self.monthly})
        return _sum(told, rest.counts(), {"patient": pools.written}, *copied)

    def _others(self) -> Pools:
        gc.disable()
        book, staff, size = Phonebook.read(self.now), Staff.read(), self.size
        others = Others(book, staff, self.seed, self.now, size.people, self.since, size.told_people)
        with quickly(), quick_rows(ORDER):
            return others.write(lambda number: None)

    def _place(self, units: Sequence[Unit], pools: Pools) -> Placed:
        book, dice = Phonebook.read(self.now), Dice(self.seed, "copies")
        return Placing(units, pools, book, dice, self.now, self.size.months).place(self.size.referrals)

    def _copy(self, units: Sequence[Unit], placed: Placed, tables: Sequence[type[models.Model]], shown: bool) -> Counts:
        gc.disable()
        names = Names(self.seed, self.size.told_referrals + 1)
        with quickly():
            return Copying(units, placed, names, tables).write(self._copied if shown else lambda number: None)

    def _copied(self, number: int) -> None:
        self.progress.say("copies", number, self.size.referrals)

    def _bury(self, units: Sequence[Unit], placed: Placed) -> None:
        """Those who died in a copy were written alive."""
        died = [
            (person, unit.died + timedelta(days=days))
            for number, days, _, person in placed
            if (unit := units[number]).died is not None
        ]
        rows = [(person, at.date(), at) for person, at in died]
        with connection.cursor() as cursor:
            execute_values(
                cursor,
                "UPDATE patients_patient AS p SET deceased_at = d.died, updated_at = d.at, version = 2 "
                "FROM (VALUES %s) AS d (id, died, at) WHERE p.id = d.id::uuid",
                rows,
                page_size=5000,
            )

    def _index(self, indexes: Indexes) -> None:
        heaps = shared([*indexes.plain(), *indexes.drafts(self.monthly)])
        together(*(partial(_make, heap) for heap in heaps))

    def _months(self, tables: Sequence[type[models.Model]]) -> None:
        for model in tables:
            partitions.make(self.now, since=self.since, only=model._meta.db_table)

    def _timed(self, what: str, work: Callable[[], Any]) -> Any:
        started = monotonic()
        found = work()
        self.progress.next()
        self.progress.tell(f"{what}: {monotonic() - started:.0f} s")
        return found


def _make(heap: Sequence[Making]) -> None:
    for making in heap:
        making.run()


def _told(tell: Tell) -> tuple[Counts, Sequence[Unit]]:
    with quickly():
        return tell()


def _sum(*counts: Counts) -> Counts:
    return {name: sum(one.get(name, 0) for one in counts) for name in {name: 0 for one in counts for name in one}}


def known_identifiers() -> list[UUID]:
    """Of the directory and of those who work there."""
    found: list[UUID] = []
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if isinstance(model._meta.pk, models.UUIDField):
                found += model._base_manager.values_list("pk", flat=True)
    return found
