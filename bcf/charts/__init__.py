"""What a chart on a page needs, ready to draw: the numbers as they are shown, the words, and nothing more.

Each chart is a plain frozen dataclass for templates/components/chart.jinja. Its table is the only place where its
numbers stand; the picture is drawn from the table, and the CSV has the same rows. A value that may not be shown is
None here, so it can be in none of them.
"""

from bcf.charts.places import FunnelChart, PlaceNumbers, funnel_chart
from bcf.charts.words import Icon
from bcf.charts.xmr import ChartPoint, Observed, XmrChart, share_scale, xmr_chart
from pages.charts import CountChart, CountRow, Unit, count_chart

__all__ = [
    "ChartPoint",
    "CountChart",
    "CountRow",
    "FunnelChart",
    "Icon",
    "Observed",
    "PlaceNumbers",
    "Unit",
    "XmrChart",
    "count_chart",
    "funnel_chart",
    "share_scale",
    "xmr_chart",
]
