"""The rota of a team: one day at a time, with the visits an hour it makes; add a shift, cancel one."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import DomainError, Invalid, NotFound
from directory.models import Team
from homefirst.actions import changes
from homefirst.actions import rota as actions
from homefirst.codes import ChangeKind
from homefirst.crisis_board import running
from homefirst.forms.rota import CancelForm, ShiftForm
from homefirst.models import CapacityChange, Shift
from homefirst.policies.rota import can_manage
from homefirst.presenters.rota import RotaDay
from homefirst.rota import day_span, touched_by
from pages.downloads import csv_file
from pages.forms import show_refusal
from pages.sending import see_other

COLUMNS = ("Team", "Who", "Employer", "Day or night", "Starts", "Ends", "Visits an hour", "Cancelled", "Why")
WEEK = timedelta(days=7)


def _team(request: HttpRequest) -> tuple[Team | None, list[Team]]:
    """The team asked for, else the first of the actor's own."""
    teams = list(Team.objects.in_force().filter(pk__in=request.actor.team_ids).order_by("name"))
    wanted = request.GET.get("team", "")
    return next((team for team in teams if team.slug == wanted), teams[0] if teams else None), teams


def _day(request: HttpRequest) -> date:
    """The day asked for; today when it is none, or too far away to have a rota."""
    today = timezone.localdate()
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return day if day and abs(day - today) < timedelta(days=3660) else today


def _shifts(request: HttpRequest, team: Team, first: date, days: int = 1) -> list[Shift]:
    span = day_span(first)[0], day_span(first + timedelta(days=days - 1))[1]
    rows = Shift.objects.visible_to(request.actor).filter(team=team).during(*span)
    return list(rows.select_related("worker", "employer", "team").order_by("starts_at", "worker__name", "id"))


@requires(Permission.RESPOND)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One day of the rota."""
    team, teams = _team(request)
    if team is None:
        return render(request, "homefirst/rota.jinja", {"rota": None})
    day = _day(request)
    supported = running(request.actor).filter(team=team).count()
    context = {
        "rota": RotaDay(team, day, _shifts(request, team, day), supported),
        "teams": teams,
        "team": team,
        "may_manage": can_manage(request.actor, team.pk),
        "today": timezone.localdate(),
    }
    return render(request, "homefirst/rota.jinja", context)


@requires(Permission.RESPOND)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """A week of the rota from the day that is shown, as a file."""
    team, _ = _team(request)
    day = _day(request)
    shifts = _shifts(request, team, day, WEEK.days) if team else []
    return csv_file(f"rota-{team.slug if team else 'none'}-{day}", COLUMNS, (_cells(shift) for shift in shifts))


def _cells(shift: Shift) -> list[Any]:
    return [
        shift.team.name,
        shift.worker.name,
        shift.employer.name,
        shift.get_cover_display(),
        shift.starts_at,
        shift.ends_at,
        shift.visits_an_hour,
        shift.cancelled_at,
        shift.cancel_reason,
    ]


def _href(team: Team, day: date) -> str:
    return f"{reverse('rota')}?{urlencode({'team': team.slug, 'day': day.isoformat()})}"


@requires(Permission.MANAGE_ROTA)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Put somebody on the rota."""
    team, _ = _team(request)
    if team is None:
        raise NotFound("You have no team whose rota you could change.")
    day = _day(request)
    form = ShiftForm(request.POST or None, team=team, day=max(day, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        refused = _add(request, team, form.arguments)
        if refused is None:
            messages.success(request, "The shift is on the rota.")
            return see_other(_href(team, timezone.localdate(form.arguments["starts_at"])))
        show_refusal(form, refused)
    context = {"form": form, "team": team, "back": _href(team, day)}
    return render(request, "homefirst/rota_add.jinja", context, status=_status(form))


def _add(request: HttpRequest, team: Team, said: dict[str, Any]) -> Invalid | None:
    """Add it; None when that was done, now or by the first of two clicks."""
    try:
        actions.add_shift(team_id=team.pk, by=request.actor, **said)
    except Invalid as refused:
        same = Shift.objects.visible_to(request.actor).standing().filter(team=team, **said)
        return None if refused.code == "WORKS_ALREADY" and same.exists() else refused
    return None


@requires(Permission.MANAGE_ROTA)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Take a shift off the rota; when that leaves people without anybody, propose it as a change of capacity."""
    rows = Shift.objects.visible_to(request.actor).select_related("worker", "employer", "team")
    shift = rows.filter(pk=shift_id).first()
    if shift is None:
        raise NotFound("There is no such shift, or you cannot see it.")
    form = CancelForm(request.POST or None, initial={"version": shift.version})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        if "propose" in request.POST and shift.cancelled_at is None:
            return see_other(reverse("change", args=[_propose(request, shift, form.cleaned_data["reason"]).pk]))
        refusal = _cancel(request, shift, form)
        if not refusal:
            messages.success(request, "The shift is cancelled.")
            return see_other(_href(shift.team, timezone.localdate(shift.starts_at)))
    return _cancel_page(request, shift, form, refusal)


def _cancel_page(request: HttpRequest, shift: Shift, form: CancelForm, refusal: str) -> HttpResponse:
    day = timezone.localdate(shift.starts_at)
    context = {
        "form": form,
        "shift": shift,
        "touched": len(touched_by([shift.pk])) if shift.cancelled_at is None else 0,
        "back": _href(shift.team, day),
        "add_href": f"{reverse('rota_add')}?{urlencode({'team': shift.team.slug, 'day': day.isoformat()})}",
        "refusal": refusal,
    }
    status = HTTPStatus.CONFLICT if refusal else _status(form)
    return render(request, "homefirst/rota_cancel.jinja", context, status=status)


def _propose(request: HttpRequest, shift: Shift, reason: str) -> CapacityChange:
    """Propose to take the shift away; the page of the change shows whom that touches, and confirms."""
    return changes.propose(
        kind=ChangeKind.CUT_SHIFT,
        by=request.actor,
        things=[shift.pk],
        reason=reason,
        starts_at=max(shift.starts_at, timezone.now()),
        ends_at=shift.ends_at,
        team_id=shift.team_id,
    )


def _cancel(request: HttpRequest, shift: Shift, form: CancelForm) -> str:
    """Cancel it; why not, when it was refused. The second of two clicks finds it done."""
    said = form.cleaned_data
    if shift.cancelled_at is not None and shift.cancel_reason == said["reason"].strip():
        return ""
    try:
        actions.cancel_shift(
            shift_id=shift.pk, by=request.actor, reason=said["reason"], expected_version=said["version"]
        )
    except DomainError as refused:
        return refused.message
    return ""


def _status(form: Any) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
