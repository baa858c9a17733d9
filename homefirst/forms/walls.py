"""A day and a time as people write them, in this country, as one moment."""

from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError

from pages.words import LONDON, clock_time, long_date


def moment_of(day: date, hour: time, *, last: bool = False) -> datetime:
    """The moment that the clock on the wall shows; of an hour that autumn repeats the first, or the last.

    Raises ValidationError for the hour that spring leaves out.
    """
    here = datetime.combine(day, hour, LONDON).replace(fold=int(last))
    if here.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != here.replace(tzinfo=None):
        shown = clock_time(datetime.combine(date(2000, 1, 1), hour, LONDON))
        raise ValidationError(
            f"{shown} does not happen on {long_date(day)}: the clocks go forward. Choose another time",
            code="skipped",
        )
    return here.astimezone(UTC)
