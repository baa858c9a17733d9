"""The triage worklist: the clinician's home, in order of time left."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from pages import words
from pages.downloads import csv_file
from referrals import opened_all_day, worklist
from referrals.filters import WorklistFilter, place_choices, service_choices
from referrals.opened_all_day import DUE
from referrals.presenters.lists import WorklistLine
from referrals.views.lists import ListPage, log_shown, warn

MOST_EXPORTED = 5000
COLUMNS = (
    "Reference", "Due", "Clock", "Name", "Age", "NHS number", "Need", "Place", "Source", "Urgency", "Status",
    "Assigned to", "Alerts",
)  # fmt: skip


class Worklist(ListPage):
    """The lists of the worklist as they are now."""

    def __init__(self, request: HttpRequest) -> None:
        self.now = timezone.now()
        options = {"place": place_choices(), "service": service_choices()}
        rows = worklist.open_referrals(request.actor, self.now)
        filters = WorklistFilter(request.GET, rows, actor=request.actor, options=options)
        super().__init__(request, filters, worklist.triage_lists(request.actor, self.now))
        self.is_plain = not self.filters.chosen and not {"after", "before"}.intersection(request.GET)

    @property
    def values(self) -> QuerySet[Any]:
        """What the lines of every page show."""
        return worklist.referral_values(self.rows, self.request.actor, self.now)

    def counts(self) -> list[int]:
        return opened_all_day.counts(self.request.actor, self.now) if self.is_plain else super().counts()

    def shown(self) -> dict[str, Any]:
        """The page that the address asks for, with all around it."""
        if self.is_plain:
            return self.around(opened_all_day.first_page(self.request.actor, self.listed.slug, self.now))
        return self.context(self.values, DUE)


def _context(request: HttpRequest) -> dict[str, Any]:
    listed = Worklist(request)
    context = listed.shown()
    log_shown(request, context["page"].rows, "worklist")
    query = urlencode(listed.query | context["position"])
    return context | {
        "lines": [WorklistLine(row, listed.now) for row in context["page"].rows],
        "rows_href": f"{reverse('worklist_rows')}?{query}",
        "page_href": f"{reverse('worklist')}?{query}",
        "export_href": f"{reverse('worklist_export')}{listed.address()}",
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
    listed = Worklist(request)
    found = list(worklist.in_order(listed.values, DUE)[: MOST_EXPORTED + 1])
    log_shown(request, found[:MOST_EXPORTED], "worklist_export")
    lines = (_cells(WorklistLine(row, listed.now)) for row in found)
    return csv_file(f"worklist-{timezone.localtime(listed.now):%Y-%m-%d-%H%M}", COLUMNS, lines, most=MOST_EXPORTED)


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
