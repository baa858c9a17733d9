"""How full virtual wards are: places at people's homes."""

from dataclasses import replace

from bcf.metrics.bed_occupancy import METRIC as BEDS
from bcf.metrics.shape import people

METRIC = replace(
    BEDS,
    key="home_occupancy",
    title="Places at home occupied",
    short="Places at home occupied",
    numerator=BEDS.numerator.replace("NOT at_home", "at_home"),
    denominator=BEDS.denominator.replace("NOT at_home", "at_home"),
    numerator_means="places with somebody in them, added up over every midnight",
    denominator_means="open place days",
    numerator_tells=(people("people", "at_home"),),
    definition=(
        "Occupied place days of open place days, in virtual wards and hospital at home. Counted each midnight, "
        "London's: a place with somebody in it is occupied; one that is reserved or free is open; a closed place is "
        "neither. A ward counts from the day on which it first had somebody in a place."
    ),
)
