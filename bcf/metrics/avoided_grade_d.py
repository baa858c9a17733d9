"""How well avoided admissions are shown: the share of claims of grade D."""

from dataclasses import replace

from bcf.metrics.avoided_grade_a import COUNTED
from bcf.metrics.avoided_grade_a import METRIC as GRADE_A
from bcf.metrics.shape import Direction

METRIC = replace(
    GRADE_A,
    key="avoided_grade_d",
    title="Avoided admissions of grade D",
    short="Grade D",
    direction=Direction.LOWER,
    numerator="count(*) FILTER (WHERE grade = 'd')",
    numerator_means="claims of grade D",
    definition=f"Of claims that an admission was avoided, the share of grade D. {COUNTED}",
)
