"""Which way people leave hospital: the share on pathway 1."""

from dataclasses import replace

from bcf.metrics.pathway_0 import COUNTED
from bcf.metrics.pathway_0 import METRIC as PATHWAY_0

METRIC = replace(
    PATHWAY_0,
    key="pathway_1",
    title="Left on pathway 1: home with new or extra help",
    short="Pathway 1",
    numerator="count(*) FILTER (WHERE pathway = 1)",
    numerator_means="people who left on pathway 1",
    definition=(
        f"Of people who left hospital on a pathway, the share on pathway 1: home with new or extra help. {COUNTED}"
    ),
)
