"""Times by which something is due, in words that say plainly when that is a weekend or a bank holiday."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from pages.words import LONDON, clock_time, short_date

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """A due time as pages show it."""

    at: datetime
    words: str
    kind_of_day: str
    overdue: bool


def due(at: datetime, now: datetime, bank_holidays: Collection[date]) -> Due:
    """A due time in London, with its weekday, what kind of day that is, and whether it has passed."""
    here = at.astimezone(LONDON)
    words = f"{here:%A} {short_date(at)}, {clock_time(at)}"
    return Due(at, words, kind_of_day(here.date(), bank_holidays), at <= now)


def kind_of_day(day: date, bank_holidays: Collection[date]) -> str:
    """“Bank holiday”, “Weekend”, or nothing for a working day."""
    if day in bank_holidays:
        return "Bank holiday"
    return "Weekend" if day.weekday() >= SATURDAY else ""
