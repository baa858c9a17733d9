"""How often responsibility moves while somebody waits for help."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="handoffs",
    title="Hand-offs per referral",
    short="Hand-offs per referral",
    unit=Unit.RATIO,
    direction=Direction.LOWER,
    fact=ReferralFact,
    day="received_on",
    inputs=("handoffs",),
    numerator="coalesce(sum(handoffs), 0)",
    denominator="count(*)",
    numerator_means="times that responsibility moved from one service to another",
    denominator_means="referrals received",
    definition=(
        "How many times, on average, responsibility for a referral moved from one service to another. Counted in "
        "the period in which the referral was received; hand-offs that were undone do not count."
    ),
    source="Referrals in this portal.",
)
