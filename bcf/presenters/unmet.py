"""Unmet need by service and hour as a table to look at: numbers, shades for how many an hour, and words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bcf.bands import DAY
from bcf.periods import Period, label
from bcf.presenters.audit import is_complete
from bcf.presenters.lines import SUPPRESSED
from bcf.unmet import Measure, Row, Unmet

SHADES = 5
PARTS = ("Night", "Morning", "Afternoon", "Evening")
"""Six hours each, from midnight."""
COLUMNS = ("Where", "Service", "Quarter", "First day", "Complete", "From", "Until", "Number", "Unit")
WORDS = {Measure.HOURS: "hours of care a week", Measure.NEEDS: "needs"}
UNKNOWN = "No hours known"
PRECISELY = {DAY: "The whole day", 12: "Half a day", 6: "Six hours", 3: "Three hours", 1: "Each hour"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One band of the day. `shade` is 0 for none, and where the day is not told apart; else 1 to 5 by how much."""

    when: str
    width: int
    shown: str
    shade: int


@dataclass(frozen=True, slots=True)
class Line:
    """One service in words and cells; no cells where it is hidden."""

    name: str
    total: str
    most: str
    precisely: str
    cells: tuple[Cell, ...]


def lines(found: Unmet, measure: Measure) -> list[Line]:
    """Every service that may be shown."""
    return [line(row, measure) for row in found.services if not row.hidden]


def together(found: Unmet, measure: Measure) -> Line | None:
    """All services; None where they are hidden."""
    return None if found.together.hidden else line(found.together, measure)


def line(row: Row, measure: Measure) -> Line:
    """One row, in shades of its own busiest hour. No hours at all are hours that nobody said."""
    if measure is Measure.HOURS and not row.total:
        return Line(row.name, "", UNKNOWN, "", (Cell(between(0, DAY), DAY, UNKNOWN, 0),))
    most = max(row.bands) if row.span < DAY else Decimal(0)
    cells = tuple(
        Cell(between(start, start + row.span), row.span, number(amount, measure), _shade(amount, most))
        for start, amount in zip(range(0, DAY, row.span), row.bands, strict=True)
    )
    return Line(row.name, number(row.total, measure), _most(row, measure), PRECISELY[row.span], cells)


def number(amount: Decimal, measure: Measure) -> str:
    """“61.5” hours, “12” needs."""
    return f"{amount:,.1f}" if measure is Measure.HOURS else f"{amount:,.0f}"


def between(start: int, end: int) -> str:
    """“09:00 to 10:00”; the day ends at 24:00."""
    return f"{start:02}:00 to {end:02}:00"


def _shade(amount: Decimal, most: Decimal) -> int:
    return min(SHADES, 1 + int(SHADES * amount / most)) if amount and most else 0


def _most(row: Row, measure: Measure) -> str:
    """When most of it comes: “12:00 to 18:00: 31 of 58”."""
    if row.span == DAY:
        return "Not told apart"
    if not row.total:
        return "None"
    amount, start = max((amount, -number) for number, amount in enumerate(row.bands))
    start = -start * row.span
    return f"{between(start, start + row.span)}: {number(amount, measure)} of {number(row.total, measure)}"


def unmet_rows(found: Unmet, quarter: date, measure: Measure, where: str) -> Iterator[Sequence[Any]]:
    """The same as a file: one row for each band of each service, and of all."""
    yield COLUMNS
    about = (label(Period.QUARTER, quarter), quarter, "yes" if is_complete(quarter) else "so far")
    for row in (*found.services, found.together):
        if row.hidden:
            yield [where, row.name, *about, "00:00", "24:00", SUPPRESSED, WORDS[measure]]
        for start, amount in zip(range(0, DAY, row.span or DAY), row.bands, strict=False):
            when = (f"{start:02}:00", f"{start + row.span:02}:00")
            yield [where, row.name, *about, *when, number(amount, measure).replace(",", ""), WORDS[measure]]
