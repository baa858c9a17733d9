"""How many home places are needed? For commissioners: sums only, no person."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import DomainError, Invalid, NotFound
from homefirst.actions import plans
from homefirst.forms.planner import PlanForm
from homefirst.models import PlanRun
from homefirst.planner.running import send
from homefirst.presenters.planner import COLUMNS, PlanPage
from pages.downloads import csv_file
from pages.forms import show_refusal
from pages.sending import see_other

SHOWN = 30


@requires(Permission.PLAN_PLACES)
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """Ask the planner, and earlier runs."""
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            plan = plans.ask_plan(by=request.actor, assumptions=form.assumptions, seed=form.chosen_seed)
            return _sent(plan)
        except Invalid as refused:
            show_refusal(form, refused)
    runs = PlanRun.objects.visible_to(request.actor).defer("history").order_by("-created_at")[:SHOWN]
    context = {"form": form, "runs": [PlanPage(plan) for plan in runs], "shown": SHOWN}
    return render(request, "homefirst/planner.jinja", context, status=422 if form.errors else 200)


def _sent(plan: PlanRun) -> HttpResponse:
    send(plan.pk)
    return see_other(reverse("plan", args=[plan.pk]))


def _open(request: HttpRequest, plan_id: UUID) -> PlanPage:
    plan = PlanRun.objects.visible_to(request.actor).filter(pk=plan_id).first()
    if plan is None:
        raise NotFound("There is no such run of the planner.")
    return PlanPage(plan)


def _context(request: HttpRequest, plan_id: UUID) -> dict[str, Any]:
    page_ = _open(request, plan_id)
    return {
        "page": page_,
        "plan": page_.plan,
        "columns": [name for _, name in COLUMNS],
        "rows_href": reverse("plan_rows", args=[plan_id]),
        "csv_href": reverse("plan_csv", args=[plan_id]),
    }


@requires(Permission.PLAN_PLACES)
@require_safe
def page(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """One run: how far it is, what came out, or why nothing did."""
    return render(request, "homefirst/plan.jinja", _context(request, plan_id))


@requires(Permission.PLAN_PLACES)
@require_safe
def rows(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The part of a run that refreshes itself while it runs."""
    return render(request, "homefirst/_plan.jinja", _context(request, plan_id))


@requires(Permission.PLAN_PLACES)
@require_safe
def results_csv(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Every measure with its range."""
    header, *lines = _open(request, plan_id).csv_rows()
    return csv_file("home-places", header, lines)


@requires(Permission.PLAN_PLACES)
@require_POST
def again(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Run the same question again."""
    _open(request, plan_id)
    try:
        return _sent(plans.run_plan_again(by=request.actor, plan_id=plan_id))
    except DomainError as refused:
        form = PlanForm()
        context = {"form": form, "runs": [_open(request, plan_id)], "shown": SHOWN, "refusal": refused.message}
        return render(request, "homefirst/planner.jinja", context, status=refused.status)
