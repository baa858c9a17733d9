"""Stretches of time that figures are counted over, in London's calendar: day, week, month and quarter."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from django.db import models


class Period(models.TextChoices):
    """From the finest to the coarsest. Weeks start on Monday; quarters and years are those of the financial year."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"


EARLIEST = date(2000, 1, 1)
"""Nobody asks for figures before this day."""
COUNTED = (Period.DAY, Period.WEEK, Period.MONTH, Period.QUARTER)
"""What the portal counts by itself; a year's figures are only imported."""


class CountedPeriod(models.TextChoices):
    """The same, as choices."""

    DAY = Period.DAY.value, Period.DAY.label
    WEEK = Period.WEEK.value, Period.WEEK.label
    MONTH = Period.MONTH.value, Period.MONTH.label
    QUARTER = Period.QUARTER.value, Period.QUARTER.label


class AuditedPeriod(models.TextChoices):
    """What the audit by ward is told by."""

    YEAR = Period.YEAR.value, Period.YEAR.label
    QUARTER = Period.QUARTER.value, Period.QUARTER.label


def start_of(period: str, day: date) -> date:
    """The first day of the period that holds this day."""
    if period == Period.DAY:
        return day
    if period == Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period == Period.MONTH:
        return day.replace(day=1)
    if period == Period.YEAR:
        return date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


@lru_cache(maxsize=10_000)
def next_start(period: str, start: date) -> date:
    """The first day after the period."""
    if period == Period.DAY:
        return start + timedelta(days=1)
    if period == Period.WEEK:
        return start + timedelta(days=7)
    months = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[Period(period)]
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)


def starts(period: str, first: date, last: date) -> Iterator[date]:
    """Every period's start, from the one that holds `first` to the one that holds `last`."""
    start = start_of(period, first)
    while start <= last:
        yield start
        start = next_start(period, start)


def back(period: str, start: date, count: int) -> date:
    """The start of the period `count` before this one."""
    for _ in range(count):
        start = start_of(period, start - timedelta(days=1))
    return start


def label(period: str, start: date) -> str:
    """As people write it: 22 Nov 2026, week of 16 Nov 2026, Nov 2026, Q3 2026/27 (Oct to Dec), 2026/27."""
    if period == Period.DAY:
        return f"{start.day} {start:%b %Y}"
    if period == Period.WEEK:
        return f"Week of {start.day} {start:%b %Y}"
    if period == Period.MONTH:
        return f"{start:%b %Y}"
    year = start_of(Period.YEAR, start).year
    if period == Period.YEAR:
        return f"{year}/{(year + 1) % 100:02}"
    quarter = (start.month - 4) % 12 // 3 + 1
    last = next_start(period, start) - timedelta(days=1)
    return f"Q{quarter} {year}/{(year + 1) % 100:02} ({start:%b} to {last:%b})"
