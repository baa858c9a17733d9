"""Whether people leave hospital on seven days a week."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="discharged_weekend",
    title="Left at the weekend",
    short="Left at the weekend",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("at_weekend",),
    numerator="count(*) FILTER (WHERE at_weekend)",
    denominator="count(*)",
    numerator_means="people who left hospital on a Saturday or Sunday",
    denominator_means="people who were ready and left hospital",
    definition=(
        "Of people who left hospital in the period, the share who left on a Saturday or Sunday. If all days were "
        "alike, it would be two in seven: 28.6%."
    ),
    source="Discharge cases in this portal.",
)
