"""Tells signal from noise in one series: XmR charts by the rules of NHS England's Making Data Count.

Pure: values in, what each point means out, so that pages, exports and tests cannot disagree. The rules are those of
the NHS-R Community's published implementation, and the names are its names. In that order, the first that fits:
outside the limits, seven-point trend, two in three near a limit, seven points on one side of the mean.

A value of None is a gap, not a point: it has no place in a mean, it does not count towards seven points or towards
`fix_after_n_points`, and the difference across it is taken between the neighbours that are there.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise

from bcf.spc.lines import in_whole_numbers
from bcf.spc.rules import assurance_icon, point_type, special_causes, variation_icon
from bcf.spc.shape import (
    SHORT_GROUP,
    Assurance,
    Direction,
    Group,
    Number,
    Point,
    PointType,
    Reading,
    Spc,
    SpecialCause,
    Variation,
    exact,
)

__all__ = [
    "SHORT_GROUP",
    "Assurance",
    "Direction",
    "Group",
    "Number",
    "Point",
    "PointType",
    "Reading",
    "Spc",
    "SpecialCause",
    "Variation",
    "analyse",
]


def analyse(
    readings: Iterable[Reading],
    *,
    improvement_direction: Direction | str,
    rebase: Iterable[date] = (),
    fix_after_n_points: int | None = None,
    screen_outliers: bool = True,
) -> Spc:
    """Judge a series, in order of date whatever order it comes in.

    `rebase`: from each of these dates a new group begins, with lines of its own; dates without points begin none.
    `fix_after_n_points`: the lines of each group come from its first n points only; flags are still put on all.
    `screen_outliers`: leave out, once, moving ranges of 3.267 or more times their average (the Making Data Count
    spreadsheet does not screen; say on the chart which was used).
    Raises ValueError for a date that comes twice, a value that is not a finite number, or an n below 1.
    """
    direction = Direction(improvement_direction)
    if fix_after_n_points is not None and fix_after_n_points < 1:
        raise ValueError("Fix the limits after at least one point.")
    rows = sorted(readings, key=lambda row: row.date)
    _refuse_twins(rows)
    present = [row for row in rows if row.value is not None]
    groups = [
        _judge_group(number, members, direction, fix_after_n_points, screen_outliers)
        for number, members in enumerate(_rebased(present, sorted(rebase)))
    ]
    points = tuple(point for _, members in groups for point in members)
    return Spc(
        points=points,
        groups=tuple(group for group, _ in groups),
        gaps=tuple(row.date for row in rows if row.value is None),
        improvement_direction=direction,
        screen_outliers=screen_outliers,
        fix_after_n_points=fix_after_n_points,
        variation_icon=variation_icon(points[-1].point_type, direction) if points else None,
        assurance_icon=_assurance(points[-1], direction) if points else None,
    )


def _judge_group(
    number: int, rows: Sequence[Reading], direction: Direction, fix_after: int | None, screen: bool
) -> tuple[Group, list[Point]]:
    values, lines = in_whole_numbers([exact(row.value) for row in rows if row.value is not None], fix_after, screen)
    sides = [lines.side(value) for value in values]
    outside, close = [lines.outside(value) for value in values], [lines.close(value) for value in values]
    group = Group(
        rebase_group=number,
        first=rows[0].date,
        last=rows[-1].date,
        n=len(rows),
        n_for_limits=min(len(rows), fix_after or len(rows)),
        n_screened=lines.screened,
        mean=lines.mean / lines.unit,
        amr=None if lines.amr is None else float(lines.amr),
        lpl=lines.at(lines.limit, -1),
        upl=lines.at(lines.limit, 1),
        nlpl=lines.at(lines.near, -1),
        nupl=lines.at(lines.near, 1),
        short_group_warning=len(rows) < SHORT_GROUP,
    )
    causes = special_causes(values, sides, outside, close)
    judged = zip(rows, values, sides, outside, close, causes, strict=True)
    return group, [
        Point(
            date=row.date,
            value=value / lines.unit,
            target=None if row.target is None else float(exact(row.target)),
            rebase_group=number,
            mean=group.mean,
            lpl=group.lpl,
            upl=group.upl,
            nlpl=group.nlpl,
            nupl=group.nupl,
            relative_to_mean=side,
            outside_limits=is_outside,
            close_to_limits=is_close,
            special_cause_type=cause,
            point_type=point_type(cause, direction),
        )
        for row, value, side, is_outside, is_close, cause in judged
    ]


def _assurance(last: Point, direction: Direction) -> Assurance | None:
    return assurance_icon(last.target, last.lpl, last.upl, direction)


def _rebased(rows: Sequence[Reading], dates: Sequence[date]) -> Iterator[list[Reading]]:
    for _, members in groupby(rows, key=lambda row: bisect_right(dates, row.date)):
        yield list(members)


def _refuse_twins(rows: Sequence[Reading]) -> None:
    for before, after in pairwise(rows):
        if before.date == after.date:
            raise ValueError(f"There are two readings for {after.date}: keep one.")
