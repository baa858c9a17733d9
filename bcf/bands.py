"""How finely a quarter's day may be told apart, for each service, each place, and each service in a place.

Bands of a day lie one inside the other: the whole day, half of it, six hours, three, one. A band is safe when it counts
0 or at least 5. Three things keep what is hidden from being worked out (docs/adr/0021 says why they are enough):

- whoever is shown in bands leaves nothing small of what is above it: services and places of all, and a service's
  places and a place's services of their totals;
- a service in a place is never told finer than the service or the place;
- where a service in a place is small, another place, another service, and that service in that place are hidden with
  it: one could move from each of the four to the next without any figure that is shown being different.

What the metrics themselves hide of the quarter (bcf/disclosure.py) is hidden here, too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from bcf.sums import is_safe

DAY = 24
SPANS = (DAY, 12, 6, 3, 1)
"""How many hours a band may have, from coarse to fine."""

Pair = tuple[UUID | None, UUID]
"""A place, or none where nobody knew it, and a service."""
Bands = tuple[int, ...]
Counts = Mapping[Pair, Sequence[int]]
"""How many in each of the 24 hours."""


@dataclass(slots=True)
class Allowed:
    """What the metrics show of the quarter."""

    everything: bool
    services: Collection[UUID]
    places: Collection[UUID]


@dataclass(slots=True)
class Finest:
    """The hours of the narrowest bands in which each may be shown; 0 where not even the day may."""

    everything: int = 0
    services: dict[UUID, int] = field(default_factory=dict)
    places: dict[UUID, int] = field(default_factory=dict)
    pairs: dict[Pair, int] = field(default_factory=dict)

    def keep(self, span: int, staying: "Staying") -> None:
        """Those who stay are shown in bands of so many hours."""
        self.everything = span
        self.services |= dict.fromkeys(staying.services, span)
        self.places |= dict.fromkeys(staying.places, span)
        self.pairs |= dict.fromkeys(staying.pairs, span)


@dataclass(slots=True)
class Staying:
    """Who is still shown, from coarse bands to narrow ones."""

    services: set[UUID]
    places: set[UUID]
    pairs: set[Pair]


def finest(counts: Counts, allowed: Allowed) -> Finest:
    """Decide for everybody at once; what is asked for later is read from this."""
    found = Finest()
    if not allowed.everything:
        return found
    services, places = {service for _, service in counts}, {place for place, _ in counts}
    staying = Staying(services & set(allowed.services), {one for one in allowed.places if one in places}, set())
    staying.pairs = set(product(staying.places, staying.services))
    for span in SPANS:
        table = Table(counts, span, found.pairs)
        if not safe(table.sum(table.pieces)):
            break
        staying = table.narrowed(staying)
        found.keep(span, staying)
    return found


def cut(hours: Sequence[int], span: int) -> Bands:
    """24 hours as bands of so many."""
    return tuple(sum(hours[start : start + span]) for start in range(0, DAY, span))


def safe(bands: Iterable[int]) -> bool:
    """Whether each counts 0 or at least 5."""
    return all(is_safe(count) for count in bands)


class Table:
    """Every service in every place, in bands of one width."""

    def __init__(self, counts: Counts, span: int, before: Mapping[Pair, int]):
        """`before` says in which wider bands each service in a place is shown."""
        self.span, self.before = span, before
        services, places = {service for _, service in counts}, {place for place, _ in counts} | {None}
        self.nothing = (0,) * (DAY // span)
        pairs = product(sorted(places, key=str), sorted(services))
        self.pieces = {pair: cut(counts[pair], span) if pair in counts else self.nothing for pair in pairs}
        self.sizes = {pair: sum(bands) for pair, bands in self.pieces.items()}
        self.of_service = {service: [(place, service) for place in places] for service in sorted(services)}
        self.of_place = {place: [(place, service) for service in services] for place in sorted(places, key=str)}
        self.by_service = {service: self.sum(pairs) for service, pairs in self.of_service.items()}
        self.by_place = {place: self.sum(pairs) for place, pairs in self.of_place.items()}

    def sum(self, pairs: Iterable[Pair]) -> Bands:
        """These together, band by band."""
        return tuple(map(sum, zip(*(self.pieces[pair] for pair in pairs), strict=True))) or self.nothing

    def narrowed(self, before: Staying) -> Staying:
        """Who of those shown in wider bands may be shown in these."""
        services = set(_family(self.by_service, before.services, self.nothing))
        places = set(_family(self.by_place, before.places, self.nothing))
        pairs = {pair for pair in before.pairs if pair[0] in places and pair[1] in services and safe(self.pieces[pair])}
        after = Staying(services, places, pairs)
        while more := self._next_to_hide(after):
            after.pairs -= more
        return after

    def _next_to_hide(self, shown: Staying) -> set[Pair]:
        """What would give something small away; nothing when all is well."""
        return self._smallest_of_a_line(shown) or self._beside_a_small_one(shown)

    def _smallest_of_a_line(self, shown: Staying) -> set[Pair]:
        """Where what is hidden of a total is small, the smallest that is shown of it."""
        lines = [line for service, line in self.of_service.items() if service in shown.services]
        lines += [line for place, line in self.of_place.items() if place in shown.places]
        for line in lines:
            still = [pair for pair in line if pair in shown.pairs]
            if still and not safe(self.sum(pair for pair in line if pair not in shown.pairs)):
                return {min(still, key=lambda pair: (self.sizes[pair], str(pair)))}
        return set()

    def _beside_a_small_one(self, shown: Staying) -> set[Pair]:
        """Where a small one is hidden alone, those that it can hide behind; all of them where there is nobody."""
        for pair, bands in self.pieces.items():
            small = [band for band, count in enumerate(bands) if not is_safe(count)]
            if small and pair not in shown.pairs and not self._is_hidden_above(pair, small, shown):
                corners = self._corners(pair, small, shown)
                if corners:
                    return corners
        return set()

    def _is_hidden_above(self, pair: Pair, small: Sequence[int], shown: Staying) -> bool:
        """Whether its service and another, or its place and another, are hidden too and may have those people."""
        place, service = pair
        others = [(place, one) for one in self.of_service if one != service and one not in shown.services]
        beside = [(one, service) for one in self.of_place if one != place and one not in shown.places]
        return (service not in shown.services and self._hold(others, small)) or (
            place not in shown.places and self._hold(beside, small)
        )

    def _hold(self, pairs: Iterable[Pair], small: Sequence[int]) -> bool:
        together = self.sum(pairs)
        return all(together[band] for band in small)

    def _corners(self, pair: Pair, small: Sequence[int], shown: Staying) -> set[Pair]:
        """The fewest others to hide: in another place, of another service, who have people at these hours."""
        corners = (
            {(place, pair[1]), (pair[0], service), (place, service)}
            for place, service in self.pieces
            if place != pair[0] and service != pair[1]
        )
        found = [some & shown.pairs for some in corners if all(self._may_move({pair, *some}, band) for band in small)]
        least = min(found, key=lambda pairs: (self._size(pairs), sorted(map(str, pairs))), default=shown.pairs)
        return set(least)

    def _may_move(self, four: Collection[Pair], band: int) -> bool:
        """Whether one of each may have come in this band without what is shown of wider ones being different.

        Somebody is there in each, and again in another band of the widest that is shown of any: for one more here is
        one fewer there, and nobody can be fewer than none.
        """
        if not all(self.pieces[pair][band] for pair in four):
            return False
        wider = min((self.before[pair] for pair in four if pair in self.before), default=0)
        if not wider:
            return True
        first = band * self.span // wider * wider // self.span
        beside = range(first, first + wider // self.span)
        return any(other != band and all(self.pieces[pair][other] for pair in four) for other in beside)

    def _size(self, pairs: Iterable[Pair]) -> int:
        return sum(self.sizes[pair] for pair in pairs)


def _family(sums: Mapping[Any, Bands], staying: Collection[Any], nothing: Bands) -> list[Any]:
    """Those that leave nothing small of all: the smallest go first."""
    shown = [one for one in sums if one in staying and safe(sums[one])]
    shown.sort(key=lambda one: (-sum(sums[one]), str(one)))
    while shown and not safe(map(sum, zip(nothing, *(sums[one] for one in sums if one not in shown), strict=True))):
        shown.pop()
    return shown
