"""Figures as counting would leave them, for tests of what is shown of them."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from bcf.metrics import METRICS, Unit
from bcf.models import Cursor, Disclosure, Level, Observation
from bcf.periods import Period, back, next_start, start_of
from directory.codes import AreaLevel
from directory.models import Area
from tests.factories import directory

LONG_KNOWN = date(2020, 1, 1)


def system() -> Area:
    """Leicester, Leicestershire and Rutland."""
    return directory.area("llr", level=AreaLevel.SYSTEM, name="Leicester, Leicestershire and Rutland")


def places() -> list[Area]:
    """The three places."""
    return [directory.area(name.lower(), name=name) for name in ("Leicester", "Leicestershire", "Rutland")]


def months_back(count: int) -> date:
    """The start of the month that many before this one."""
    return back(Period.MONTH, start_of(Period.MONTH, timezone.localdate()), count)


def shown(metric: str, area: Area, start: date, finest: str = Period.DAY, parts: str | None = None) -> Disclosure:
    """What may be shown of a quarter; everything unless told otherwise."""
    return Disclosure.objects.get_or_create(
        metric=metric,
        quarter=start_of(Period.QUARTER, start),
        level=area.level,
        scope_id=area.pk,
        known_to=None,
        defaults={"counts": finest, "parts": finest if parts is None else parts, "known_from": LONG_KNOWN},
    )[0]


def figure(
    metric: str,
    area: Area,
    start: date,
    numerator: int | None,
    denominator: int | None = None,
    *,
    value: float | None = None,
    period: str = Period.MONTH,
    level: str = "",
    finest: str = Period.DAY,
    **fields: object,
) -> Observation:
    """One figure; its value is worked out where it can be."""
    unit = METRICS[metric].unit
    if value is None and numerator is not None:
        scale = 100 if unit == Unit.PERCENT else 1
        value = float(numerator) if unit == Unit.COUNT else scale * numerator / (denominator or 1)
    for day in (start, next_start(period, start) - timedelta(days=1)):
        shown(metric, area, day, finest)
    return Observation.objects.create(
        **{
            "metric": metric,
            "version": METRICS[metric].version,
            "level": level or Level(area.level),
            "scope_id": area.pk,
            "period": period,
            "start": start,
            "numerator": numerator,
            "denominator": denominator,
            "value": None if value is None else Decimal(str(round(value, 4))),
            "known_from": LONG_KNOWN,
            "computed_at": timezone.now(),
        }
        | fields
    )


def months(metric: str, area: Area, numbers: Iterable[tuple[int | None, int | None]], **fields: object) -> None:
    """Months in a row that end with the last complete one."""
    rows = list(numbers)
    for at, (numerator, denominator) in enumerate(rows):
        figure(metric, area, months_back(len(rows) - at), numerator, denominator, **fields)


def counted() -> Cursor:
    """Counting has read everything up to now."""
    return Cursor.objects.update_or_create(name="figures", defaults={"moved_at": timezone.now()})[0]
