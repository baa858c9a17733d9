"""How metrics and figures are documented, and their shapes."""

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from api.documentation.parts import LIST, documented, path
from api.documentation.shapes import NULL, Moment, Text, one_of
from api.inputs import AuditFilters, FigureFilters, UnmetFilters
from bcf.metrics import Direction as Better
from bcf.metrics import Unit
from bcf.models import Level
from bcf.periods import AuditedPeriod, CountedPeriod
from bcf.reading import Status as FigureStatus
from bcf.unmet import Measure

TAG = "Figures"


class Metric(serializers.Serializer):
    """What is counted, in words."""

    key = Text()
    title = Text()
    unit = one_of(Unit)
    better = one_of(Better, help_text="Which way is better.")
    definition = Text()
    numerator = Text(help_text="What the numerator counts; empty where there is none.")
    denominator = Text(help_text="What the denominator counts; empty where there is none.")
    source = Text()
    version = serializers.IntegerField(help_text="Of the definition.")


class MetricList(serializers.Serializer):
    items = Metric(many=True)
    next = Text(**NULL)


class Figure(serializers.Serializer):
    """One figure. Counts from 1 to 4, and whatever would give one away, are hidden: then all numbers are null."""

    level = one_of(Level)
    scope = Text(help_text="Slug of the area or service.")
    start = serializers.DateField(help_text="First day of the period.")
    end = serializers.DateField(help_text="Last day of the period.")
    numerator = serializers.IntegerField(**NULL)
    denominator = serializers.IntegerField(**NULL)
    value = serializers.FloatField(help_text="In the metric's unit, to four decimals.", **NULL)
    hidden = serializers.BooleanField()
    status = one_of(FigureStatus)
    reason = Text(help_text="Why a closed figure was restated, else empty.")
    known_from = serializers.DateField(help_text="The first day on which the figure was this.")


class FigureList(serializers.Serializer):
    metric = Text()
    period = one_of(CountedPeriod)
    known_on = serializers.DateField(help_text="As known on this day; null for now.", **NULL)
    counted_at = Moment(help_text="When events were last read.", **NULL)
    items = Figure(many=True)


class Share(serializers.Serializer):
    """So many of so many; both null where hidden."""

    number = serializers.IntegerField(**NULL)
    of = serializers.IntegerField(**NULL)


class AuditedDecisions(serializers.Serializer):
    """Decisions on a way out of hospital that stand. Null is hidden to protect small numbers."""

    decisions = serializers.IntegerField(**NULL)
    home_considered_first = Share()
    home_chosen = Share()
    not_home_says_why = Share()


class AuditedWard(AuditedDecisions):
    hospital = Text()
    ward = Text(help_text="As most people wrote it.")


class WardAudit(serializers.Serializer):
    """Worked out from the record as it is now. A year is its complete quarters."""

    period = one_of(AuditedPeriod)
    start = serializers.DateField(help_text="First day.")
    end = serializers.DateField(help_text="Last day that is counted.")
    complete = serializers.BooleanField()
    counted_at = serializers.DateTimeField(help_text="When events were last counted.", **NULL)
    together = AuditedDecisions(help_text="Of every hospital, and from home.")
    hidden_wards = serializers.IntegerField(help_text="How many wards are hidden to protect small numbers.")
    items = AuditedWard(many=True)


class UnmetBand(serializers.Serializer):
    from_hour = serializers.IntegerField(help_text="0 to 23, by a clock in London.")
    until_hour = serializers.IntegerField(help_text="1 to 24.")
    value = serializers.FloatField(help_text="Hours of care a week, or needs.")


class UnmetOfService(serializers.Serializer):
    """The narrowest bands of the day that may be shown: one, three, six, twelve or 24 hours; none where hidden."""

    service = Text(help_text="Slug; null for all services.", **NULL)
    hidden = serializers.BooleanField()
    total = serializers.FloatField(**NULL)
    bands = UnmetBand(many=True)


class UnmetByHour(serializers.Serializer):
    """Worked out from the record as it is now."""

    quarter = serializers.DateField(help_text="First day.")
    complete = serializers.BooleanField()
    place = Text(help_text="Slug; null for the whole system.", **NULL)
    measure = one_of(Measure)
    counted_at = serializers.DateTimeField(help_text="When events were last counted.", **NULL)
    together = UnmetOfService()
    items = UnmetOfService(many=True)


metrics = documented(
    "listMetrics",
    TAG,
    "List metrics",
    answers={200: (MetricList, "Every metric with its definition, all on one page.")},
    refusals=LIST,
)
figures = documented(
    "listFigures",
    TAG,
    "List figures of a metric",
    answers={200: (FigureList, "Figures by scope and start, at most 400 periods. Periods without cases are left out.")},
    refusals=(*LIST, 404),
    parameters=[FigureFilters, path("metric", "Key of the metric.", kind=OpenApiTypes.STR)],
)
audit = documented(
    "auditHomeFirst",
    TAG,
    "Audit Home First by ward",
    answers={200: (WardAudit, "Every ward that may be shown, and all decisions together.")},
    refusals=LIST,
    parameters=[AuditFilters],
)
unmet = documented(
    "listUnmetNeed",
    TAG,
    "List unmet need by service and hour of the day",
    answers={200: (UnmetByHour, "Every service with unmet need in the quarter, and all services together.")},
    refusals=LIST,
    parameters=[UnmetFilters],
)
