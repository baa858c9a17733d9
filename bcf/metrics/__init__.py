"""Every metric, one module each. To add one: write its module, list it here, work a fixture out by hand."""

from bcf.metrics import (
    acknowledge_90th,
    acknowledge_median,
    crisis_reached,
    handoffs,
    number_validated,
    offers_accepted,
    offers_declined,
    offers_waitlisted,
    outcome_fed_back,
    referrals_received,
    triage_90th,
    triage_median,
    unmet_need,
)
from bcf.metrics.shape import Direction, Metric, Unit

MODULES = (
    crisis_reached,
    referrals_received,
    acknowledge_median,
    acknowledge_90th,
    triage_median,
    triage_90th,
    offers_accepted,
    offers_declined,
    offers_waitlisted,
    unmet_need,
    handoffs,
    outcome_fed_back,
    number_validated,
)
METRICS: dict[str, Metric] = {module.METRIC.key: module.METRIC for module in MODULES}

__all__ = ["METRICS", "Direction", "Metric", "Unit"]
