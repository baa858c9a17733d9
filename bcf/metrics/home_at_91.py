"""Whether reablement lasts: older people at home 91 days after they left hospital."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import FollowUpFact

METRIC = Metric(
    key="home_at_91",
    title="At home 91 days after hospital",
    short="At home on day 91",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=FollowUpFact,
    day="due_on",
    inputs=("outcome",),
    numerator="count(*) FILTER (WHERE outcome = 'home')",
    denominator="count(*) FILTER (WHERE outcome IN ('home', 'not_home', 'died'))",
    numerator_means="people of 65 or over who were at home on day 91",
    denominator_means="people of 65 or over of whom it is known where they were on day 91",
    whole="count(*) FILTER (WHERE outcome <> '')",
    definition=(
        "Of people aged 65 or over when they left hospital into reablement, and of whom it is known where they were on "
        "the 91st day, the share who were at home. Whoever was in hospital or a care home, or had died, counts as not "
        "at home. Those of whom nobody could say are in a figure of their own and never count as at home. Counted in "
        "the period in which day 91 fell."
    ),
    source="Reablement episodes and follow-ups in this portal; the counting rule follows the national 91-day measure.",
)
