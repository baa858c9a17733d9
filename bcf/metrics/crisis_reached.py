"""Crisis referrals reached within their standard: the two-hour measure, numerator and denominator by clock start."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import ReferralFact

METRIC = Metric(
    key="crisis_reached",
    title="Crisis referrals reached in time",
    short="Reached in time",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    fact=ReferralFact,
    day="received_on",
    inputs=("crisis_reached",),
    numerator="count(*) FILTER (WHERE crisis_reached)",
    denominator="count(*) FILTER (WHERE crisis_reached IS NOT NULL)",
    numerator_means="crisis referrals whose first face-to-face contact came within their standard",
    denominator_means="crisis referrals with a result: reached, or their time ran out",
    whole="count(*)",
    definition=(
        "Of crisis referrals whose clock has a result, the share whose first contact came within the standard in "
        "force when they were received (two hours, or four by an earlier policy). Counted in the period in which "
        "the clock started, which is when the referral was received. A referral whose time ran out counts as not "
        "reached, even if it was closed later; one closed before its time ran out is not counted. Crisis clocks "
        "never pause."
    ),
    source="Referrals and their clocks in this portal; the counting rule follows the national two-hour measure.",
)
