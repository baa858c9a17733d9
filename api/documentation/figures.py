"""How metrics and figures are documented."""

from drf_spectacular.types import OpenApiTypes

from api.documentation import shapes
from api.documentation.parts import LIST, documented, path
from api.inputs import AuditFilters, FigureFilters, UnmetFilters

TAG = "Figures"
metrics = documented(
    "listMetrics",
    TAG,
    "List metrics",
    answers={200: (shapes.MetricList, "Every metric with its definition, all on one page.")},
    refusals=LIST,
)
figures = documented(
    "listFigures",
    TAG,
    "List figures of a metric",
    answers={
        200: (shapes.FigureList, "Figures by scope and start, at most 400 periods. Periods without cases are left out.")
    },
    refusals=(*LIST, 404),
    parameters=[FigureFilters, path("metric", "Key of the metric.", kind=OpenApiTypes.STR)],
)
audit = documented(
    "auditHomeFirst",
    TAG,
    "Audit Home First by ward",
    answers={200: (shapes.WardAudit, "Every ward that may be shown, and all decisions together.")},
    refusals=LIST,
    parameters=[AuditFilters],
)
unmet = documented(
    "listUnmetNeed",
    TAG,
    "List unmet need by service and hour of the day",
    answers={200: (shapes.UnmetByHour, "Every service with unmet need in the quarter, and all services together.")},
    refusals=LIST,
    parameters=[UnmetFilters],
)
