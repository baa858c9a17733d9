"""The boards of getting home, the tasks of my organisation, and the page of one case."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from directory.models import BankHoliday
from homefirst import discharge_board as board
from homefirst import opened_all_day
from homefirst.case_file import CaseFile
from homefirst.models import TransferItem
from homefirst.presenters.discharge import CaseLine, CasePage, TaskLine
from homefirst.views.discharge_steps import open_ways
from pages import words
from pages.downloads import csv_file
from referrals.filters import place_choices
from referrals.views.lists import LIST, ListPage, log_shown, warn
from referrals.worklist import in_order

MOST_EXPORTED = 2000
COLUMNS = (
    "Reference", "Place", "Hospital", "Ward", "Status", "Ready since", "Ready for", "Pathway", "What holds them",
    "Whose turn", "Expected date of discharge", "Transfer data set, per cent",
)  # fmt: skip
TAKES_PART = (Permission.DECIDE_DISCHARGE, Permission.DISCHARGE, Permission.DO_TASKS)
BOARDS = {
    "getting_home": ("Getting home", "discharge cases"),
    "ward_board": ("My hospital: getting home", "ward discharge cases"),
}


class Board(ListPage):
    """A board of cases. As it is opened all day, without filters, its questions are those that were compiled once."""

    def __init__(self, request: HttpRequest, name: str, *, whole: bool = False) -> None:
        self.actor, self.now, self.ward = request.actor, timezone.now(), name == "ward_board"
        self.is_plain = not whole and not set(request.GET) - {LIST}
        rows = board.nothing() if self.is_plain else board.cases_on(self.actor, ward=self.ward)
        options = {"place": place_choices(), "hospital": board.hospital_choices()}
        filters = board.CaseFilter(request.GET or None, queryset=rows, actor=self.actor, options=options)
        super().__init__(request, filters, board.case_lists())

    @property
    def values(self) -> QuerySet[Any]:
        """What the lines of every page show."""
        return board.case_values(self.rows, self.actor)

    def counts(self) -> list[int]:
        return opened_all_day.case_counts(self.actor, self.now, ward=self.ward) if self.is_plain else super().counts()

    def shown(self) -> dict[str, Any]:
        """The page that the address asks for, with all around it."""
        if self.is_plain:
            return self.around(opened_all_day.cases(self.actor, self.listed.slug, self.now, ward=self.ward))
        return self.context(self.values, board.READY_AT)


def _lines(rows: list[dict[str, Any]]) -> list[CaseLine]:
    now = timezone.now()
    hard = dict(TransferItem.objects.in_force().filter(hard=True).values_list("code", "label"))
    return [CaseLine(row, now, hard) for row in rows]


def _context(request: HttpRequest, name: str) -> dict[str, Any]:
    title, what = BOARDS[name]
    shown = Board(request, name)
    context = shown.shown()
    log_shown(request, context["page"].rows, what)
    position = {**shown.query, **context["position"]}
    return {
        **context,
        "title": title,
        "is_ward": name == "ward_board",
        "lines": _lines(context["page"].rows),
        "clear_href": reverse(name),
        "rows_href": f"{reverse(f'{name}_rows')}{shown.address(**position)}",
        "page_href": f"{reverse(name)}{shown.address(**position)}",
        "export_href": f"{reverse(f'{name}_csv')}{shown.address()}",
        "may_identify": request.actor.can(Permission.DISCHARGE) or request.actor.can(Permission.DECIDE_DISCHARGE),
    }


def _page(name: str, *permissions: Permission) -> Callable[[HttpRequest], HttpResponse]:
    @requires(*permissions)
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        context = _context(request, name)
        warn(request, context["problems"])
        return render(request, "homefirst/discharge_board.jinja", context)

    view.__doc__ = f"{BOARDS[name][0]}."
    return view


def _rows(name: str, *permissions: Permission) -> Callable[[HttpRequest], HttpResponse]:
    @requires(*permissions)
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, "homefirst/_discharge_board.jinja", _context(request, name))

    view.__doc__ = "The part of the board that refreshes itself."
    return view


def _export(name: str, *permissions: Permission) -> Callable[[HttpRequest], HttpResponse]:
    @requires(*permissions)
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        shown = Board(request, name, whole=True)
        found = list(in_order(shown.values, board.READY_AT)[: MOST_EXPORTED + 1])
        log_shown(request, found[:MOST_EXPORTED], f"{BOARDS[name][1]} export")
        file = f"getting-home-{timezone.localtime():%Y-%m-%d-%H%M}"
        return csv_file(file, COLUMNS, (_cells(line) for line in _lines(found)), most=MOST_EXPORTED)

    view.__doc__ = "The filtered board as a file, without names: whoever is in it is logged."
    return view


def _cells(line: CaseLine) -> list[Any]:
    row = line.row
    return [
        line.reference,
        line.place,
        row["hospital_name"],
        line.ward,
        line.status_words,
        row["ready_at"] or "",
        line.ready_for,
        line.pathway,
        line.holding.words,
        line.holding.who,
        row["expected_on"] or "",
        row["transfer_complete"],
    ]


place_board = _page("getting_home", *TAKES_PART)
place_rows = _rows("getting_home", *TAKES_PART)
place_csv = _export("getting_home", *TAKES_PART)
ward_board = _page("ward_board", Permission.DISCHARGE)
ward_rows = _rows("ward_board", Permission.DISCHARGE)
ward_csv = _export("ward_board", Permission.DISCHARGE)


@requires(*TAKES_PART)
@require_safe
def case_page(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """One case: who, what holds them, what was agreed, what must happen, who owns the hours, what happened."""
    file = CaseFile.open(subject_id, request.actor)
    file.log()
    context = {"file": file, "case": file.case, "page": CasePage(file), "ways": open_ways(file)}
    return render(request, "homefirst/discharge_case.jinja", context)


def _tasks(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    options = {"place": place_choices()}
    rows = board.my_tasks(request.actor)
    filters = board.TaskFilter(request.GET or None, queryset=rows, actor=request.actor, options=options)
    shown = ListPage(request, filters, board.task_lists(now))
    context = shown.context(board.task_values(shown.rows, request.actor), board.DUE_AT)
    log_shown(request, context["page"].rows, "discharge tasks")
    bank_holidays = BankHoliday.objects.days()
    position = {**shown.query, **context["position"]}
    return {
        **context,
        "lines": [TaskLine(row, now, bank_holidays) for row in context["page"].rows],
        "today": words.long_date(now),
        "rows_href": f"{reverse('discharge_tasks_rows')}{shown.address(**position)}",
        "page_href": f"{reverse('discharge_tasks')}{shown.address(**position)}",
    }


@requires(Permission.DO_TASKS)
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """My organisation's tasks, the next due first."""
    context = _tasks(request)
    warn(request, context["problems"])
    return render(request, "homefirst/discharge_tasks.jinja", context)


@requires(Permission.DO_TASKS)
@require_safe
def task_rows(request: HttpRequest) -> HttpResponse:
    """The part of the tasks that refreshes itself."""
    return render(request, "homefirst/_discharge_tasks.jinja", _tasks(request))
