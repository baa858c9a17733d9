"""How full community beds are."""

from bcf.metrics.shape import Direction, Group, Metric, Unit, people
from bcf.models import WardDayFact

METRIC = Metric(
    key="bed_occupancy",
    title="Community beds occupied",
    short="Beds occupied",
    unit=Unit.PERCENT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST,
    fact=WardDayFact,
    day="day",
    inputs=("at_home", "open_beds", "occupied", "people"),
    numerator="coalesce(sum(occupied) FILTER (WHERE NOT at_home), 0)",
    denominator="coalesce(sum(open_beds) FILTER (WHERE NOT at_home), 0)",
    numerator_means="beds with somebody in them, added up over every midnight",
    denominator_means="open bed days",
    numerator_tells=(people("people", "NOT at_home"),),
    denominator_tells=(),
    definition=(
        "Occupied bed days of open bed days, in community hospital wards and block-booked care home beds. Counted each "
        "midnight, London's: a bed with somebody in it is occupied; a bed that is reserved, free or being cleaned is "
        "open; a closed bed is neither. A ward counts from the day on which it first had somebody in a bed."
    ),
    source="Wards, beds and their use in this portal.",
)
