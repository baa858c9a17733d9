"""Which way people leave hospital: the share on pathway 2."""

from dataclasses import replace

from bcf.metrics.pathway_0 import COUNTED
from bcf.metrics.pathway_0 import METRIC as PATHWAY_0

METRIC = replace(
    PATHWAY_0,
    key="pathway_2",
    title="Left on pathway 2: a community bed to recover in",
    short="Pathway 2",
    numerator="count(*) FILTER (WHERE pathway = 2)",
    numerator_means="people who left on pathway 2",
    definition=(
        f"Of people who left hospital on a pathway, the share on pathway 2: a community bed to recover in. {COUNTED}"
    ),
)
