"""The words of an XmR chart, as the field writes them, and what a judged series holds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

Number = int | float | Decimal | Fraction

SHORT_GROUP = 13


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"

    @property
    def sign(self) -> int:
        return {"increase": 1, "decrease": -1, "neutral": 0}[self.value]


class SpecialCause(StrEnum):
    """Why a point is flagged."""

    COMMON = "Common Cause"
    ABOVE_LIMIT = "Above UCL"
    BELOW_LIMIT = "Below LCL"
    INCREASING = "7 Point Trend (Increasing)"
    DECREASING = "7 Point Trend (Decreasing)"
    TWO_IN_THREE_ABOVE = "2 in 3 Above CL"
    TWO_IN_THREE_BELOW = "2 in 3 Below CL"
    SHIFT_ABOVE = "7 Points Above CL"
    SHIFT_BELOW = "7 Points Below CL"

    @property
    def sign(self) -> int:
        """1 for what is above or increasing, -1 for what is below or decreasing, 0 for common cause."""
        if self is SpecialCause.COMMON:
            return 0
        return 1 if "Above" in self.value or "Increasing" in self.value else -1


class PointType(StrEnum):
    """What a flag means, given which way is better."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "special_cause_improvement"
    CONCERN = "special_cause_concern"
    NEUTRAL_HIGH = "special_cause_neutral_high"
    NEUTRAL_LOW = "special_cause_neutral_low"


class Variation(StrEnum):
    """The icon of the last point."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT_HIGH = "improvement_high"
    IMPROVEMENT_LOW = "improvement_low"
    CONCERN_HIGH = "concern_high"
    CONCERN_LOW = "concern_low"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class Assurance(StrEnum):
    """The icon of the target against the last limits."""

    PASS = "pass"  # noqa: S105  an icon, not a password
    FAIL = "fail"
    INCONSISTENT = "inconsistent"


class Reading(NamedTuple):
    """One row of a series. `value` None is a gap; `target` is the target in force on that date."""

    date: date
    value: Number | None
    target: Number | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One value, the lines it is judged by, and what it means. Limits are None in a group of fewer than two points."""

    date: date
    value: float
    target: float | None
    rebase_group: int
    mean: float
    lpl: float | None
    upl: float | None
    nlpl: float | None
    nupl: float | None
    relative_to_mean: int
    outside_limits: bool
    close_to_limits: bool
    special_cause_type: SpecialCause
    point_type: PointType

    @property
    def special_cause_flag(self) -> bool:
        return self.special_cause_type is not SpecialCause.COMMON


@dataclass(frozen=True, slots=True)
class Group:
    """The points between two rebases and the lines they share. `amr` is the average moving range after screening."""

    rebase_group: int
    first: date
    last: date
    n: int
    n_for_limits: int
    n_screened: int
    mean: float
    amr: float | None
    lpl: float | None
    upl: float | None
    nlpl: float | None
    nupl: float | None
    short_group_warning: bool


@dataclass(frozen=True, slots=True)
class Spc:
    """A series judged, and how it was judged. Without points there are no icons."""

    points: tuple[Point, ...]
    groups: tuple[Group, ...]
    gaps: tuple[date, ...]
    improvement_direction: Direction
    screen_outliers: bool
    fix_after_n_points: int | None
    variation_icon: Variation | None
    assurance_icon: Assurance | None

    @property
    def short_group_warning(self) -> bool:
        return any(group.short_group_warning for group in self.groups)


def exact(number: Number) -> Fraction:
    """The number as it is written: a float is the shortest decimal that means it, 0.1 is one tenth."""
    try:
        return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{number} is not a finite number.") from error
