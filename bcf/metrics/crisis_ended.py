"""How many people crisis response supported."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import CrisisFact

METRIC = Metric(
    key="crisis_ended",
    title="Crisis episodes ended",
    short="Crisis episodes ended",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST,
    fact=CrisisFact,
    day="ended_on",
    numerator="count(*)",
    numerator_means="crisis episodes that ended",
    per_100_000=True,
    definition=(
        "Crisis episodes that ended in the period, however they ended. One that was opened again counts when it ends "
        "again."
    ),
    source="Crisis episodes in this portal.",
)
