"""Everybody else of a large scale: the people of whom no story is told, only copies.

They are drawn like the others. Who may take part in a copy is kept by practice and care home, in order of birth, so
that a copy finds somebody of the same age at the same place.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audit.context import set_correlation_id
from audit.ids import ids_from
from patients.models import Patient
from synthetic import shares
from synthetic.dice import Dice
from synthetic.people import Population, from_age
from synthetic.phonebook import Phonebook
from synthetic.staff import Staff
from synthetic.writer import CHUNK, Line, Writer

Key = tuple[UUID, UUID | None]
EXTRA = 2  # of the numbers that the first people may have used, to be sure


@dataclass(slots=True)
class Pool:
    """People of one practice and one kind of home, the oldest first."""

    born: array = field(default_factory=lambda: array("i"))
    ids: bytearray = field(default_factory=bytearray)

    def put(self, born: int, pk: UUID) -> None:
        """One more person, in any order; settle() sorts them."""
        self.born.append(born)
        self.ids += pk.bytes

    def settle(self) -> "Pool":
        """In order of birth."""
        order = sorted(range(len(self.born)), key=self.born.__getitem__)
        ids = b"".join(self.ids[spot * 16 : spot * 16 + 16] for spot in order)
        return Pool(array("i", (self.born[spot] for spot in order)), bytearray(ids))

    def between(self, first: int, last: int) -> tuple[int, int]:
        """Where people born from the first to the last day are."""
        return bisect_left(self.born, first), bisect_right(self.born, last)

    def id_at(self, spot: int) -> str:
        """The identifier of the person there, as text."""
        return self.ids[spot * 16 : spot * 16 + 16].hex()


@dataclass(slots=True)
class Pools:
    """Who may take part in copies; those of `last` in one that ends with their death, and in no other."""

    any: dict[Key, Pool]
    last: dict[Key, Pool]
    rest: list[Line]
    written: int


class Others:
    """Writes people, and remembers who they are."""

    def __init__(self, book: Phonebook, staff: Staff, seed: int, now: datetime, size: int, since: datetime, told: int):
        self.population = Population(book, f"{seed}:others", now, size, since, first=EXTRA * told)
        self.book, self.staff, self.size = book, staff, size
        self.dice = Dice(seed, "last")
        self.writer = Writer()
        self.people = self.writer.tables[Patient]
        self.pools = Pools({}, {}, [], 0)

    def write(self, said: Callable[[int], None]) -> Pools:
        """Everybody; rows that are not people are left to the caller."""
        with ids_from(self.population.ids):
            set_correlation_id(self.population.ids())
            return self._write(said)

    def _write(self, said: Callable[[int], None]) -> Pools:
        for number, skeleton in enumerate(self.population.skeletons(), 1):
            patient = self.population.person(skeleton, referred=False)
            self._remember(patient, self.population.age(skeleton))
            if self.population.dice.yes(shares.DUPLICATE_SHARE):
                self._twin(patient)
            self.people.lines.append(self.people.line(patient))
            if len(self.people.lines) >= CHUNK:
                self.people.flush()
                said(number)
        self.people.flush()
        found = self.pools
        return Pools(_settled(found.any), _settled(found.last), found.rest, self.people.written)

    def _remember(self, patient: Patient, age: int) -> None:
        if patient.restricted or patient.deceased_at or patient.date_of_birth is None:
            return
        last = self.dice.yes(from_age(shares.DIES_IN_COPIES, age))
        pools = self.pools.last if last else self.pools.any
        key = (patient.practice_id, patient.care_home_id)
        pools.setdefault(key, Pool()).put(patient.date_of_birth.toordinal(), patient.pk)

    def _twin(self, patient: Patient) -> None:
        twin = self.population.twin(patient)
        if self.population.dice.yes(shares.MERGED_SHARE):
            lead = self.staff.by_role["shift_lead"][0]
            self.pools.rest += map(self.writer.line, self.population.merge(patient, twin, lead))
        self.people.lines.append(self.people.line(twin))


def _settled(pools: dict[Key, Pool]) -> dict[Key, Pool]:
    return {key: pool.settle() for key, pool in pools.items()}
