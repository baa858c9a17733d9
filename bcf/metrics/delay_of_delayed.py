"""How long those wait who do not leave on the day: mean days."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="delay_of_delayed",
    title="Mean days of delay, of those delayed",
    short="Delay of those delayed",
    unit=Unit.DAYS,
    direction=Direction.LOWER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("delay_days",),
    numerator="coalesce(sum(delay_days), 0)",
    denominator="count(*) FILTER (WHERE delay_days > 0)",
    numerator_means="days between the day they were ready and the day they left",
    denominator_means="people who left hospital on a later day than they were ready",
    numerator_tells=(),
    whole="count(*)",
    definition=(
        "Of people who left hospital in the period on a later day than they were ready, the mean number of days "
        "between the two, by London's calendar: nights in hospital that nobody needed."
    ),
    source="Discharge cases in this portal; the counting rule follows the national discharge ready date.",
)
