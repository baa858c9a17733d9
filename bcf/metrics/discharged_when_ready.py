"""How many leave hospital on the very day on which they are ready."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="discharged_when_ready",
    title="Left on the day they were ready",
    short="Left on the day",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("delay_days",),
    numerator="count(*) FILTER (WHERE delay_days = 0)",
    denominator="count(*)",
    numerator_means="people who left hospital on the day they were ready",
    denominator_means="people who were ready and left hospital",
    definition=(
        "Of people who left hospital in the period, the share who left on the day on which they were ready, by "
        "London's calendar. Those who did not, times their mean delay, are the mean delay of everybody."
    ),
    source="Discharge cases in this portal; the counting rule follows the national discharge ready date.",
)
