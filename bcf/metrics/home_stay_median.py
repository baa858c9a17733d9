"""How long people stay in places of virtual wards: median days."""

from dataclasses import replace

from bcf.metrics.bed_stay_median import METRIC as BEDS

METRIC = replace(
    BEDS,
    key="home_stay_median",
    title="Median days in a place at home",
    short="Stay at home, median",
    denominator="count(*) FILTER (WHERE at_home)",
    denominator_means="stays in a place at home that ended",
    over="CASE WHEN at_home THEN stay_seconds END",
    definition=(
        "Half of stays in virtual wards and hospital at home that ended in the period were no longer than this. Moving "
        "from place to place within a ward does not end a stay."
    ),
)
