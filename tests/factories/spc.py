"""Series of days, judged as XmR charts."""

from collections.abc import Sequence
from datetime import date, timedelta

from bcf.spc import PointType, Reading, Spc, SpecialCause, analyse

START = date(2024, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def series(values: Sequence[object], target: object = None) -> list[Reading]:
    return [Reading(day(at), value, target) for at, value in enumerate(values)]


def judged(values: Sequence[object], direction: str = "increase", target: object = None, **options: object) -> Spc:
    return analyse(series(values, target), improvement_direction=direction, **options)


def flags(spc: Spc) -> list[SpecialCause]:
    return [point.special_cause_type for point in spc.points]


def kinds(spc: Spc) -> list[PointType]:
    return [point.point_type for point in spc.points]
