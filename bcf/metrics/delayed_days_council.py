"""Who owns the waiting: the share of delayed days owned by a council."""

from dataclasses import replace

from bcf.metrics.delayed_days_nhs import COUNTED
from bcf.metrics.delayed_days_nhs import METRIC as OWNED_BY_NHS

METRIC = replace(
    OWNED_BY_NHS,
    key="delayed_days_council",
    title="Delayed days owned by a council",
    short="Owned by a council",
    numerator="count(*) FILTER (WHERE owner = 'council')",
    numerator_means="delayed days owned by a council",
    definition=f"Of delayed days, the share owned by a council. {COUNTED}",
)
