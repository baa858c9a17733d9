"""How many admissions to hospital crisis response says that it avoided."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import CrisisFact

METRIC = Metric(
    key="admissions_avoided",
    title="Avoided admissions claimed",
    short="Avoided admissions",
    unit=Unit.COUNT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=CrisisFact,
    day="avoided_on",
    numerator="count(*)",
    numerator_means="claims that an admission was avoided",
    per_100_000=True,
    definition=(
        "Crisis episodes for which a worker claimed that an admission to hospital was avoided, in the period in which "
        "that happened; at most one for each episode. Claims that were withdrawn do not count. How well claims are "
        "shown is counted beside this, by grade of evidence."
    ),
    source="Crisis episodes in this portal.",
)
