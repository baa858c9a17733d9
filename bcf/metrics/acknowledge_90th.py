"""How long referrers wait until somebody looks: 90th centile of minutes."""

from dataclasses import replace

from bcf.metrics.acknowledge_median import METRIC as MEDIAN

METRIC = replace(
    MEDIAN,
    key="acknowledge_90th",
    title="90th centile of minutes to acknowledge",
    short="Minutes to acknowledge, 90th",
    centile=0.9,
    definition=MEDIAN.definition.replace("Half of", "Nine in ten"),
)
