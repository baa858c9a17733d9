"""What people wait for: the share of delayed days of the group interface process."""

from dataclasses import replace

from bcf.metrics.delay_reason_hospital import COUNTED
from bcf.metrics.delay_reason_hospital import METRIC as HOSPITAL

METRIC = replace(
    HOSPITAL,
    key="delay_reason_interface",
    title="Delayed days: interface process",
    short="Interface process",
    numerator="count(*) FILTER (WHERE reason = 'interface')",
    numerator_means="delayed days for interface process",
    definition=f"Of delayed days, the share whose reason is in the group interface process. {COUNTED}",
)
