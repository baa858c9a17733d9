"""Who owns the waiting: the share of delayed days owned by others."""

from dataclasses import replace

from bcf.metrics.delayed_days_nhs import COUNTED
from bcf.metrics.delayed_days_nhs import METRIC as OWNED_BY_NHS

METRIC = replace(
    OWNED_BY_NHS,
    key="delayed_days_other",
    title="Delayed days owned by others",
    short="Owned by others",
    numerator="count(*) FILTER (WHERE owner = 'other')",
    numerator_means="delayed days owned by a care home, a home care provider, a hospice or a voluntary organisation",
    definition=f"Of delayed days, the share owned by somebody who is neither the NHS nor a council. {COUNTED}",
)
