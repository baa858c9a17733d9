"""Home First gives nobody away: an onlooker who reads every figure that is shown of it learns of no 1 to 4 people.

Facts are made at random, counted and read through the one door; then everything that was read is taken together by
linear algebra, all metrics of the same facts at once. Where somebody counts on several days, it is people who must
not be few, not days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, product
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from bcf import figures, reading
from bcf.metrics import METRICS, Metric, Unit
from bcf.metrics.discharged_monday import KEYS as WEEKDAYS
from bcf.models import CrisisFact, DelayFact, DischargeFact, FollowUpFact, Level, StayFact, WardDayFact
from bcf.periods import COUNTED, Period, start_of
from bcf.sums import COARSE_TO_FINE, Cell, Scope, finest, is_safe
from directory.codes import AreaLevel
from directory.models import Area, Service
from tests.bcf.test_disclosure import ATOMS, DAYS, EAST, PARENTS, PRIME, SYSTEM, Onlooker
from tests.factories import directory

ON = [date(2026, 10, 5), date(2026, 10, 30), date(2026, 11, 1)]
SUNDAY = date(2020, 1, 5)
LONG_AGO = [date(2020, 1, 1), date(2020, 1, 3), SUNDAY, date(2020, 1, 6)]
"""A Wednesday, and the days of the week of ON."""
FAMILIES = [
    (CrisisFact, "ended_on"),
    (CrisisFact, "avoided_on"),
    (DischargeFact, "discharged_on"),
    (DischargeFact, "decided_on"),
    (DelayFact, "day"),
    (FollowUpFact, "due_on"),
    (WardDayFact, "day"),
    (StayFact, "ended_on"),
]


SECONDS = {0: 50_021, 1: 91_234, 3: 301_007}
"""How long somebody waits whose delay is so many days: hours do not follow from days."""


AT_WEEKEND = METRICS["discharged_weekend"].numerator
ON_DAYS = {METRICS[key].numerator: number for number, key in enumerate(WEEKDAYS, start=1)}


def is_possible(kind: dict[str, int], day: date) -> bool:
    """Whether a fact of this kind can be of this day: which day of the week it is, is no secret."""
    known = {AT_WEEKEND: day.weekday() > 4} | {sql: day.isoweekday() == number for sql, number in ON_DAYS.items()}
    return all(kind.get(sql, int(is_so)) == int(is_so) for sql, is_so in known.items())


@dataclass
class Map:
    """Three places, one with two neighbourhoods, a locality across two places, and two services."""

    system: Area = field(default_factory=lambda: directory.area("llr", level=AreaLevel.SYSTEM))
    homes: list[dict[str, UUID]] = field(default_factory=list)
    services: list[Service] = field(default_factory=lambda: [directory.service(), directory.service()])

    def __post_init__(self) -> None:
        east, west, north = (directory.area(slug) for slug in ("east", "west", "north"))
        hill, mill = (self.inside(slug, east) for slug in ("hill", "mill"))
        vale = directory.area("vale", level=AreaLevel.LOCALITY)
        self.homes = [
            {"place_id": east.pk, "neighbourhood_id": hill.pk},
            {"place_id": east.pk, "neighbourhood_id": mill.pk, "locality_id": vale.pk},
            {"place_id": west.pk, "locality_id": vale.pk},
            {"place_id": north.pk},
        ]

    @staticmethod
    def inside(slug: str, place: Area) -> Area:
        return Area.objects.create(
            slug=slug, name=slug, level=AreaLevel.NEIGHBOURHOOD, parent=place, valid_from=directory.LONG_AGO
        )

    def scopes(self) -> list[tuple[Level, UUID]]:
        areas = [(Level(area.level), area.pk) for area in Area.objects.exclude(level=AreaLevel.DISTRICT)]
        return areas + [(Level.SERVICE, service.pk) for service in self.services]


class Past:
    """Random facts: some areas and days with many people, some with few."""

    def __init__(self, seed: int, where: Map):
        self.dice, self.where = Random(seed), where
        self.number, self.rows = 0, []
        for _ in range(14):
            self.together(self.dice.choice([1, 1, 2, 3, 4, 6, 9, 25]))
        self.ghosts()
        self.save()

    def id(self) -> UUID:
        self.number += 1
        return UUID(int=self.number)

    def together(self, count: int) -> None:
        """So many people who are alike, on the same day."""
        choose, home = self.dice.choice, self.dice.choice(self.where.homes)
        day, scoped = choose(ON), home | {"service_id": choose(self.where.services).pk}
        for rows in (self.crises, self.ways_home, self.follow_ups, self.stays):
            row = choose(list(rows(day)))
            for _ in range(count):
                self.rows.append(self.another(row, home if rows == self.ways_home else scoped))
        self.waiting(count, home)
        self.in_beds(count, home["place_id"], scoped["service_id"])

    def another(self, row: Any, scoped: dict[str, Any]) -> Any:
        names = [field.attname for field in row._meta.concrete_fields]
        said = {name: getattr(row, name) for name in names} | scoped
        return type(row)(**said | {row._meta.pk.attname: self.id()})

    def ghosts(self) -> None:
        """One of every kind, in another year: an onlooker does not know that there is none of a kind."""
        for rows in (self.crises, self.ways_home, self.follow_ups, self.stays):
            self.rows += [self.another(row, {}) for day in LONG_AGO for row in rows(day)]
        for owner, reason in product(DelayFact.Owner.values, DelayFact.Reason.values):
            self.rows.append(DelayFact(key=self.id(), case_id=self.id(), day=SUNDAY, owner=owner, reason=reason))

    def crises(self, day: date) -> Iterator[CrisisFact]:
        for overran, grade in product([True, False], ["", *"abcd"]):
            avoided = {"avoided_on": day, "grade": grade} if grade else {}
            yield CrisisFact(ended_on=day, overran=overran, **avoided)

    def ways_home(self, day: date) -> Iterator[DischargeFact]:
        both = [True, False]
        for delay, pathway, home in product(SECONDS, [0, 2, None], both):
            left = {"discharged_on": day, "delay_days": delay, "ready_seconds": SECONDS[delay], "pathway": pathway}
            left |= {"went_home": home, "at_weekend": day.weekday() > 4, "decided_on": day, "considered_home": home}
            yield DischargeFact(**left, decided_home=pathway != 2, says_why_not_home=delay > 0)

    def follow_ups(self, day: date) -> Iterator[FollowUpFact]:
        for outcome in ("home", "not_home", "died", "unknown", ""):
            yield FollowUpFact(episode_id=self.id(), due_on=day, outcome=outcome)

    def stays(self, day: date) -> Iterator[StayFact]:
        for at_home in (True, False):
            yield StayFact(ended_on=day, at_home=at_home, stay_seconds=90_000, ward_id=self.id())

    def waiting(self, count: int, home: dict[str, UUID]) -> None:
        """People who wait on one day, or several."""
        days = self.dice.choice([ON[:1], ON[1:3], ON])
        said = {"owner": self.dice.choice(DelayFact.Owner.values), "reason": self.dice.choice(DelayFact.Reason.values)}
        for _ in range(count):
            case = self.id()
            self.rows.extend(DelayFact(key=self.id(), case_id=case, day=day, **said, **home) for day in days)

    def in_beds(self, count: int, place: UUID, service: UUID) -> None:
        """People who lie in a ward on one day, or several; sometimes the same people lie in two wards."""
        people = " ".join(str(self.id()) for _ in range(count))
        days, at_home = self.dice.choice([ON[:1], ON[1:3], ON]), self.dice.choice([True, False])
        for of in {service, self.dice.choice(self.where.services).pk}:
            said = {"ward_id": self.id(), "place_id": place, "service_id": of, "at_home": at_home, "people": people}
            self.rows.extend(WardDayFact(key=self.id(), day=day, occupied=count, open_beds=30, **said) for day in days)

    def save(self) -> None:
        self.rows.sort(key=lambda row: type(row).__name__)
        for model, rows in groupby(self.rows, key=type):
            model.objects.bulk_create(list(rows))


@dataclass
class Group:
    """Facts that no figure could tell apart, or none: an onlooker does not know who is not there."""

    scopes: dict[str, UUID | None]
    day: date
    weights: dict[str, int]
    facts: list[Any] = field(default_factory=list)

    def inside(self, level: str, scope: UUID, period: str, start: date) -> bool:
        here = level == Level.SYSTEM or self.scopes[level] == scope
        return here and start_of(period, self.day) == start


class Reader:
    """Somebody who reads all figures of one kind of fact, and knows how areas and periods nest."""

    def __init__(self, fact: Any, day: str, where: Map):
        self.fact, self.day, self.where = fact, day, where
        self.metrics = [metric for metric in METRICS.values() if (metric.fact, metric.day) == (fact, day)]
        self.groups = self.all_groups()
        self.basis: dict[int, list[int]] = {}
        for vector in set(self.published()):
            self.learn(vector)

    def said_by(self, metric: Metric) -> list[str]:
        """SQL of every sum that a shown figure says. How many beds are open is no secret."""
        mean = f"coalesce(sum({metric.over}), 0)" if metric.over and metric.centile is None else ""
        beds = metric.denominator_tells == ()
        return [sql for sql in (metric.numerator, "" if beds else metric.denominator, mean) if sql]

    def by_fact(self) -> dict[Any, dict[str, int]]:
        """What each fact brings to each sum: the sum over it alone. In a ward, all that matters is whether."""
        key, sums = self.fact._meta.pk.attname, sorted({sql for metric in self.metrics for sql in self.said_by(metric)})
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key}, {', '.join(sums)} FROM {self.fact._meta.db_table} GROUP BY {key}")
            rows = {row[0]: dict(zip(sums, map(int, row[1:]), strict=True)) for row in cursor.fetchall()}
        if self.fact is WardDayFact:
            return {pk: {sql: int(number > 0) for sql, number in weights.items()} for pk, weights in rows.items()}
        return rows

    def all_groups(self) -> list[Group]:
        weights = self.by_fact()
        kinds = {tuple(found.items()) for found in weights.values()}
        places = [{key.removesuffix("_id"): pk for key, pk in home.items()} for home in self.where.homes]
        services = [None] if self.fact in (DischargeFact, DelayFact) else [one.pk for one in self.where.services]
        if self.fact is WardDayFact:
            places = [{"place": pk} for pk in {home["place"] for home in places}]
        nowhere: dict[str, Any] = dict.fromkeys((*figures.COLUMN, "service"))
        groups = {
            (tuple((nowhere | place | {"service": service}).values()), day, kind): Group(
                nowhere | place | {"service": service}, day, dict(kind)
            )
            for place, service, day, kind in product(places, services, ON, kinds)
            if is_possible(dict(kind), day)
        }
        for row in self.fact.objects.filter(**{f"{self.day}__in": ON}):
            scopes = tuple(getattr(row, column) for column in figures.COLUMN.values())
            groups[scopes, getattr(row, self.day), tuple(weights[row.pk].items())].facts.append(row)
        return list(groups.values())

    def vector(self, sql: str, *where: Any) -> tuple[int, ...]:
        """A sum over some scope and period."""
        return tuple(group.weights[sql] if group.inside(*where) else 0 for group in self.groups)

    def published(self) -> Iterator[tuple[int, ...]]:
        """Every number that is shown."""
        for level, period in product(Level, COUNTED):
            keys, first = [metric.key for metric in self.metrics], start_of(Period.QUARTER, ON[0])
            for figure in reading.figures(keys, level=level, period=period, first=first, last=ON[-1]):
                for sql in self.shown_by(figure):
                    yield self.vector(sql, level, figure.scope_id, period, figure.start)

    def shown_by(self, figure: reading.Figure) -> Iterable[str]:
        metric = METRICS[figure.metric]
        if figure.denominator is not None and metric.denominator in self.said_by(metric):
            yield metric.denominator
        if figure.value is not None and metric.centile is None:
            yield self.said_by(metric)[-1 if metric.over else 0]

    def learn(self, vector: Iterable[int]) -> None:
        row = self.reduce(vector)
        lead = next((place for place, value in enumerate(row) if value), None)
        if lead is not None:
            inverse = pow(row[lead], PRIME - 2, PRIME)
            self.basis[lead] = [value * inverse % PRIME for value in row]

    def reduce(self, vector: Iterable[int]) -> list[int]:
        row = [value % PRIME for value in vector]
        for lead in sorted(self.basis):
            if row[lead]:
                factor, known = row[lead], self.basis[lead]
                row = [(value - factor * other) % PRIME for value, other in zip(row, known, strict=True)]
        return row

    def knows(self, vector: Iterable[int]) -> bool:
        return not any(self.reduce(vector))

    def people(self, vector: Iterable[int]) -> int:
        """How many different people a sum is about."""
        among = (group.facts for group, weight in zip(self.groups, vector, strict=True) if weight)
        return len({person for facts in among for fact in facts for person in self.who(fact)})

    def who(self, row: Any) -> Iterable[object]:
        if isinstance(row, WardDayFact):
            return row.people.split()
        return [row.case_id if isinstance(row, DelayFact) else row.pk]

    def targets(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Everything about few people that somebody might want to know."""
        for level, scope in self.where.scopes():
            for period, start in {(period, start_of(period, day)) for period in COUNTED for day in ON}:
                for metric in self.metrics:
                    sums = [self.vector(sql, level, scope, period, start) for sql in self.said_by(metric)]
                    yield from ((f"{metric.key} {level} {period} {start}", one) for one in sums)
                    if metric.unit == Unit.PERCENT and len(sums) == 2:
                        rest = tuple(one - other for one, other in zip(sums[1], sums[0], strict=True))
                        yield f"the rest of {metric.key} {level} {period} {start}", rest
        for number, group in enumerate(self.groups):
            if group.facts:
                yield f"{group}", tuple(int(number == other) for other in range(len(self.groups)))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_shown_of_home_first_gives_nobody_away(db: None, seed: int) -> None:
    where = Map()
    Past(seed, where)
    figures.count_all("Counted for the first time")

    for fact, day in FAMILIES:
        reader = Reader(fact, day, where)
        for what, vector in reader.targets():
            people = reader.people(vector)
            assert is_safe(people) or not reader.knows(vector), (what, people)


