"""On which day of the week people leave hospital: the share on a Tuesday."""

from bcf.metrics.discharged_monday import left_on

METRIC = left_on("Tuesday")
