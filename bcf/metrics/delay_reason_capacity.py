"""What people wait for: the share of delayed days of the group capacity."""

from dataclasses import replace

from bcf.metrics.delay_reason_hospital import COUNTED
from bcf.metrics.delay_reason_hospital import METRIC as HOSPITAL

METRIC = replace(
    HOSPITAL,
    key="delay_reason_capacity",
    title="Delayed days: capacity",
    short="Capacity",
    numerator="count(*) FILTER (WHERE reason = 'capacity')",
    numerator_means="delayed days for capacity",
    definition=f"Of delayed days, the share whose reason is in the group capacity. {COUNTED}",
)