def test_every_kind_of_fact_of_home_first_is_attacked() -> None:
    mine = {(metric.fact, metric.day) for metric in METRICS.values() if metric.group.startswith("Home First")}

    assert mine == set(FAMILIES)


def test_a_week_that_a_months_end_cuts_does_not_tell_its_sunday_from_the_others(db: None) -> None:
    """November 2026 begins on a Sunday. Weeks tell how many left on it; less those, its other Sundays would be two."""
    Map()
    left = {date(2026, 11, 1): 6, date(2026, 11, 3): 9, date(2026, 11, 8): 2, date(2026, 11, 9): 9}
    people = [(day, number) for day, count in left.items() for number in range(count)]
    DischargeFact.objects.bulk_create(
        DischargeFact(case_id=UUID(int=100 * day.day + number), discharged_on=day, at_weekend=day.weekday() > 4)
        for day, number in people
    )
    figures.count_all("Counted for the first time")

    november = {"level": Level.SYSTEM, "period": Period.MONTH, "first": date(2026, 11, 1), "last": date(2026, 11, 1)}
    weeks = {"level": Level.SYSTEM, "period": Period.WEEK, "first": date(2026, 10, 26), "last": date(2026, 11, 9)}
    assert [one.numerator for one in reading.figures(["discharges"], **weeks)] == [6, 11, 9]
    assert all(one.hidden for one in reading.figures([*WEEKDAYS, "discharged_weekend"], **november))


