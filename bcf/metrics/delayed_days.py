"""How many nights people who are ready spend in hospital."""

from bcf.metrics.shape import Direction, Group, Metric, Unit, people
from bcf.models import DelayFact

METRIC = Metric(
    key="delayed_days",
    title="Delayed days",
    short="Delayed days",
    unit=Unit.COUNT,
    direction=Direction.LOWER,
    group=Group.HOME_FIRST,
    fact=DelayFact,
    day="day",
    numerator="count(*)",
    numerator_means="nights in hospital after people were ready to leave",
    numerator_tells=(people("case_id::text"),),
    per_100_000=True,
    definition=(
        "Nights that people spent in hospital after they were ready to leave, in the period in which they fell: each "
        "midnight, London's, between readiness and leaving is one delayed day. People who still wait are counted up to "
        "last night. So the days of somebody who was ready on Monday and left on Wednesday are two. A number is shown "
        "only where five people or more are behind it, however many days."
    ),
    source="Delays of discharge cases in this portal.",
)
