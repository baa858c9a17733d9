"""Whether people leave hospital on seven days a week."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

IN_A_WHOLE_WEEK = (
    "date_trunc('month', date_trunc('week', discharged_on)) = "
    "date_trunc('month', date_trunc('week', discharged_on) + interval '6 days')"
)
"""Not in a week that a month's end cuts. The pieces of those tell some days of the week apart from others: whoever
takes them away must not be left with few (tests/bcf/test_home_first_disclosure.py)."""

METRIC = Metric(
    key="discharged_weekend",
    title="Left at the weekend",
    short="Left at the weekend",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("at_weekend",),
    numerator="count(*) FILTER (WHERE at_weekend)",
    denominator="count(*)",
    numerator_means="people who left hospital on a Saturday or Sunday",
    denominator_means="people who were ready and left hospital",
    numerator_tells=(
        "count(*) FILTER (WHERE at_weekend)",
        "count(*) FILTER (WHERE NOT at_weekend)",
        f"count(*) FILTER (WHERE at_weekend AND {IN_A_WHOLE_WEEK})",
        f"count(*) FILTER (WHERE NOT at_weekend AND {IN_A_WHOLE_WEEK})",
    ),
    definition=(
        "Of people who left hospital in the period, the share who left on a Saturday or Sunday. If all days were "
        "alike, it would be two in seven: 28.6%."
    ),
    source="Discharge cases in this portal.",
)
