"""What people wait for: the share of delayed days for the hospital's own process."""

from bcf.metrics.shape import Direction, Group, Metric, Unit, people
from bcf.models import DelayFact

COUNTED = (
    "Each delayed day has one reason of the national list: the one at midnight. The list has five groups: hospital "
    "process, wellbeing concerns, care transfer hub process, interface process, and capacity."
)
METRIC = Metric(
    key="delay_reason_hospital",
    title="Delayed days: hospital process",
    short="Hospital process",
    unit=Unit.PERCENT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST_DETAIL,
    fact=DelayFact,
    day="day",
    inputs=("reason",),
    numerator="count(*) FILTER (WHERE reason = 'hospital')",
    denominator="count(*)",
    numerator_means="delayed days for hospital process",
    denominator_means="delayed days",
    numerator_tells=tuple(people("case_id::text", f"reason = '{reason}'") for reason in DelayFact.Reason.values),
    denominator_tells=(people("case_id::text"),),
    definition=f"Of delayed days, the share whose reason is in the group hospital process. {COUNTED}",
    source="Delays of discharge cases in this portal; groups of the national acute discharge situation report.",
)
