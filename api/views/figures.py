"""Metrics and their figures: sums in which nobody can be recognised, read through the same door as the pages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.documentation import figures as documented
from api.fields import Input, read_address
from api.inputs import FigureFilters
from api.problems import Code, Problem, not_found
from api.scopes import Scope
from api.views.base import Endpoint, found
from bcf import reading
from bcf.metrics import METRICS, Metric
from bcf.periods import COUNTED, EARLIEST, back, start_of
from bcf.scopes import all_scopes

LAST = 12
MOST_PERIODS = 400
DAYS = dict(zip(COUNTED, (1, 7, 28, 90), strict=True))
"""How long a period is at least."""


class Metrics(Endpoint):
    """What is counted."""

    scopes = {"GET": (Scope.FIGURES_READ,)}

    @documented.metrics
    def get(self, request: Request) -> Response:
        """List every metric with its definition."""
        read_address(Input, request.query_params)
        return found([represent_metric(metric) for metric in METRICS.values()])


class Figures(Endpoint):
    """One metric's figures."""

    scopes = {"GET": (Scope.FIGURES_READ,)}

    @documented.figures
    def get(self, request: Request, metric: str) -> Response:
        """List figures of one metric for one level, by period."""
        if metric not in METRICS:
            raise not_found()
        asked = read_address(FigureFilters, request.query_params)
        first, last = span(asked)
        names = {scope.id: scope.slug for scope in all_scopes() if scope.level == asked["level"]}
        wanted = [pk for pk, slug in names.items() if slug == asked.get("scope", slug)]
        if not wanted:
            raise Problem(Code.INVALID_VALUE, "There is no such area or service at this level.")
        rows = reading.figures(
            [metric],
            level=asked["level"],
            period=asked["period"],
            first=first,
            last=last,
            scopes=wanted,
            known_on=asked.get("known_on"),
        )
        return Response(
            {
                "metric": metric,
                "period": asked["period"],
                "known_on": asked.get("known_on"),
                "counted_at": reading.freshness().counted_at,
                "items": [represent_figure(row, names[row.scope_id]) for row in rows],
            }
        )


def span(asked: Mapping[str, Any]) -> tuple[date, date]:
    """The first and last start asked for: the last twelve periods unless told otherwise, never more than 400."""
    today, period = timezone.localdate(), asked["period"]
    if asked.get("known_on", today) > today:
        raise Problem(Code.FUTURE_TIME, "known_on is in the future: nobody knows those figures yet.")
    last = min(asked.get("start_to", today), today)
    if last < EARLIEST:
        raise Problem(Code.INVALID_VALUE, f"There are no figures before {EARLIEST.year}.")
    first = asked.get("start_from") or back(period, start_of(period, last), LAST - 1)
    if first > last:
        raise Problem(Code.INVALID_VALUE, "start_from lies after start_to, or in the future.")
    furthest = last - timedelta(days=MOST_PERIODS * DAYS[period])
    if first < furthest:
        raise Problem(Code.INVALID_VALUE, f"Ask for at most {MOST_PERIODS} periods at once.")
    return first, last


def represent_metric(metric: Metric) -> dict[str, Any]:
    """A metric as partners see it."""
    return {
        "key": metric.key,
        "title": metric.title,
        "unit": metric.unit,
        "better": metric.direction,
        "definition": metric.definition,
        "numerator": metric.numerator_means,
        "denominator": metric.denominator_means,
        "source": metric.source,
        "version": metric.version,
    }


def represent_figure(row: reading.Figure, scope: str) -> dict[str, Any]:
    """A figure as partners see it."""
    return {
        "level": row.level,
        "scope": scope,
        "start": row.start,
        "end": row.end,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "value": None if row.value is None else float(row.value),
        "hidden": row.hidden,
        "status": row.status,
        "reason": row.reason,
        "known_from": row.known_from,
    }
