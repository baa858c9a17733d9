"""What people wait for: the share of delayed days of the group care transfer hub process."""

from dataclasses import replace

from bcf.metrics.delay_reason_hospital import COUNTED
from bcf.metrics.delay_reason_hospital import METRIC as HOSPITAL

METRIC = replace(
    HOSPITAL,
    key="delay_reason_hub",
    title="Delayed days: care transfer hub process",
    short="Care transfer hub process",
    numerator="count(*) FILTER (WHERE reason = 'hub')",
    numerator_means="delayed days for care transfer hub process",
    definition=f"Of delayed days, the share whose reason is in the group care transfer hub process. {COUNTED}",
)
