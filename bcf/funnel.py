"""Compares places of different sizes fairly: funnel limits around one average, wider where the numbers are smaller.

The limits are those of D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in
Medicine 24 (2005) 1185-1202, appendix A.1.1: the quantile r of the binomial (proportions) or Poisson (rates)
distribution of the count expected at a denominator, made continuous by interpolating between r - 1 and r:
(r - (F(r) - p) / (F(r) - F(r - 1))) / denominator. 95% lies between p = 0.025 and 0.975, 99.8% between 0.001 and
0.999.

Exact up to a variance of 2,500; above that the same quantile by the normal distribution with the Cornish-Fisher term
for skewness and half a count for continuity, which differ there by less than a hundredth of a count.
Nothing is adjusted for over-dispersion: many places outside the limits say that the average does not fit them all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist
from typing import NamedTuple

QUANTILES = (0.001, 0.025, 0.975, 0.999)
EXACT_UP_TO = 2500.0
NEGLIGIBLE = 1e-12
CURVE_POINTS = 40


class Kind(StrEnum):
    """What is compared: a share of the denominator, or a count per 100,000 of it."""

    PROPORTION = "proportion"
    RATE = "rate"

    @property
    def scale(self) -> int:
        """A value is this many times numerator / denominator: percent, or per 100,000."""
        return 100 if self is Kind.PROPORTION else 100_000


class Position(StrEnum):
    """Where a place lies. Outside 95 % happens by chance to one place in twenty, outside 99.8 % to one in 500."""

    INSIDE = "inside"
    HIGH_95 = "high_95"
    HIGH_998 = "high_998"
    LOW_95 = "low_95"
    LOW_998 = "low_998"

    @property
    def words(self) -> str:
        return {
            "inside": "In the range expected by chance",
            "high_95": "Higher than expected: above the 95% limit",
            "high_998": "Much higher than expected: above the 99.8% limit",
            "low_95": "Lower than expected: below the 95% limit",
            "low_998": "Much lower than expected: below the 99.8% limit",
        }[self.value]


class Count(NamedTuple):
    """One place's numbers."""

    name: str
    numerator: int
    denominator: int


class Limits(NamedTuple):
    """The four limits at one denominator, in the unit of the values."""

    low_998: float
    low_95: float
    high_95: float
    high_998: float


@dataclass(frozen=True, slots=True)
class Place:
    """One place, its value and where it lies."""

    name: str
    numerator: int
    denominator: int
    value: float
    limits: Limits
    position: Position


@dataclass(frozen=True, slots=True)
class Funnel:
    """The places in the order given, the average, and the limits at denominators across the width of the plot."""

    kind: Kind
    average: float
    places: tuple[Place, ...]
    curve: tuple[tuple[float, Limits], ...]


def funnel(counts: Iterable[Count], *, kind: Kind | str, average: float | None = None) -> Funnel:
    """Where each place lies. `average` (in percent or per 100,000) defaults to that of all the places together.

    A place with a denominator of 0 has no value and is left out; so must be one whose count may not be shown, and
    then give the average that is published. Raises ValueError for counts that cannot be.
    """
    what = Kind(kind)
    given = [count for count in counts if count.denominator]
    for count in given:
        _refuse(count, what)
    if average is None:
        total = sum(count.denominator for count in given)
        average = what.scale * sum(count.numerator for count in given) / total if total else 0.0
    _refuse_average(average, what)
    places = tuple(_place(count, what, average) for count in given)
    return Funnel(what, average, places, tuple((at, limits(what, average, at)) for at in _across(given)))


@lru_cache(maxsize=4096)
def limits(kind: Kind, average: float, denominator: int) -> Limits:
    """The limits of a value at this denominator, never below nothing nor above the whole."""
    share = average / kind.scale
    if kind is Kind.PROPORTION:
        mean, variance, most = denominator * share, denominator * share * (1 - share), float(denominator)
    else:
        mean = variance = denominator * share
        most = float("inf")
    if variance <= 0:
        counts: Sequence[float] = [mean] * len(QUANTILES)
    elif variance <= EXACT_UP_TO:
        counts = _exact(kind, mean, denominator, share)
    else:
        counts = _approximate(mean, variance, 1 - 2 * share if kind is Kind.PROPORTION else 1.0)
    return Limits(*(min(max(count, 0.0), most) * kind.scale / denominator for count in counts))


