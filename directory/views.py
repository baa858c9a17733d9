"""The pages of the directory: every service, and one service. Nothing here is about a person."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.clock_policies import policies_in_force
from directory.codes import ClockCode
from directory.filters import ServiceFilter
from directory.models import Service, Team
from directory.presenters import SORTS, ServicePage, ServiceRow, service_rows

COLUMNS = {
    "name": "Service",
    "kind": "Kind",
    "organisation": "Run by",
    "places": "Area",
    "open": "Open",
}


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """Every service in force, narrowed and sorted as the address says."""
    filters, rows, sort = _listed(request)
    context = {
        "title": "Services",
        "wide": True,
        "form": filters.form,
        "rows": rows,
        "sort": sort,
        "columns": [_column(request, name, text, sort) for name, text in COLUMNS.items()],
        "query": request.GET.urlencode(),
    }
    return render(request, "directory/services.jinja", context)


@require_safe
def service_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file."""
    _, rows, _ = _listed(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="services.csv"'
    writer = csv.writer(response)
    writer.writerow(["Service", "Kind", "Run by", "Area", "Urgencies", "Open", "Phone"])
    for row in rows:
        cells = (row.name, row.kind, row.organisation, row.places, row.urgencies, row.open.text, row.phone)
        writer.writerow([_harmless(cell) for cell in cells])
    return response


@require_safe
def service_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One service, also when it has closed: what it takes, when it is open, how fast it answers, who works there."""
    at = timezone.now()
    today = timezone.localdate(at)
    services = Service.objects.with_details(today).select_related("organisation", "predecessor")
    service = get_object_or_404(services.prefetch_related("areas", "successors"), slug=slug)
    teams = Team.objects.in_force(today).of_service(service.pk).select_related("organisation")
    context = {
        "title": service.name,
        "page": ServicePage(service, policies_in_force(at), at),
        "service": service,
        "in_force": service.holds_on(today),
        "teams": teams.prefetch_related("areas", "shared_employers"),
        "steps": ClockCode.labels,
    }
    return render(request, "directory/service.jinja", context)


def _listed(request: HttpRequest) -> tuple[ServiceFilter, list[ServiceRow], str]:
    at = timezone.now()
    filters = ServiceFilter(request.GET, queryset=Service.objects.in_force(timezone.localdate(at)), request=request)
    wanted = request.GET.get("sort", "name")
    sort = wanted if wanted.removeprefix("-") in SORTS else "name"
    return filters, service_rows(filters.qs, at, sort), sort


def _column(request: HttpRequest, name: str, text: str, sort: str) -> dict[str, str | None]:
    query = request.GET.copy()
    query["sort"] = f"-{name}" if sort == name else name
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
    return {"text": text, "href": f"?{query.urlencode()}", "sorted": direction}


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
