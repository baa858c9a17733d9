"""How often nobody can say where somebody was on day 91."""

from dataclasses import replace

from bcf.metrics.home_at_91 import METRIC as HOME
from bcf.metrics.shape import Direction

METRIC = replace(
    HOME,
    key="unknown_at_91",
    title="Not known where, 91 days after hospital",
    short="Not known on day 91",
    direction=Direction.LOWER,
    numerator="count(*) FILTER (WHERE outcome = 'unknown')",
    denominator=HOME.whole,
    numerator_means="people of 65 or over of whom nobody could say where they were on day 91",
    denominator_means="people of 65 or over whose follow-up was closed",
    whole="",
    definition=(
        "Of people aged 65 or over when they left hospital into reablement whose follow-up on the 91st day was closed, "
        "the share of whom nobody could say where they were, after two attempts. Counted in the period in which day 91 "
        "fell."
    ),
)
