"""How long everybody waits, those who leave on the day included: mean days."""

from dataclasses import replace

from bcf.metrics.delay_of_delayed import METRIC as DELAYED

METRIC = replace(
    DELAYED,
    key="delay_of_all",
    title="Mean days of delay, of everybody",
    short="Delay of everybody",
    denominator="count(*)",
    denominator_means="people who were ready and left hospital",
    numerator_tells=(DELAYED.denominator, "count(*) FILTER (WHERE delay_days = 0)"),
    whole="",
    definition=(
        "Of all people who left hospital in the period, the mean number of days between the day they were ready and "
        "the day they left, by London's calendar; 0 for those who left on the day."
    ),
)
