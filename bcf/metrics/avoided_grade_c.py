"""How well avoided admissions are shown: the share of claims of grade C."""

from dataclasses import replace

from bcf.metrics.avoided_grade_a import COUNTED
from bcf.metrics.avoided_grade_a import METRIC as GRADE_A
from bcf.metrics.shape import Direction

METRIC = replace(
    GRADE_A,
    key="avoided_grade_c",
    title="Avoided admissions of grade C",
    short="Grade C",
    direction=Direction.NEUTRAL,
    numerator="count(*) FILTER (WHERE grade = 'c')",
    numerator_means="claims of grade C",
    definition=f"Of claims that an admission was avoided, the share of grade C. {COUNTED}",
)
