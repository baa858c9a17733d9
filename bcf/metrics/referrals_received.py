"""How many referrals came in."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="referrals_received",
    title="Referrals received",
    short="Received",
    unit=Unit.COUNT,
    direction=Direction.NEUTRAL,
    fact=ReferralFact,
    day="received_on",
    numerator="count(*)",
    numerator_means="referrals received",
    per_100_000=True,
    definition=(
        "Referrals received by the single point of access, of every urgency and from every source, in the period in "
        "which they were received. A referral found to be a duplicate is not counted. By service: those that the "
        "service took on."
    ),
    source="Referrals in this portal.",
)
