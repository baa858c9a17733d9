"""What people wait for: the share of delayed days of the group wellbeing concerns."""

from dataclasses import replace

from bcf.metrics.delay_reason_hospital import COUNTED
from bcf.metrics.delay_reason_hospital import METRIC as HOSPITAL

METRIC = replace(
    HOSPITAL,
    key="delay_reason_wellbeing",
    title="Delayed days: wellbeing concerns",
    short="Wellbeing concerns",
    numerator="count(*) FILTER (WHERE reason = 'wellbeing')",
    numerator_means="delayed days for wellbeing concerns",
    definition=f"Of delayed days, the share whose reason is in the group wellbeing concerns. {COUNTED}",
)
