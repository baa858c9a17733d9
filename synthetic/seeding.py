"""Fills an empty database: demo people, synthetic people, years of referrals.

Scales that are told whole are one transaction, so a crash leaves the database as it was. Those with copies use two
connections (multiplying.py): after a crash, begin again with an empty database.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import accumulate

from django.db import connection, transaction
from django.utils import timezone

from audit.ids import ids_from
from patients.models import Patient
from referrals.clocks import forget_policies
from referrals.steps import at_desk
from synthetic import shares
from synthetic.desk import BatchDesk
from synthetic.dice import Dice, Identifiers
from synthetic.errors import NotReady
from synthetic.multiplying import Multiplying, Size, known_identifiers
from synthetic.people import Population, Skeleton, from_age
from synthetic.phonebook import Phonebook
from synthetic.progress import Progress
from synthetic.rhythm import MONTHS_OF_HISTORY, Rhythm, start_of_history
from synthetic.rows import quick_rows
from synthetic.simulation import Simulation, World
from synthetic.staff import SYNTHETIC, Staff, ensure_people
from synthetic.story import Arrival, Somebody
from synthetic.templates import Keep, Unit
from synthetic.today import arrivals_today, count_today
from synthetic.writer import ORDER, Writer

DEFAULT_SEED = 20
TRIES = 2000


@dataclass(frozen=True, slots=True)
class Scale:
    """How many people, and how many referrals over how many months; `told` of them as stories, the rest as copies."""

    people: int
    referrals: int
    months: int = MONTHS_OF_HISTORY
    told: "Scale | None" = None


SCALES = {
    "tiny": Scale(400, 150),
    "demo": Scale(20_000, 6_000),
    "small": Scale(30_000, 20_000, 36, told=Scale(4_000, 2_000, 36)),
    "llr": Scale(1_120_000, 1_200_000, 36, told=Scale(20_000, 8_000, 36)),
}


def seed(scale: Scale, *, seed: int, now: datetime, progress: Progress) -> dict[str, int]:
    """Fill the database; answers rows by table. Refuses when there are people already, or `now` is to come."""
    if now > timezone.now():
        raise NotReady("--now is in the future. Leave it out, or give a moment that has passed.")
    if Patient.objects.exists():
        raise NotReady(
            "There are people in this database already, and nothing is ever deleted. "
            "Start with an empty database: `make clean` forgets the demonstration's."
        )
    forget_policies()
    fill = partial(_multiply, scale.told) if scale.told else _seed
    return copy_context().run(fill, scale, seed, now, progress)


def _seed(scale: Scale, seed: int, now: datetime, progress: Progress) -> dict[str, int]:
    with _without_collecting(), transaction.atomic():
        _ready(seed, now)
        counts = Filling(scale, seed, now, progress).fill()
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in ORDER)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
        return counts


def _multiply(told: Scale, scale: Scale, seed: int, now: datetime, progress: Progress) -> dict[str, int]:
    size = Size(scale.people - told.people, scale.referrals - told.referrals, told.people, told.referrals, scale.months)

    def tell() -> tuple[dict[str, int], list[Unit]]:
        filling = Filling(told, seed, now, progress)
        filling.desk.keep = keep = Keep(filling.desk, filling.writer.tables, known_identifiers())
        return filling.fill(), keep.units

    with _without_collecting():
        return Multiplying(size, seed, now, progress).fill(tell, lambda: _ready(seed, now))


def _ready(seed: int, now: datetime) -> None:
    """Those who work here."""
    with ids_from(Identifiers(Dice(seed, "staff"), now)):
        ensure_people()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Millions of small rows and no cycles: collecting costs a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Filling:
    """One filling of the database."""

    def __init__(self, scale: Scale, seed: int, now: datetime, progress: Progress):
        self.scale, self.now, self.progress = scale, now, progress
        self.book, self.staff, self.writer = Phonebook.read(now), Staff.read(), Writer()
        self.dice = Dice(seed, "arrivals")
        since = start_of_history(now, scale.months)
        self.population = Population(self.book, seed, now, scale.people, since)
        self.desk = BatchDesk(self.book, self.staff, self.writer, Dice(seed, "desk"), now)
        self.world = World(self.book, self.staff, self.desk, Dice(seed, "stories"))

    def fill(self) -> dict[str, int]:
        """People first, then their referrals."""
        with quick_rows(ORDER):
            with ids_from(self.population.ids):
                self.referred = self._people()
            self.progress.next()
            with at_desk(self.desk), ids_from(self.desk.ids):
                Simulation(self.world, self.now, self._arrived).run(self._arrivals(), self._somebody)
            self.writer.flush()
        self._bury()
        self.progress.next()
        return self.writer.counts()

    def _arrived(self, number: int) -> None:
        self.progress.say("referrals", number, self.scale.referrals)

    def _people(self) -> list[Somebody]:
        """Write everybody; answers those who are referred, once for each referral that they may have."""
        skeletons = list(self.population.skeletons())
        often = [from_age(shares.REFERRED_BY_AGE, self.population.age(one)) for one in skeletons]
        drawn = self.dice.choices(range(len(skeletons)), cum_weights=list(accumulate(often)), k=self.scale.referrals)
        chosen: dict[int, Somebody | None] = dict.fromkeys(drawn)
        for number, skeleton in enumerate(skeletons):
            patient = self.population.person(skeleton, referred=number in chosen)
            if number in chosen:
                chosen[number] = self._somebody_of(patient, skeleton)
            self.writer.add(patient)
            if self.population.dice.yes(shares.DUPLICATE_SHARE):
                self._write_twin(patient)
            self.progress.say("people", number + 1, self.scale.people)
        return [found for number in drawn if (found := chosen[number])]

    def _somebody_of(self, patient: Patient, skeleton: Skeleton) -> Somebody:
        areas = self.book.practices[skeleton.practice].area_ids
        return Somebody(patient, self.population.age(skeleton), areas)

    def _write_twin(self, patient: Patient) -> None:
        twin = self.population.twin(patient)
        if self.population.dice.yes(shares.MERGED_SHARE):
            lead = self.staff.by_role["shift_lead"][0]
            self.writer.add(*self.population.merge(patient, twin, lead))
        self.writer.add(twin)

    def _somebody(self) -> Somebody:
        """Somebody who may be referred again."""
        return self.dice.choice(self.referred)

    def _arrivals(self) -> Iterator[Arrival]:
        """History's referrals and today's, in order of time."""
        rhythm, today = Rhythm(self.now, self.book.bank_holidays, self.scale.months), count_today(self.scale.referrals)
        history = self.scale.referrals - today
        arrivals = [Arrival(rhythm.moment(self.dice), one) for one in self.referred[:history]]
        rest = iter(self.referred[history:])
        services = {service.slug: service.pk for service in self.book.services.values()}
        arrivals += arrivals_today(self.dice, self.now, self.scale.referrals, self._found(rest), services)
        arrivals.sort(key=lambda arrival: arrival.at)
        return iter(arrivals)

    def _found(self, rest: Iterator[Somebody]) -> Callable[[str], Somebody]:
        """The next person to be referred; or one of an area, when a team of that area shall have work today."""

        def somebody(area: str) -> Somebody:
            one, wanted = next(rest), self.book.areas[area].pk if area else None
            tries = 0
            while wanted is not None and wanted not in one.area_ids and tries < TRIES:
                one, tries = self._somebody(), tries + 1
            return one

        return somebody

    def _bury(self) -> None:
        """Those who died in their stories were written alive."""
        for patient in self.world.dead.values():
            known = Patient.objects.visible_to(SYNTHETIC).filter(pk=patient.pk)
            known.update(deceased_at=patient.deceased_at, updated_at=patient.updated_at, version=2)
