"""What services answer when they are asked: the share declined."""

from dataclasses import replace

from bcf.metrics.offers_accepted import COUNTED
from bcf.metrics.offers_accepted import METRIC as ACCEPTED
from bcf.metrics.shape import Direction

METRIC = replace(
    ACCEPTED,
    key="offers_declined",
    title="Offers declined",
    short="Offers declined",
    direction=Direction.LOWER,
    numerator="count(*) FILTER (WHERE answer = 'declined')",
    numerator_means="offers that the service declined on one of its hard criteria",
    definition=f"Of offers that a service answered, the share whose first answer was "
    f"to decline on one of its hard criteria. {COUNTED}",
)
