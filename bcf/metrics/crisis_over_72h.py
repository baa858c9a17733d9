"""Whether crisis support stays short: it is meant to bridge 72 hours, not to become care."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import CrisisFact

METRIC = Metric(
    key="crisis_over_72h",
    title="Crisis support longer than 72 hours",
    short="Longer than 72 hours",
    unit=Unit.PERCENT,
    direction=Direction.LOWER,
    group=Group.HOME_FIRST,
    fact=CrisisFact,
    day="ended_on",
    inputs=("overran",),
    numerator="count(*) FILTER (WHERE overran)",
    denominator="count(*)",
    numerator_means="crisis episodes that lasted longer than 72 hours",
    denominator_means="crisis episodes that ended",
    definition=(
        "Of crisis episodes that ended in the period, the share that lasted longer than the policy in force allows: 72 "
        "hours from the first contact. An episode that was extended with approval counts as longer all the same. One "
        "that turned out to be no contact is not counted."
    ),
    source="Crisis episodes in this portal.",
)
