"""Crisis support: the board of my teams, one episode, and those supported longer than agreed."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from homefirst import crisis_board as board
from homefirst.presenters.crisis import CrisisLine, CrisisPage, OverstayLine
from homefirst.views.crisis_steps import CLOSE, EXTEND, NIGHT, PLAN, WAYS
from homefirst.views.taking import Taking
from pages import words
from pages.downloads import csv_file
from referrals.filters import place_choices
from referrals.views.lists import ListPage, log_shown, warn
from referrals.worklist import in_order

READERS = (Permission.RESPOND, Permission.VIEW_WORKLIST)
MOST_EXPORTED = 2000
COLUMNS = (
    "Reference", "Ends by", "Time left", "Hand-over due", "Name", "Age", "NHS number", "Place", "Team", "Status",
    "Night cover", "Next step", "Clinician",
)  # fmt: skip
OVERSTAY_COLUMNS = (
    "Reference", "Began", "Should have ended", "Over by", "Ended", "Name", "NHS number", "Team", "Approved by",
    "Approved until", "Reason",
)  # fmt: skip


def _list(request: HttpRequest) -> ListPage:
    rows = board.running(request.actor)
    filters = board.CrisisFilter(request.GET, rows, actor=request.actor, options={"place": place_choices()})
    return ListPage(request, filters, board.lists(timezone.now()))


def _context(request: HttpRequest) -> dict[str, Any]:
    shown = _list(request)
    context = shown.context(board.values(shown.rows, request.actor), board.DUE)
    log_shown(request, context["page"].rows, "crisis")
    now = timezone.now()
    query = urlencode(shown.query | context["position"])
    return context | {
        "lines": [CrisisLine(row, now) for row in context["page"].rows],
        "rows_href": f"{reverse('crisis_rows')}?{query}",
        "page_href": f"{reverse('crisis')}?{query}",
        "export_href": f"{reverse('crisis_export')}{shown.address()}",
    }


@requires(*READERS)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everybody in crisis support with my teams, by time left."""
    context = _context(request)
    warn(request, context["problems"])
    return render(request, "homefirst/crisis.jinja", context)


@requires(*READERS)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the board that refreshes itself."""
    return render(request, "homefirst/_crisis.jinja", _context(request))


@requires(*READERS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered board as a file; whoever is in it is logged."""
    shown = _list(request)
    found = list(in_order(board.values(shown.rows, request.actor), board.DUE)[: MOST_EXPORTED + 1])
    log_shown(request, found[:MOST_EXPORTED], "crisis_export")
    now = timezone.now()
    lines = (_cells(CrisisLine(row, now)) for row in found)
    return csv_file(f"crisis-care-{timezone.localtime(now):%Y-%m-%d-%H%M}", COLUMNS, lines, most=MOST_EXPORTED)


def _cells(line: CrisisLine) -> list[Any]:
    row = line.row
    return [
        line.reference,
        row["ends_by"],
        words.time_left(row["ends_by"], line.now),
        row["handover_due_at"],
        line.name,
        line.age,
        line.nhs_number,
        line.place,
        line.team,
        line.status,
        line.night or "None yet",
        line.next_step or "None yet",
        line.clinician,
    ]


@requires(*READERS)
@require_safe
def overstays(request: HttpRequest) -> HttpResponse:
    """Supported longer than agreed, now or in the last 90 days."""
    now = timezone.now()
    found = board.first_overstays(request.actor, now)
    shown = found[: board.MOST]
    log_shown(request, shown, "crisis_overstays")
    context = {"lines": [OverstayLine(row, now) for row in shown], "more": len(found) > board.MOST}
    return render(request, "homefirst/crisis_overstays.jinja", context)


@requires(*READERS)
@require_safe
def overstays_export(request: HttpRequest) -> HttpResponse:
    """The same list as a file."""
    now = timezone.now()
    found = list(board.overstays(request.actor, now)[: MOST_EXPORTED + 1])
    log_shown(request, found[:MOST_EXPORTED], "crisis_overstays_export")
    lines = (_overstay_cells(OverstayLine(row, now)) for row in found)
    return csv_file(f"crisis-overstays-{timezone.localtime(now):%Y-%m-%d}", OVERSTAY_COLUMNS, lines, most=MOST_EXPORTED)


def _overstay_cells(line: OverstayLine) -> list[Any]:
    row = line.row
    return [
        line.reference,
        row["opened_at"],
        row["allowed_until"],
        line.over,
        row["closed_at"] or line.ended,
        line.name,
        line.nhs_number,
        line.team,
        line.approver or "Nobody",
        row["ends_by"] if line.approver else "",
        line.reason,
    ]


@requires(*READERS)
@require_safe
def episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """One crisis episode; every opening is logged."""
    file = CrisisPage.open(episode_id, request.actor)
    file.log()
    ways = [way for way in WAYS if way.is_open(file)]
    inline = _most_pressing(file, ways)
    context = {
        "held": file,
        "episode": file.episode,
        "inline": inline,
        "inline_form": inline.form(held=file) if inline else None,
        "by_page": [way for way in ways if way is not inline],
        "no_end": CLOSE.refusal(file) if PLAN in ways and CLOSE not in ways and inline is not EXTEND else "",
    }
    return render(request, "homefirst/crisis_episode.jinja", context)


def _most_pressing(file: CrisisPage, ways: list[Taking]) -> Taking | None:
    """What is missing first: time that the reader may approve, then the night, the next step, the end."""
    found = file.episode
    if file.now > found.ends_by and EXTEND in ways:
        return EXTEND
    covered = found.night_cover_id is not None or bool(found.night_cover_note)
    wanted = NIGHT if not covered else PLAN if not found.next_step else CLOSE
    return wanted if wanted in ways else None
