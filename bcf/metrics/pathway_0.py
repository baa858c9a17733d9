"""Which way people leave hospital: the share on pathway 0."""

from bcf.metrics.shape import Direction, Group, Metric, Unit
from bcf.models import DischargeFact

COUNTED = "Counted in the period in which they left. Somebody who left before a pathway was decided is not counted."
METRIC = Metric(
    key="pathway_0",
    title="Left on pathway 0: home, no new or extra help",
    short="Pathway 0",
    unit=Unit.PERCENT,
    direction=Direction.NEUTRAL,
    group=Group.HOME_FIRST_DETAIL,
    fact=DischargeFact,
    day="discharged_on",
    inputs=("pathway",),
    numerator="count(*) FILTER (WHERE pathway = 0)",
    denominator="count(pathway)",
    numerator_means="people who left on pathway 0",
    denominator_means="people who left hospital on a pathway",
    parts=("pathway_0", "pathway_1", "pathway_2", "pathway_3"),
    whole="count(*)",
    definition=(
        f"Of people who left hospital on a pathway, the share on pathway 0: home, no new or extra help. {COUNTED}"
    ),
    source="Discharge cases in this portal; pathways of the statutory guidance of 26 January 2024, Annex B.",
)
