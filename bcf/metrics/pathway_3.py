"""Which way people leave hospital: the share on pathway 3."""

from dataclasses import replace

from bcf.metrics.pathway_0 import COUNTED
from bcf.metrics.pathway_0 import METRIC as PATHWAY_0
from bcf.metrics.shape import Direction

METRIC = replace(
    PATHWAY_0,
    key="pathway_3",
    title="Left on pathway 3: a care home",
    short="Pathway 3",
    direction=Direction.LOWER,
    numerator="count(*) FILTER (WHERE pathway = 3)",
    numerator_means="people who left on pathway 3",
    definition=(
        "Of people who left hospital on a pathway, the share on pathway 3: a care home, for the most complex needs. "
        f"{COUNTED}"
    ),
)
