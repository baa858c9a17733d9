"""What services answer when they are asked: the share waitlisted."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import OfferFact

METRIC = Metric(
    key="offers_waitlisted",
    title="Offers put on a waiting list",
    short="Offers put on a waiting list",
    unit=Unit.PERCENT,
    direction=Direction.LOWER,
    fact=OfferFact,
    day="requested_on",
    inputs=("answer",),
    numerator="count(*) FILTER (WHERE answer = 'waitlisted')",
    denominator="count(*) FILTER (WHERE answer <> '')",
    numerator_means="offers to which the service had no place",
    denominator_means="offers that a service answered",
    parts=("offers_accepted", "offers_declined", "offers_waitlisted"),
    definition=(
        "Of offers that a service answered, the share whose first answer was that it had no place. "
        "Counted in the period in which the service was asked. An offer that was withdrawn or ran out without an "
        "answer is not counted. One put on a waiting list and accepted later stays counted as waiting."
    ),
    source="Offers of referrals to services in this portal.",
)
