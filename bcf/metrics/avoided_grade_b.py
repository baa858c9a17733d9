"""How well avoided admissions are shown: the share of claims of grade B."""

from dataclasses import replace

from bcf.metrics.avoided_grade_a import COUNTED
from bcf.metrics.avoided_grade_a import METRIC as GRADE_A

METRIC = replace(
    GRADE_A,
    key="avoided_grade_b",
    title="Avoided admissions of grade B",
    short="Grade B",
    numerator="count(*) FILTER (WHERE grade = 'b')",
    numerator_means="claims of grade B",
    definition=f"Of claims that an admission was avoided, the share of grade B. {COUNTED}",
)
