"""Targets: which hold, which held, and setting or ending one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import DomainError
from bcf import actions
from bcf.actions.targets import Aim
from bcf.forms import EndForm, TargetForm
from bcf.models import Target
from bcf.presenters.targets import target_rows
from bcf.scopes import all_scopes
from bcf.targets import period_of
from pages.forms import show_refusal


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every target that holds, held or will hold, and what earlier ones said before they were changed."""
    rows = target_rows(Target.objects.order_by("-valid_from", "-known_from"), all_scopes(), timezone.localdate())
    context = {
        "current": [row for row in rows if row.known],
        "earlier": [row for row in rows if not row.known],
        "may_publish": request.actor.can(Permission.PUBLISH_FIGURES),
    }
    return render(request, "bcf/targets.jinja", context)


@requires(Permission.PUBLISH_FIGURES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set a target."""
    scopes = all_scopes()
    form = TargetForm(request.POST if request.method == "POST" else None, scopes=scopes)
    if form.is_bound and form.is_valid():
        try:
            actions.set_target(by=request.actor, aim=_aim(form))
            messages.success(request, "The target is set.")
            return redirect("targets")
        except DomainError as refusal:
            show_refusal(form, refusal)
    return render(request, "bcf/target_set.jinja", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.PUBLISH_FIGURES)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """End a target without setting another."""
    target = Target.objects.filter(pk=target_id).first()
    if target is None:
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.end_target(by=request.actor, target_id=target_id, **form.cleaned_data)
            messages.success(request, "The target has an end.")
            return redirect("targets")
        except DomainError as refusal:
            show_refusal(form, refusal)
    (row,) = target_rows([target], all_scopes(), timezone.localdate())
    context = {"form": form, "row": row}
    return render(request, "bcf/target_end.jinja", context, status=422 if form.errors else 200)


def _aim(form: TargetForm) -> Aim:
    said = form.cleaned_data
    scope = said["scope"]
    return Aim(
        metric=said["metric"],
        value=said["value"],
        valid_from=said["valid_from"],
        valid_to=said["valid_to"],
        source=said["source"],
        period=period_of(said["metric"], said["period"]),
        level=scope.level if scope else "",
        scope_id=scope.id if scope else None,
    )
