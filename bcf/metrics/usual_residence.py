"""Whether people return to where they lived: the first promise of Home First."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="usual_residence",
    title="Returned to their usual residence",
    short="Returned home",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("went_home",),
    numerator="count(*) FILTER (WHERE went_home)",
    denominator="count(*)",
    numerator_means="people who went to their own home, to family, or to the care home where they live",
    denominator_means="people who were ready and left hospital",
    definition=(
        "Of people who left hospital in the period, the share who went to their usual home, to the home of family or "
        "friends, or back to the care home where they live."
    ),
    source="Discharge cases in this portal.",
)
