"""How long people stay in community beds: median days."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import StayFact

METRIC = Metric(
    key="bed_stay_median",
    title="Median days in a community bed",
    short="Stay in a bed, median",
    unit=Unit.DAYS,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST,
    fact=StayFact,
    day="ended_on",
    inputs=("at_home", "stay_seconds"),
    denominator="count(*) FILTER (WHERE NOT at_home)",
    denominator_means="stays in a community bed that ended",
    centile=0.5,
    over="CASE WHEN NOT at_home THEN stay_seconds END",
    definition=(
        "Half of stays in community hospital wards and block-booked care home beds that ended in the period were no "
        "longer than this. Moving from bed to bed within a ward does not end a stay."
    ),
    source="Wards, beds and their use in this portal.",
)
