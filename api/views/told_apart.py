"""What is told apart further than by metrics: decisions by ward, unmet need by hour. Small numbers stay hidden."""

from datetime import timedelta
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.documentation import figures as documented
from api.fields import read_address
from api.inputs import AuditFilters, UnmetFilters
from api.problems import Code, Problem
from api.scopes import Scope
from api.views.base import Endpoint
from bcf import reading
from bcf.models import Level
from bcf.presenters.audit import is_complete
from bcf.scopes import all_scopes
from bcf.unmet import Measure, Row, quarters, unmet, usual
from bcf.wards import Audited, Share, audit, spans


class HomeFirstAudit(Endpoint):
    """The Home First audit by ward."""

    scopes = {"GET": (Scope.FIGURES_READ,)}

    @documented.audit
    def get(self, request: Request) -> Response:
        """Of decisions on a way out of hospital: was home considered first, was it home, and if not, is it said why?"""
        asked = read_address(AuditFilters, request.query_params)
        known = [span for span in spans() if span.period == asked["period"]]
        span = next((one for one in known if one.start == asked.get("start", one.start)), None)
        if span is None:
            raise Problem(Code.INVALID_VALUE, "Nothing was decided in such a year or quarter.")
        found = audit(span)
        return Response(
            {
                "period": span.period,
                "start": span.start,
                "end": span.end - timedelta(days=1),
                "complete": span.is_complete,
                "counted_at": reading.freshness().counted_at,
                "together": represent_decisions(found.together),
                "hidden_wards": found.others,
                "items": [
                    {"hospital": one.hospital, "ward": one.ward, **represent_decisions(one)} for one in found.wards
                ],
            }
        )


class UnmetNeed(Endpoint):
    """Unmet need by service and hour of the day."""

    scopes = {"GET": (Scope.FIGURES_READ,)}

    @documented.unmet
    def get(self, request: Request) -> Response:
        """In hours of care a week or in needs, for one quarter, in one place or the whole system."""
        asked = read_address(UnmetFilters, request.query_params)
        known = quarters()
        quarter = asked.get("quarter") or usual(known)
        if known and quarter not in known:
            raise Problem(Code.INVALID_VALUE, "No need was recorded in a quarter that starts on this day.")
        places = {scope.slug: scope.id for scope in all_scopes() if scope.level == Level.PLACE}
        place = asked.get("place")
        if place is not None and place not in places:
            raise Problem(Code.INVALID_VALUE, "There is no such place.")
        measure = Measure(asked["measure"])
        found = unmet(quarter, measure, places[place] if place else None)
        return Response(
            {
                "quarter": quarter,
                "complete": is_complete(quarter),
                "place": place,
                "measure": measure,
                "counted_at": reading.freshness().counted_at,
                "together": represent_row(found.together),
                "items": [represent_row(row) for row in found.services],
            }
        )


def represent_decisions(one: Audited) -> dict[str, Any]:
    """Decisions and their shares as partners see them."""
    return {
        "decisions": one.decisions,
        "home_considered_first": represent_share(one.considered),
        "home_chosen": represent_share(one.home),
        "not_home_says_why": represent_share(one.reasons),
    }


def represent_share(share: Share) -> dict[str, int | None]:
    """So many of so many."""
    return {"number": share.number, "of": share.of}


def represent_row(row: Row) -> dict[str, Any]:
    """A service, or all, as partners see it."""
    bands = [
        {"from_hour": at * row.span, "until_hour": (at + 1) * row.span, "value": float(amount)}
        for at, amount in enumerate(row.bands)
    ]
    total = None if row.hidden else float(row.total)
    return {"service": row.slug or None, "hidden": row.hidden, "total": total, "bands": bands}
