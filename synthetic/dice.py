"""Chance that repeats: everything random in the synthetic data comes from one seed."""

import math
from bisect import bisect
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from audit.ids import version_7


class Shares:
    """Things and how often each comes up; the numbers need not add up to anything."""

    def __init__(self, shares: Mapping[Any, float]):
        self.things: Sequence[Any] = list(shares)
        self.steps = list(accumulate(shares.values()))

    def at(self, point: float) -> Any:
        """The thing at a point between 0 and 1."""
        return self.things[bisect(self.steps, point * self.steps[-1], 0, len(self.things) - 1)]


@lru_cache(maxsize=512)
def _shares(items: tuple[tuple[Hashable, float], ...]) -> Shares:
    return Shares(dict(items))


class Dice(Random):
    """A stream of chance. Streams of one seed and different names do not disturb each other."""

    def __init__(self, seed: int | str = 0, name: str = ""):
        super().__init__(f"{seed}:{name}")

    def pick(self, shares: Mapping[Any, float] | Shares) -> Any:
        """One thing, as often as its share says."""
        table = shares if isinstance(shares, Shares) else _shares(tuple(shares.items()))
        return table.at(self.random())

    def yes(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share

    def minutes(self, median: float, spread: float = 0.6) -> timedelta:
        """A time that is usually near the median and sometimes much longer (log-normal), to the second."""
        return timedelta(seconds=round(60 * median * math.exp(self.gauss(0, spread))))


class Identifiers:
    """Version 7 identifiers of the moment being told, with noise from the dice."""

    def __init__(self, dice: Dice, moment: datetime):
        self.dice, self.moment = dice, moment

    def __call__(self) -> UUID:
        return version_7(int(self.moment.timestamp() * 1000), self.dice.randbytes(10))
