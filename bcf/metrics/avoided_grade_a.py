"""How well avoided admissions are shown: the share of claims of grade A."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import CrisisFact

COUNTED = (
    "Counted in the period in which the admission was avoided. Claims that were withdrawn do not count. Grades are A, "
    "a second clinician who saw the person agreed; B, an admission was requested or booked, then not needed; C, the "
    "counting rule holds on what was recorded; D, the worker's own judgement."
)
METRIC = Metric(
    key="avoided_grade_a",
    title="Avoided admissions of grade A",
    short="Grade A",
    unit=Unit.PERCENT,
    direction=Direction.HIGHER,
    group=Group.HOME_FIRST_DETAIL,
    fact=CrisisFact,
    day="avoided_on",
    inputs=("grade",),
    numerator="count(*) FILTER (WHERE grade = 'a')",
    denominator="count(*)",
    numerator_means="claims of grade A",
    denominator_means="claims that an admission was avoided",
    parts=("avoided_grade_a", "avoided_grade_b", "avoided_grade_c", "avoided_grade_d"),
    definition=f"Of claims that an admission was avoided, the share of grade A. {COUNTED}",
    source="Crisis episodes in this portal.",
)