def position(value: float, at: Limits) -> Position:
    """Where a value lies; on a limit is inside it."""
    if value > at.high_95:
        return Position.HIGH_998 if value > at.high_998 else Position.HIGH_95
    if value < at.low_95:
        return Position.LOW_998 if value < at.low_998 else Position.LOW_95
    return Position.INSIDE


def _place(count: Count, kind: Kind, average: float) -> Place:
    value = kind.scale * count.numerator / count.denominator
    around = limits(kind, average, count.denominator)
    return Place(count.name, count.numerator, count.denominator, value, around, position(value, around))


def _exact(kind: Kind, mean: float, size: int, share: float) -> list[float]:
    """The interpolated quantiles, from the probabilities of every count that is at all likely."""
    mode = min(int(mean + share), size) if kind is Kind.PROPORTION else int(mean)
    first, chances = _chances(kind, mode, mean, size, share)
    wanted, found, below = list(QUANTILES), [], 0.0
    for count, chance in enumerate(chances, start=first):
        while wanted and below + chance >= wanted[0]:
            found.append(count - (below + chance - wanted.pop(0)) / chance)
        below += chance
    return found + [float(first + len(chances) - 1)] * len(wanted)


def _chances(kind: Kind, mode: int, mean: float, size: int, share: float) -> tuple[int, list[float]]:
    """The first likely count, and the probabilities of it and the following ones."""
    if kind is Kind.PROPORTION:
        odds = share / (1 - share)
        peak = exp(
            lgamma(size + 1) - lgamma(mode + 1) - lgamma(size - mode + 1)
            + mode * log(share) + (size - mode) * log1p(-share)
        )  # fmt: skip
        rising, falling = (lambda k: (size - k + 1) * odds / k), size
    else:
        peak = exp(mode * log(mean) - mean - lgamma(mode + 1))
        rising, falling = (lambda k: mean / k), 10**12
    up = [peak]
    while up[-1] > NEGLIGIBLE and mode + len(up) <= falling:
        up.append(up[-1] * rising(mode + len(up)))
    down: list[float] = []
    chance, count = peak, mode
    while chance > NEGLIGIBLE and count > 0:
        chance, count = chance / rising(count), count - 1
        down.append(chance)
    return count, down[::-1] + up


def _approximate(mean: float, variance: float, skew: float) -> list[float]:
    """The same quantiles when the counts are large; `skew` is the third central moment over the variance."""
    normal = [NormalDist().inv_cdf(share) for share in QUANTILES]
    return [mean + z * sqrt(variance) + skew * (z * z - 1) / 6 - 0.5 for z in normal]


def _across(counts: Sequence[Count]) -> list[int]:
    """Denominators from half the smallest place to a little beyond the largest, close together where limits bend."""
    if not counts:
        return []
    smallest, largest = min(one.denominator for one in counts), max(one.denominator for one in counts)
    low, high = max(1, smallest // 2), max(2, largest * 11 // 10)
    steps = (low * (high / low) ** (step / (CURVE_POINTS - 1)) for step in range(CURVE_POINTS))
    return sorted({round(at) for at in steps})


def _refuse(count: Count, kind: Kind) -> None:
    if count.denominator < 0 or count.numerator < 0:
        raise ValueError(f"{count.name}: a count cannot be less than 0.")
    if kind is Kind.PROPORTION and count.numerator > count.denominator:
        raise ValueError(f"{count.name}: the numerator of a proportion cannot exceed its denominator.")


def _refuse_average(average: float, kind: Kind) -> None:
    if average < 0 or (kind is Kind.PROPORTION and average > kind.scale):
        raise ValueError(f"{average} cannot be the average of a {kind.value}.")
