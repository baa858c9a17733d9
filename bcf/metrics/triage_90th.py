"""How long a clinical decision takes: 90th centile of minutes."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="triage_90th",
    title="90th centile of minutes to triage",
    short="Minutes to triage, 90th",
    unit=Unit.MINUTES,
    direction=Direction.LOWER,
    fact=ReferralFact,
    day="received_on",
    inputs=("triage_seconds",),
    denominator="count(triage_seconds)",
    denominator_means="referrals with a triage decision",
    centile=0.9,
    over="triage_seconds",
    whole="count(*)",
    definition=(
        "Nine in ten triage decisions were made within this time: elapsed minutes, day and night, from the "
        "moment somebody opened the referral until a clinician decided, waiting for information included. "
        "Counted in the period in which the referral was received. Referrals without that answer yet are not counted."
    ),
    source="Referrals and their clocks in this portal.",
)
