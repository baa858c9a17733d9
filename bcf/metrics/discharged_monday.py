"""On which day of the week people leave hospital: the share on a Monday."""

from bcf.metrics.discharged_weekend import IN_A_WHOLE_WEEK
from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEYS = tuple(f"discharged_{day.lower()}" for day in DAYS)
LEFT_ON = "count(*) FILTER (WHERE extract(isodow FROM discharged_on) = {number})"
IN_WHOLE_WEEKS = f"count(*) FILTER (WHERE extract(isodow FROM discharged_on) = {{number}} AND {IN_A_WHOLE_WEEK})"
TELLS = tuple(sql.format(number=number) for sql in (LEFT_ON, IN_WHOLE_WEEKS) for number in range(1, 8))


def left_on(day: str) -> Metric:
    """The share of people who left on this day of the week."""
    return Metric(
        key=f"discharged_{day.lower()}",
        title=f"Left on a {day}",
        short=f"Left on a {day}",
        unit=Unit.PERCENT,
        direction=Direction.NEUTRAL,
        group=Group.HOME_FIRST_DAYS,
        fact=DischargeFact,
        day="discharged_on",
        inputs=("at_weekend",),
        numerator=LEFT_ON.format(number=DAYS.index(day) + 1),
        denominator="count(*)",
        numerator_means=f"people who left hospital on a {day}",
        denominator_means="people who were ready and left hospital",
        parts=KEYS,
        numerator_tells=TELLS,
        definition=(
            f"Of people who left hospital in the period, the share who left on a {day}. If all days were alike, it "
            "would be one in seven: 14.3%."
        ),
        source="Discharge cases in this portal.",
    )


METRIC = left_on("Monday")
