"""Counts per 100,000 people. Only places have populations; the system's is the sum of theirs.

A rate is for its own period and is never made yearly. A population is of the latest year that is not after the
period, and says who published it or that it is only illustrative.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bcf.charts import Unit
from bcf.models import Level
from bcf.scopes import Scope
from directory.codes import AreaLevel
from directory.models import Area, Population

PER = 100_000
OLDEST = 999
NOBODY = (-1, -1)
BAND = re.compile(r"(?P<first>\d{1,3})(?:-(?P<last>\d{1,3})|\+)")


@dataclass(frozen=True, slots=True)
class People:
    """How many people live somewhere in a year."""

    count: int
    year: int
    source: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """A count per 100,000 people, exact and as shown."""

    value: float
    population: int
    year: int
    source: str
    illustrative: bool

    @property
    def plain(self) -> str:
        return Unit.RATE.plain(self.value)

    @property
    def shown(self) -> str:
        """For a column that says what it is per."""
        return f"{float(self.plain):,.{Unit.RATE.decimals}f}"


@dataclass(frozen=True, slots=True)
class Populations:
    """Everybody who lives in a scope, by year; of several sources for a year, the one named first."""

    _by_scope: Mapping[UUID, Mapping[int, People]]

    def of(self, scope_id: UUID, day: date) -> People | None:
        """Of the latest year that is not after the day's."""
        years = self._by_scope.get(scope_id, {})
        year = max((year for year in years if year <= day.year), default=None)
        return None if year is None else years[year]

    def rate(self, scope_id: UUID, day: date, count: int | None) -> Rate | None:
        """The count per 100,000 people; None without a count to show or a population."""
        people = self.of(scope_id, day)
        if count is None or people is None or not people.count:
            return None
        return Rate(count * PER / people.count, people.count, people.year, people.source, people.illustrative)


def populations(scopes: Sequence[Scope]) -> Populations:
    """The populations of these places, and of the system if it is among them; at most two statements.

    A source that leaves an age out, as a projection of older people does, is not a population.
    """
    found: dict[tuple[UUID, int, str, bool], dict[str, int]] = defaultdict(dict)
    rows = Population.objects.order_by("area_id", "year", "source")
    columns = ("area_id", "year", "source", "illustrative", "age_band", "count")
    for place, year, source, illustrative, band, count in rows.values_list(*columns):
        found[place, year, source, illustrative][band] = count
    by_place: dict[UUID, dict[int, People]] = defaultdict(dict)
    for (place, year, source, illustrative), bands in found.items():
        if is_everybody(bands):
            by_place[place].setdefault(year, People(sum(bands.values()), year, source, illustrative))
    known: dict[UUID, Mapping[int, People]] = {**by_place}
    for scope in scopes:
        if scope.level == Level.SYSTEM:
            places = Area.objects.filter(level=AreaLevel.PLACE).values_list("pk", flat=True)
            known[scope.id] = _together([by_place.get(place, {}) for place in places])
    return Populations(known)


def is_everybody(bands: Iterable[str]) -> bool:
    """Whether these ages, like 0-17, 18-64 and 65+, leave nobody out and count nobody twice."""
    ranges = sorted(_ages(band) for band in bands)
    expected = 0
    for first, last in ranges:
        if first != expected:
            return False
        expected = last + 1
    return expected == OLDEST + 1


def _ages(band: str) -> tuple[int, int]:
    """The first and the last age of a band; no age at all for one that is written otherwise."""
    read = BAND.fullmatch(band)
    if read is None:
        return NOBODY
    first = int(read["first"])
    return first, int(read["last"]) if read["last"] else OLDEST


def _together(known: Sequence[Mapping[int, People]]) -> dict[int, People]:
    """The sum over places, of years for which every place has a population."""
    years = set.intersection(*map(set, known)) if known else set()
    return {
        year: People(
            count=sum(place[year].count for place in known),
            year=year,
            source=" ".join(dict.fromkeys(place[year].source for place in known)),
            illustrative=any(place[year].illustrative for place in known),
        )
        for year in years
    }
