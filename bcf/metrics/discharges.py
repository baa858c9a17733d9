"""How many people left hospital through the discharge hub or straight from the ward."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="discharges",
    title="People who left hospital",
    short="Left hospital",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    numerator="count(*)",
    numerator_means="people who were ready and left hospital",
    per_100_000=True,
    definition=(
        "Discharge cases whose person was ready and left hospital in the period, wherever they went. Somebody who died "
        "before leaving is not counted, here or in any figure of people who left."
    ),
    source="Discharge cases in this portal.",
)
