"""How long referrers wait until somebody looks: median minutes."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="acknowledge_median",
    title="Median minutes to acknowledge",
    short="Minutes to acknowledge, median",
    unit=Unit.MINUTES,
    direction=Direction.LOWER,
    fact=ReferralFact,
    day="received_on",
    inputs=("acknowledge_seconds",),
    denominator="count(acknowledge_seconds)",
    denominator_means="referrals acknowledged",
    centile=0.5,
    over="acknowledge_seconds",
    whole="count(*)",
    definition=(
        "Half of referrals were acknowledged within this time: elapsed minutes, day and night, from receipt "
        "until somebody at the point of access opened the referral. "
        "Counted in the period in which the referral was received. Referrals without that answer yet are not counted."
    ),
    source="Referrals and their clocks in this portal.",
)
