"""How long a clinical decision takes: median minutes."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="triage_median",
    title="Median minutes to triage",
    short="Minutes to triage, median",
    unit=Unit.MINUTES,
    direction=Direction.LOWER,
    fact=ReferralFact,
    day="received_on",
    inputs=("triage_seconds",),
    denominator="count(triage_seconds)",
    denominator_means="referrals with a triage decision",
    centile=0.5,
    over="triage_seconds",
    whole="count(*)",
    definition=(
        "Half of triage decisions were made within this time: elapsed minutes, day and night, from the moment "
        "somebody opened the referral until a clinician decided, waiting for information included. "
        "Counted in the period in which the referral was received. Referrals without that answer yet are not counted."
    ),
    source="Referrals and their clocks in this portal.",
)
