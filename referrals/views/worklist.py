"""The triage worklist: the clinician's home, in order of time left."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from pages import words
from pages.downloads import csv_file
from referrals import worklist
from referrals.filters import WorklistFilter, place_choices, service_choices
from referrals.presenters.lists import WorklistLine
from referrals.views.lists import ListPage, log_shown, warn

DUE = "next_due_at"
MOST_EXPORTED = 5000
COLUMNS = (
    "Reference", "Due", "Clock", "Name", "Age", "NHS number", "Need", "Place", "Source", "Urgency", "Status",
    "Assigned to", "Alerts",
)  # fmt: skip


def _list(request: HttpRequest) -> ListPage:
    options = {"place": place_choices(), "service": service_choices()}
    rows = worklist.open_referrals(request.actor)
    filters = WorklistFilter(request.GET, rows, actor=request.actor, options=options)
    return ListPage(request, filters, worklist.triage_lists(request.actor, timezone.now()))


def _context(request: HttpRequest) -> dict[str, Any]:
    shown = _list(request)
    context = shown.context(worklist.referral_values(shown.rows, request.actor), DUE)
    log_shown(request, context["page"].rows, "worklist")
    now = timezone.now()
    query = urlencode(shown.query | context["position"])
    return context | {
        "lines": [WorklistLine(row, now) for row in context["page"].rows],
        "rows_href": f"{reverse('worklist_rows')}?{query}",
        "page_href": f"{reverse('worklist')}?{query}",
        "export_href": f"{reverse('worklist_export')}{shown.address()}",
    }


@requires(Permission.VIEW_WORKLIST)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The worklist."""
    context = _context(request)
    warn(request, context["problems"])
    return render(request, "referrals/worklist.jinja", context)


@requires(Permission.VIEW_WORKLIST)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the worklist that refreshes itself."""
    return render(request, "referrals/_worklist.jinja", _context(request))


@requires(Permission.VIEW_WORKLIST)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a file; whoever is in it is logged."""
    shown = _list(request)
    values = worklist.referral_values(shown.rows, request.actor)
    found = list(worklist.in_order(values, DUE)[: MOST_EXPORTED + 1])
    log_shown(request, found[:MOST_EXPORTED], "worklist_export")
    now = timezone.now()
    lines = (_cells(WorklistLine(row, now)) for row in found)
    return csv_file(f"worklist-{timezone.localtime(now):%Y-%m-%d-%H%M}", COLUMNS, lines, most=MOST_EXPORTED)


def _cells(line: WorklistLine) -> list[str]:
    clock = line.clock
    return [
        line.reference,
        words.moment(clock.due_at) if clock else "",
        f"{clock.label}: {words.clock_words(clock.state, clock.due_at, line.now)}" if clock else "",
        line.name,
        line.age,
        line.nhs_number,
        ": ".join(part for part in (line.needs, line.first_words) if part),
        line.place,
        line.source,
        line.urgency_word,
        line.status_words,
        line.assigned,
        ", ".join(line.marks),
    ]
