"""Whether home was thought of first: the audit that Home First asks for."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="home_considered",
    title="Decisions that considered home first",
    short="Home considered first",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="decided_on",
    inputs=("considered_home",),
    numerator="count(*) FILTER (WHERE considered_home)",
    denominator="count(*)",
    numerator_means="decisions that say that home was considered first",
    denominator_means="decisions on a pathway",
    definition=(
        "Of decisions on a pathway out of hospital that stand, the share that say that home was considered first. "
        "Counted in the period in which the decision was made."
    ),
    source="Discharge cases in this portal.",
)
