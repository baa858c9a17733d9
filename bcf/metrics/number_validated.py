"""Whether people's NHS numbers are verified, so that records join up."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="number_validated",
    title="NHS numbers verified",
    short="NHS numbers verified",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    fact=ReferralFact,
    day="received_on",
    inputs=("number_verified",),
    numerator="count(*) FILTER (WHERE number_verified)",
    denominator="count(*)",
    numerator_means="referrals of people whose NHS number is verified",
    denominator_means="referrals received",
    definition=(
        "Of referrals received in the period, the share of people whose NHS number is present and verified "
        "(NHS number status 01). A number verified later counts from then on, also for earlier referrals."
    ),
    source="People and referrals in this portal.",
)
