"""How much care services could not give to people whom they could have helped."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.metrics.unmet_need import METRIC as NEEDS
from bcf.models.facts import UnmetNeedFact

METRIC = Metric(
    key="unmet_hours",
    title="Unmet need in hours of care",
    short="Unmet hours of care",
    unit=Unit.HOURS,
    direction=Direction.LOWER,
    fact=UnmetNeedFact,
    day="recorded_on",
    inputs=("care_seconds",),
    over="care_seconds",
    summed=True,
    denominator="count(care_seconds)",
    denominator_means="needs whose hours are known",
    whole=NEEDS.numerator,
    definition=(
        "The hours of care a week that services could not give to people whom they could help, added up over every "
        "need that was recorded in the period. Some services do not count their care in hours, and some answers do "
        "not say how many: such a need counts in Unmet need, and adds no hours here. So these are the hours that are "
        "known, and the true number is higher."
    ),
    source="Answers of services in this portal.",
)
