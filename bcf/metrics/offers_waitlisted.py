"""What services answer when they are asked: the share waitlisted."""

from dataclasses import replace

from bcf.metrics.offers_accepted import COUNTED
from bcf.metrics.offers_accepted import METRIC as ACCEPTED
from bcf.metrics.shape import Direction

METRIC = replace(
    ACCEPTED,
    key="offers_waitlisted",
    title="Offers put on a waiting list",
    short="Offers put on a waiting list",
    direction=Direction.LOWER,
    numerator="count(*) FILTER (WHERE answer = 'waitlisted')",
    numerator_means="offers for which the service had no place",
    definition=f"Of offers that a service answered, the share whose first answer was that it had no place. {COUNTED}",
)
