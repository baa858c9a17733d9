"""How often a service had no place for somebody who fitted it."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import UnmetNeedFact

METRIC = Metric(
    key="unmet_need",
    title="Unmet need",
    short="Unmet need",
    unit=Unit.COUNT,
    direction=Direction.LOWER,
    fact=UnmetNeedFact,
    day="recorded_on",
    numerator="count(*)",
    numerator_means="times a service had no place",
    per_100_000=True,
    definition=(
        "How many times a service that was asked for somebody it could help had no place, in the period in which "
        "that happened. Services never decline for want of places: the person waits, and the need is counted here."
    ),
    source="Answers of services in this portal.",
)
