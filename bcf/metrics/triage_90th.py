"""How long a clinical decision takes: 90th centile of minutes."""

from dataclasses import replace

from bcf.metrics.triage_median import METRIC as MEDIAN

METRIC = replace(
    MEDIAN,
    key="triage_90th",
    title="90th centile of minutes to triage",
    short="Minutes to triage, 90th",
    centile=0.9,
    definition=MEDIAN.definition.replace("Half of", "Nine in ten"),
)
