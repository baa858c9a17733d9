"""How long people wait in hospital once they are ready: median hours."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

METRIC = Metric(
    key="ready_hours_median",
    title="Median hours from ready to left",
    short="Ready to left, median",
    unit=Unit.HOURS,
    direction=Direction.LOWER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("ready_seconds",),
    denominator="count(*)",
    denominator_means="people who were ready and left hospital",
    centile=0.5,
    over="ready_seconds",
    definition=(
        "Half of the people who left hospital in the period left within this time: elapsed hours, day and night, from "
        "the moment they were ready to leave. Where somebody became unwell again in between, the last time counts."
    ),
    source="Discharge cases in this portal.",
)
