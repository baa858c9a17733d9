"""The rules that flag a point and choose an icon; each can be read, and tried, by itself."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from bcf.spc.shape import Assurance, Direction, Number, PointType, SpecialCause, Variation, exact

TREND = SHIFT = 7


def special_causes(
    values: Sequence[int], sides: Sequence[int], outside: Sequence[bool], close: Sequence[bool]
) -> list[SpecialCause]:
    """The flag of each point of one group, first rule first. `sides` are -1, 0 or 1: below, on or above the mean."""
    moving, staying, nearing = trends(values), shifts(sides), twos_in_three(close, sides)
    found = []
    for index, side in enumerate(sides):
        if outside[index]:
            cause = SpecialCause.ABOVE_LIMIT if side > 0 else SpecialCause.BELOW_LIMIT
        elif moving[index]:
            cause = SpecialCause.INCREASING if moving[index] > 0 else SpecialCause.DECREASING
        elif nearing[index]:
            cause = SpecialCause.TWO_IN_THREE_ABOVE if side > 0 else SpecialCause.TWO_IN_THREE_BELOW
        elif staying[index]:
            cause = SpecialCause.SHIFT_ABOVE if side > 0 else SpecialCause.SHIFT_BELOW
        else:
            cause = SpecialCause.COMMON
        found.append(cause)
    return found


def trends(values: Sequence[Number]) -> list[int]:
    """1 or -1 for every point of seven or more that each rise, or each fall; a tie ends a run.

    The point where a rise turns into a fall belongs to both; it is marked with the later.
    """
    marks = [0] * len(values)
    moves = [(after > before) - (after < before) for before, after in pairwise(values)]
    for sign, start, length in _runs(moves):
        if sign and length + 1 >= TREND:
            marks[start : start + length + 1] = [sign] * (length + 1)
    return marks


def shifts(sides: Sequence[int]) -> list[int]:
    """1 or -1 for every point of seven or more on the same side of the mean; a point on the mean ends a run."""
    marks = [0] * len(sides)
    for side, start, length in _runs(sides):
        if side and length >= SHIFT:
            marks[start : start + length] = [side] * length
    return marks


def twos_in_three(close: Sequence[bool], sides: Sequence[int]) -> list[bool]:
    """The points near a limit that are two or three of three consecutive ones, all three on one side of the mean."""
    marks = [False] * len(sides)
    for start in range(len(sides) - 2):
        three = range(start, start + 3)
        if abs(sum(sides[i] for i in three)) == 3 and sum(close[i] for i in three) >= 2:
            for i in three:
                marks[i] = marks[i] or close[i]
    return marks


def point_type(cause: SpecialCause, direction: Direction) -> PointType:
    """What a flag means when this direction is the better one."""
    if cause is SpecialCause.COMMON:
        return PointType.COMMON_CAUSE
    if direction is Direction.NEUTRAL:
        return PointType.NEUTRAL_HIGH if cause.sign > 0 else PointType.NEUTRAL_LOW
    return PointType.IMPROVEMENT if cause.sign == direction.sign else PointType.CONCERN


def variation_icon(point_type: PointType, direction: Direction) -> Variation:
    """The icon of a point type. Improvement is high when more is better, concern is high when less is better."""
    if point_type is PointType.IMPROVEMENT:
        return Variation.IMPROVEMENT_HIGH if direction is Direction.INCREASE else Variation.IMPROVEMENT_LOW
    if point_type is PointType.CONCERN:
        return Variation.CONCERN_LOW if direction is Direction.INCREASE else Variation.CONCERN_HIGH
    return Variation(point_type.value.removeprefix("special_cause_"))


def assurance_icon(
    target: Number | None, lpl: Number | None, upl: Number | None, direction: Direction
) -> Assurance | None:
    """Whether a target outside the limits will always or never be met; a target on a limit is inside.

    None without a target, without limits, or when neither way is better.
    """
    if target is None or lpl is None or upl is None or direction is Direction.NEUTRAL:
        return None
    goal, low, high = exact(target), exact(lpl), exact(upl)
    if low <= goal <= high:
        return Assurance.INCONSISTENT
    return Assurance.PASS if (goal < low) == (direction is Direction.INCREASE) else Assurance.FAIL


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Each stretch of the same sign: the sign, where it starts, how long it is."""
    start = 0
    for sign, members in groupby(signs):
        length = len(list(members))
        yield sign, start, length
        start += length
