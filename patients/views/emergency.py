"""Opening a record in an emergency: a reason, four hours, and a review by somebody else."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import Invalid, NotPermitted
from pages.forms import show_refusal
from pages.words import clock_time, duration
from patients import actions
from patients.forms import ReasonForm
from patients.models import Patient
from patients.views.opening import refuse


@requires(Permission.BREAK_GLASS)
@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """What it means, and why it is needed. The page is the same whether or not there is such a record."""
    if Patient.objects.visible_to(request.actor).filter(pk=patient_id).exists():
        return redirect(_onward(request, patient_id))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            glass = actions.open_glass(by=request.actor, patient_id=patient_id, **form.cleaned_data)
            messages.warning(request, f"You have emergency access to this record until {clock_time(glass.expires_at)}.")
            return redirect(_onward(request, glass.patient_id))
        except NotPermitted:
            return refuse(request, patient_id, "emergency access")
        except Invalid as refusal:
            show_refusal(form, refusal)
    lasts = duration(settings.BREAK_GLASS_LASTS.total_seconds())
    context = {"form": form, "lasts": lasts, "patient_id": patient_id}
    return render(request, "patients/break_glass.jinja", context, status=422 if form.errors else 200)


def _onward(request: HttpRequest, patient_id: UUID) -> str:
    """The page of this portal that the person came for, else the record."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if ours else reverse("patient", args=[patient_id])
