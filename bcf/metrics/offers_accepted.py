"""What services answer when they are asked: the share accepted."""

from bcf.metrics.shape import Direction, Metric, Unit
from bcf.models.facts import OfferFact

COUNTED = (
    "Counted in the period in which the service was asked. An offer that was withdrawn or ran out without an answer is "
    "not counted. One put on a waiting list and accepted later stays counted as waiting."
)
METRIC = Metric(
    key="offers_accepted",
    title="Offers accepted",
    short="Offers accepted",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    fact=OfferFact,
    day="requested_on",
    inputs=("answer",),
    numerator="count(*) FILTER (WHERE answer = 'accepted')",
    denominator="count(*) FILTER (WHERE answer <> '')",
    numerator_means="offers that the service accepted",
    denominator_means="offers that a service answered",
    parts=("offers_accepted", "offers_declined", "offers_waitlisted"),
    definition=f"Of offers that a service answered, the share whose first answer was to accept. {COUNTED}",
    source="Offers of referrals to services in this portal.",
)