COUNT = st.sampled_from([0, 0, 0, 1, 2, 4, 5, 6, 9, 30])


class People(Onlooker):
    """An onlooker of sums in which one person may count on several days, always in the same areas."""

    def total(self, members: frozenset[int]) -> int:
        return len(frozenset().union(*(self.cells[number].counts[0] for number in members)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(COUNT, st.sets(st.integers(0, len(DAYS) - 1), min_size=1)), min_size=16, max_size=16))
def test_few_people_on_many_days_are_few(groups: list[tuple[int, set[int]]]) -> None:
    there: dict[tuple[date, tuple[Scope, ...]], set[str]] = {(day, atom): set() for day in DAYS for atom in ATOMS}
    for number, (count, days) in enumerate(groups):
        for day in days:
            there[DAYS[day], ATOMS[number % len(ATOMS)]] |= {f"{number}-{person}" for person in range(count)}
    cells = [Cell(day, atom, [frozenset(people)]) for (day, atom), people in there.items()]
    onlooker = People(cells, finest(cells, SYSTEM, PARENTS))

    for scope in [SYSTEM, *PARENTS]:
        for period in COARSE_TO_FINE:
            for members in onlooker.groups(scope, period):
                assert is_safe(onlooker.total(members)) or not onlooker.knows(members), (scope, period)
    for number in range(len(cells)):
        assert is_safe(onlooker.total(frozenset([number]))) or not onlooker.knows(frozenset([number]))


def test_one_person_who_waits_a_month_is_one_person() -> None:
    one = [Cell(day, (EAST,), [frozenset(["a"])]) for day in DAYS]
    six = [Cell(day, (EAST,), [frozenset("abcdef"[number % 6 :])]) for number, day in enumerate(DAYS)]

    assert finest(one, SYSTEM, PARENTS)[SYSTEM] == ""
    assert finest(six, SYSTEM, PARENTS)[SYSTEM] == Period.QUARTER


def test_somebody_in_two_wards_hides_nobody_who_is_in_one() -> None:
    """Three lie in one ward, and the same three with seven others in a second: the first is still three."""
    few, many = ("service", UUID(int=1)), ("service", UUID(int=2))
    three, ten = frozenset("abc"), frozenset("abcdefghij")
    cells = [Cell(DAYS[0], (few,), [three]), Cell(DAYS[0], (many,), [ten])]

    shown = finest(cells, SYSTEM, {few: SYSTEM, many: SYSTEM})

    assert shown == {SYSTEM: "day", few: "", many: ""}
