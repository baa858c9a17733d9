"""How long people wait in hospital once they are ready: mean hours."""

from dataclasses import replace

from bcf.metrics.ready_hours_median import METRIC as MEDIAN

METRIC = replace(
    MEDIAN,
    key="ready_hours_mean",
    title="Mean hours from ready to left",
    short="Ready to left, mean",
    centile=None,
    definition=(
        "The mean time that people who left hospital in the period had waited: elapsed hours, day and night, from the "
        "moment they were ready to leave. A few who wait for weeks raise the mean and leave the median as it is."
    ),
)
