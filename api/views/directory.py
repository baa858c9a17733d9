"""The directory: services with criteria, hours and standards; organisations with their codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.documentation import directory as documented
from api.fields import read_address
from api.inputs import OrganisationFilters, ServiceFilters
from api.problems import not_found
from api.scopes import Scope
from api.views.base import Endpoint, found, identifier
from directory.candidates import timetable
from directory.codes import ClockCode
from directory.hours import OpenState
from directory.models import Area, BankHoliday, Organisation, Service
from referrals.clocks import policies

COLUMNS = (
    "id",
    "name",
    "kind",
    "ods_code",
    "gss_code",
    "phone",
    "address",
    "postcode",
    "parent_id",
    "successor_id",
    "valid_from",
    "valid_to",
    "practice__place__slug",
    "practice__neighbourhood__slug",
)


class Services(Endpoint):
    """What is on offer."""

    scopes = {"GET": (Scope.DIRECTORY_READ,)}

    @documented.services
    def get(self, request: Request) -> Response:
        """List current services by name, with criteria, hours, areas and response standards."""
        asked, now = read_address(ServiceFilters, request.query_params), timezone.now()
        areas = dict(Area.objects.values_list("pk", "slug"))
        rows = _services(asked, areas, now)
        holidays = BankHoliday.objects.days()
        pairs = [(row, timetable(row, holidays).state(now)) for row in rows]
        if "open_now" in asked:
            pairs = [(row, state) for row, state in pairs if state.open == asked["open_now"]]
        return found([represent_service(row, state, areas, now) for row, state in pairs])


class OneService(Endpoint):
    """One service."""

    scopes = {"GET": (Scope.DIRECTORY_READ,)}

    @documented.service
    def get(self, request: Request, service: str) -> Response:
        """Read one current service."""
        now = timezone.now()
        row = _current(now).filter(slug=service).first() if "\x00" not in service else None
        if row is None:
            raise not_found()
        areas = dict(Area.objects.filter(pk__in=row.area_ids).values_list("pk", "slug"))
        state = timetable(row, BankHoliday.objects.days()).state(now)
        return Response(represent_service(row, state, areas, now))


def _current(now: datetime) -> Any:
    day = timezone.localdate(now)
    return Service.objects.in_force(day).with_details(day).order_by("name", "slug")


def _services(asked: Mapping[str, Any], areas: Mapping[Any, str], now: datetime) -> list[Service]:
    rows = _current(now)
    if "place" in asked:
        rows = rows.covering([pk for pk, slug in areas.items() if slug == asked["place"]])
    if "need" in asked:
        rows = rows.meeting(asked["need"])
    if "urgency" in asked:
        rows = rows.accepting(asked["urgency"])
    return list(rows)


def represent_service(row: Any, state: OpenState, areas: Mapping[Any, str], now: datetime) -> dict[str, Any]:
    """A service as partners see it."""
    return {
        "id": row.pk,
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "summary": row.summary,
        "organisation": {"id": row.organisation_id, "name": row.organisation.name},
        "phone": row.phone,
        "min_age": row.min_age,
        "max_age": row.max_age,
        "urgencies": row.urgencies,
        "channels": row.channels,
        "needs": row.needs,
        "areas": sorted(areas[pk] for pk in row.area_ids if pk in areas),
        "places": row.places,
        "open_now": state.open,
        "open_changes_at": state.changes_at,
        "open_text": state.text,
        "twenty_four_hours": row.twenty_four_hours,
        "hours": [
            {name: hours[name][:5] if name != "weekday" else hours[name] for name in hours} for hours in row.hours_rows
        ],
        "criteria": row.criteria_rows,
        "response_minutes": {
            urgency: policy.minutes
            for urgency in row.urgencies
            if (policy := policies().pick(ClockCode.RESPOND, row.pk, urgency, at=now))
        },
    }


class Organisations(Endpoint):
    """Who there is."""

    scopes = {"GET": (Scope.DIRECTORY_READ,)}

    @documented.organisations
    def get(self, request: Request) -> Response:
        """List current organisations by name."""
        page = paging.page_of(request, read_address(OrganisationFilters, request.query_params))
        rows = _organisations(page.filters)
        if page.after:
            name, last = page.after
            rows = rows.filter(Q(name__gt=name) | Q(name=name, id__gt=last))
        rows = list(rows.order_by("name", "id").values(*COLUMNS)[: page.limit + 1])
        key = lambda row: (row["name"], str(row["id"]))  # noqa: E731  read once, beside its order
        return paging.answer(request, page, rows, represent_organisation, key)


def _organisations(filters: Mapping[str, Any]) -> Any:
    rows = Organisation.objects.in_force()
    if "kind" in filters:
        rows = rows.of_kind(filters["kind"])
    if "ods_code" in filters:
        rows = rows.filter(ods_code=filters["ods_code"].upper())
    if "q" in filters:
        rows = rows.filter(name__icontains=filters["q"])
    return rows


class OneOrganisation(Endpoint):
    """One organisation, current or not: successor says who took over."""

    scopes = {"GET": (Scope.DIRECTORY_READ,)}

    @documented.organisation
    def get(self, request: Request, organisation: str) -> Response:
        """Read one organisation."""
        row = Organisation.objects.filter(pk=identifier(organisation)).values(*COLUMNS).first()
        if row is None:
            raise not_found()
        return Response(represent_organisation(row))


def represent_organisation(row: Mapping[str, Any]) -> dict[str, Any]:
    """An organisation as partners see it."""
    plain = ("id", "name", "kind", "ods_code", "gss_code", "phone", "address", "postcode", "valid_from", "valid_to")
    return {name: row[name] for name in plain} | {
        "parent": row["parent_id"],
        "successor": row["successor_id"],
        "place": row["practice__place__slug"],
        "neighbourhood": row["practice__neighbourhood__slug"],
    }
