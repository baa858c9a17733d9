"""The register of trusted assessors: whose assessments others rely on, by which tool, under which agreement."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Membership
from accounts.roles import Permission
from audit.errors import DomainError, Invalid, NotFound
from homefirst.actions.assessing import end_assessor, register_assessor
from homefirst.forms.discharge_parts import AssessorForm, EndAssessorForm
from homefirst.models import AssessmentTool, TrustedAssessor
from pages.forms import show_refusal
from pages.sending import see_other

MOST = 500


def _choices() -> dict[str, list[tuple[str, str]]]:
    """People whose role has to do with getting home, and the assessments in use."""
    doors = [Permission.DISCHARGE.value, Permission.DECIDE_DISCHARGE.value, Permission.DO_TASKS.value]
    members = Membership.objects.current().filter(role__permissions__overlap=doors, user__is_active=True)
    named = members.select_related("user", "organisation", "role").order_by("user__name", "pk")[:MOST]
    people = [(str(one.pk), f"{one.user.name}, {one.role.name}, {one.organisation.name}") for one in named]
    return {"people": people, "tools": [(str(one.pk), one.name) for one in AssessmentTool.objects.in_force()]}


@requires(Permission.DECIDE_DISCHARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Who is registered; and the form that registers somebody."""
    form = AssessorForm(request.POST if request.method == "POST" else None, **_choices())
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            register_assessor(
                by=request.actor, membership_id=typed["person"], tool_id=typed["tool"], agreement=typed["agreement"]
            )
        except Invalid as refused:
            show_refusal(form, refused)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "Registered. New assessments of this person by this tool can be relied on.")
            return see_other(reverse("trusted_assessors"))
    rows = TrustedAssessor.objects.select_related("user", "organisation", "tool").order_by("user__name", "-valid_from")
    today, found = timezone.localdate(), list(rows[: MOST + 1])
    context: dict[str, Any] = {
        "form": form,
        "rows": [{"row": one, "holds": one.holds_on(today), "ends": one.valid_to} for one in found[:MOST]],
        "more": len(found) > MOST,
    }
    return render(request, "homefirst/assessors.jinja", context, status=422 if form.errors else 200)


@requires(Permission.DECIDE_DISCHARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, assessor_id: UUID) -> HttpResponse:
    """End a registration, with a reason."""
    named = TrustedAssessor.objects.select_related("user", "organisation", "tool").filter(pk=assessor_id).first()
    if named is None:
        raise NotFound("There is no such registration.")
    form = EndAssessorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_assessor(by=request.actor, assessor_id=assessor_id, reason=form.cleaned_data["reason"])
        except DomainError as refused:
            messages.warning(request, refused.message)
        else:
            messages.success(request, "The registration ends at midnight.")
        return see_other(reverse("trusted_assessors"))
    context = {"form": form, "named": named}
    return render(request, "homefirst/assessor_end.jinja", context, status=422 if form.errors else 200)
