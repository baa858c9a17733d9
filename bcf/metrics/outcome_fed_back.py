"""Whether those who asked for help learn what became of it."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="outcome_fed_back",
    title="Outcome fed back to the referrer",
    short="Outcome fed back",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    fact=ReferralFact,
    day="closed_on",
    inputs=("outcome_read",),
    numerator="count(*) FILTER (WHERE outcome_read)",
    denominator="count(*)",
    numerator_means="closed referrals whose referrer has read how it ended",
    denominator_means="referrals closed",
    definition=(
        "Of referrals closed in the period, the share whose outcome the referrer's organisation has read since. The "
        "portal sends every outcome; this says that it arrived with somebody."
    ),
    source="Referrals in this portal.",
)
