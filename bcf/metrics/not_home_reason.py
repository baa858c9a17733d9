"""Whether a decision against home says why."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="not_home_reason",
    title="Decisions not to go home that say why",
    short="Not home, says why",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="decided_on",
    inputs=("decided_home", "says_why_not_home"),
    numerator="count(*) FILTER (WHERE NOT decided_home AND says_why_not_home)",
    denominator="count(*) FILTER (WHERE NOT decided_home)",
    numerator_means="decisions that say why the person does not go home",
    denominator_means="decisions for somewhere else than home",
    whole="count(*)",
    definition=(
        "Of decisions that stand and lead somewhere else than home, to family, or to the care home where the person "
        "lives, the share that say why. Counted in the period in which the decision was made."
    ),
    source="Discharge cases in this portal.",
)
