"""Dates of birth as they get mistyped: day and month swapped, or one number of the date wrong."""

from datetime import date

from django.utils import timezone

from patients.details import OLDEST_YEARS


def swapped(born: date) -> date | None:
    """Day and month the other way round, when that is another real date."""
    if born.day > 12 or born.day == born.month:
        return None
    return date(born.year, born.day, born.month)


def one_number_off(born: date) -> list[date]:
    """Dates a person may have who was written down with one wrong number, of those who can be alive or have lived."""
    text = f"{born:%Y%m%d}"
    latest = timezone.localdate()
    earliest = latest.year - OLDEST_YEARS
    found = set()
    for place, right in enumerate(text):
        for digit in "0123456789".replace(right, ""):
            made = _real(text[:place] + digit + text[place + 1 :])
            if made and earliest <= made.year and made <= latest:
                found.add(made)
    return sorted(found - {swapped(born)})


def _real(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
