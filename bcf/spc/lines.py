"""The mean and the limits of one group of points, in whole numbers.

Values are taken as the decimals they are written as and brought to a common denominator, so that a point that equals
a limit, a mean or its neighbour is seen to be equal, in any unit.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import NamedTuple

LIMIT = Fraction("2.66")
NEAR = LIMIT * 2 / 3
SCREEN = Fraction("3.267")


class Lines(NamedTuple):
    """Mean and distances to the limits of one group, in whole numbers of 1/unit; distances None when unknown."""

    mean: int
    limit: int | None
    near: int | None
    amr: Fraction | None
    screened: int
    unit: int

    def side(self, value: int) -> int:
        return (value > self.mean) - (value < self.mean)

    def outside(self, value: int) -> bool:
        return self.limit is not None and abs(value - self.mean) > self.limit

    def close(self, value: int) -> bool:
        return self.near is not None and self.limit is not None and self.near < abs(value - self.mean) < self.limit

    def at(self, distance: int | None, sign: int) -> float | None:
        return None if distance is None else (self.mean + sign * distance) / self.unit


def in_whole_numbers(values: Sequence[Fraction], fix_after: int | None, screen: bool) -> tuple[list[int], Lines]:
    """The values of a group and its lines over one denominator, so that every comparison is of whole numbers."""
    scale = lcm(*(value.denominator for value in values))
    whole = [value.numerator * (scale // value.denominator) for value in values]
    base = whole[:fix_after]
    ranges = [abs(after - before) for before, after in pairwise(base)]
    kept = _screened(ranges) if screen else ranges
    parts = len(base) * (len(kept) or 1)
    finer = parts * lcm(LIMIT.denominator, NEAR.denominator)
    amr = Fraction(sum(kept), len(kept)) if kept else None
    lines = Lines(
        mean=sum(base) * (finer // len(base)),
        limit=None if amr is None else int(LIMIT * amr * finer),
        near=None if amr is None else int(NEAR * amr * finer),
        amr=None if amr is None else amr / scale,
        screened=len(ranges) - len(kept),
        unit=scale * finer,
    )
    return [value * finer for value in whole], lines


def _screened(ranges: Sequence[int]) -> list[int]:
    """The moving ranges below 3.267 times their average; all of them when nothing moves."""
    number, bound = len(ranges), SCREEN * sum(ranges)
    return [one for one in ranges if one * number < bound or not bound]
