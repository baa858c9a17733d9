"""Changes of capacity: propose, see whom it touches, find everybody another place, confirm or withdraw."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.access import log_list
from audit.errors import DomainError, IllegalTransition, Invalid, NotFound, StaleVersion
from homefirst.actions import changes as actions
from homefirst.board import wards_now
from homefirst.forms.changes import ConfirmForm, ProposeForm
from homefirst.impact import Impact, Touched, impact_of
from homefirst.models import CapacityChange
from homefirst.placing import Choice, choices
from homefirst.policies import beds as policies
from homefirst.presenters.changes import ChangePage
from homefirst.spells import needs_of
from homefirst.states import ChangeStatus
from homefirst.views.beds import people_by_id
from pages.forms import show_refusal
from pages.sending import see_other

MOST = 100
MANAGERS = (Permission.MANAGE_BEDS, Permission.MANAGE_ROTA)


@requires(*MANAGERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Proposals of my wards and teams, the newest first."""
    rows = CapacityChange.objects.visible_to(request.actor).select_related("ward", "team").order_by("-created_at")
    found = list(rows[: MOST + 1])
    return render(request, "homefirst/changes.jinja", {"rows": found[:MOST], "more": len(found) > MOST})


@requires(Permission.MANAGE_BEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose to close beds of a ward, or to end a phased opening."""
    wards = wards_now(request.actor, timezone.now(), slug=slug)
    if not wards:
        raise Http404
    ward = wards[0]
    policies.check_can_manage_of(request.actor, ward.organisation_id, ward.name)
    form = ProposeForm(request.POST or None, ward=ward)
    if request.method == "POST" and form.is_valid():
        try:
            change = actions.propose(by=request.actor, ward_id=ward.id, **form.arguments)
            return see_other(reverse("change", args=[change.pk]))
        except Invalid as refused:
            show_refusal(form, refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "homefirst/change_propose.jinja", {"ward": ward, "form": form}, status=status)


@requires(*MANAGERS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """One proposal: whom it touches and where they could go; POST confirms it against what was shown."""
    if request.method != "POST":
        return _show(request, _open(request, change_id))
    found, spells, impact = _picture(request, _open(request, change_id))
    form = ConfirmForm(request.POST, spells=spells, digest=impact.digest)
    is_stale = request.POST.get("shown", "") != impact.digest and found.status == ChangeStatus.PROPOSED
    if not is_stale and not form.is_valid():
        return _show(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        shown, places = request.POST.get("shown", ""), {} if is_stale or not form.is_valid() else form.places
        actions.confirm(change_id=change_id, by=request.actor, shown=shown, places=places)
    except Invalid as refused:
        show_refusal(form, refused)
        return _show(request, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (StaleVersion, IllegalTransition) as refused:
        return _overtaken(request, change_id, refused)
    messages.success(request, "Confirmed. Everybody has their new place, and the change holds.")
    return see_other(reverse("change", args=[change_id]))


def _overtaken(request: HttpRequest, change_id: UUID, refused: DomainError) -> HttpResponse:
    """Something changed meanwhile: the new picture, with what was chosen where that is still possible."""
    found, spells, impact = _picture(request, _open(request, change_id))
    chosen = {}
    for one, beds in spells:
        allowed = {str(choice.bed.id) for choice in beds} | {actions.LET_GO}
        typed = request.POST.get(f"place_{one.id}", "")
        chosen |= {f"place_{one.id}": typed} if typed in allowed else {}
    form = ConfirmForm(initial=chosen, spells=spells, digest=impact.digest)
    return _show(request, found, form, status=refused.status, refusal=refused.message)


def _open(request: HttpRequest, change_id: UUID) -> CapacityChange:
    rows = CapacityChange.objects.visible_to(request.actor).select_related("ward", "team")
    found: CapacityChange | None = rows.filter(pk=change_id).first()
    if found is None:
        raise NotFound("There is no such proposal, or you cannot see it.")
    return found


def _picture(
    request: HttpRequest, found: CapacityChange
) -> tuple[CapacityChange, list[tuple[Touched, list[Choice]]], Impact]:
    """What it touches now, and where each person could go."""
    now = timezone.now()
    impact = impact_of(found, now)
    people = people_by_id(request.actor, [one.patient_id for one in impact.spells if one.patient_id])
    wards = wards_now(request.actor, now) if impact.spells else []
    spells = [(one, _choices(request, found, one, wards, people)) for one in impact.spells]
    return found, spells, impact


def _choices(request: HttpRequest, found: CapacityChange, one: Touched, wards: Any, people: Any) -> list[Choice]:
    person = people.get(one.patient_id)
    if one.spell is None or person is None:
        return []
    return choices(request.actor, wards, person.sex, needs_of(one.spell), without=found.things)


def _show(
    request: HttpRequest,
    found: CapacityChange,
    form: ConfirmForm | None = None,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> HttpResponse:
    is_open = found.status == ChangeStatus.PROPOSED
    context: dict[str, Any] = {"change": found, "refusal": refusal, "is_open": is_open}
    if is_open:
        _found, spells, impact = _picture(request, found)
        people = people_by_id(request.actor, {one.patient_id for one in impact.touched if one.patient_id})
        log_list(by=request.actor, patient_ids=people, what="capacity_change")
        form = form or ConfirmForm(spells=spells, digest=impact.digest)
        context |= {"page": ChangePage(impact, people, form), "form": form}
        context["may_change"] = policies.can_change(request.actor, found)
    return render(request, "homefirst/change.jinja", context, status=status)


@requires(*MANAGERS)
@require_POST
def withdraw(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Forget a proposal."""
    actions.withdraw(change_id=change_id, by=request.actor)
    messages.success(request, "The proposal is withdrawn. Nothing has changed.")
    return see_other(reverse("changes"))
