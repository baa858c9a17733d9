"""Who owns the waiting: the share of delayed days owned by the NHS."""

from bcf.metrics.shape import Direction, Group, Metric, Unit, people
from bcf.models import DelayFact

COUNTED = (
    "Each delayed day has one owner: whoever owned the waiting at midnight. While an owner disputes it, it stays with "
    "them. If it is given to another owner later, the figure is restated."
)
METRIC = Metric(
    key="delayed_days_nhs",
    title="Delayed days owned by the NHS",
    short="Owned by the NHS",
    unit=Unit.PERCENT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST_DETAIL,
    fact=DelayFact,
    day="day",
    inputs=("owner",),
    numerator="count(*) FILTER (WHERE owner = 'nhs')",
    denominator="count(*)",
    numerator_means="delayed days owned by a hospital, a community trust, or another part of the NHS",
    denominator_means="delayed days",
    numerator_tells=tuple(people("case_id::text", f"owner = '{owner}'") for owner in DelayFact.Owner.values),
    denominator_tells=(people("case_id::text"),),
    definition=f"Of delayed days, the share owned by a part of the NHS. {COUNTED}",
    source="Delays of discharge cases in this portal.",
)
