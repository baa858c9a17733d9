"""Two records side by side: are they one person? And taking such a decision back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.roles import Permission
from audit.access import log_read
from audit.errors import DomainError, Invalid
from pages.forms import show_refusal
from pages.words import long_date
from patients import actions
from patients.errors import AlreadyHere
from patients.forms import KeepForm, ReasonForm
from patients.history import standing_merge
from patients.models import BreakGlass, NumberStatus, Patient
from patients.presenters import banner, comparison, joined_words
from patients.views.opening import RELATED, of_person, refuse


@requires(Permission.MERGE_PATIENTS)
@require_http_methods(["GET", "POST"])
@of_person("comparison")
def compare(request: HttpRequest, patient: Patient, glass: BreakGlass | None, other_id: UUID) -> HttpResponse:
    """Compare; then, with the record to keep chosen, confirm and say why."""
    other = _other(request, other_id)
    if other is None:
        return refuse(request, other_id, "comparison")
    if other.merged_into_id:
        return redirect("patient_merge", patient_id=patient.pk, other_id=other.merged_into_id)
    if request.method == "GET":
        log_read(by=request.actor, patient_id=other.pk, what="comparison")
    keep = _keep_form(request, patient, other)
    if not (keep.is_bound and keep.is_valid()):
        context = {"records": (patient, other), "rows": comparison(patient, other), "form": keep}
        return _page(request, "compare", patient, glass, other, context)
    return _confirm(request, patient, glass, other, keep.cleaned_data["keep"])


def _confirm(
    request: HttpRequest, patient: Patient, glass: BreakGlass | None, other: Patient, keep: str
) -> HttpResponse:
    kept, absorbed = (patient, other) if keep == str(patient.pk) else (other, patient)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.merge(by=request.actor, kept_id=kept.pk, absorbed_id=absorbed.pk, **form.cleaned_data)
            messages.success(request, "The two records are now one person’s. You can separate them again below.")
            return redirect("patient", patient_id=kept.pk)
        except DomainError as refusal:
            show_refusal(form, refusal)
    context = {"form": form, "kept": kept, "absorbed": absorbed, "joined": joined_words(absorbed)}
    return _page(request, "merge", patient, glass, other, context)


@requires(Permission.MERGE_PATIENTS)
@require_POST
@of_person("comparison")
def different(request: HttpRequest, patient: Patient, glass: BreakGlass | None, other_id: UUID) -> HttpResponse:
    """These are two people: do not offer them to each other again."""
    actions.not_duplicate(by=request.actor, first_id=patient.pk, second_id=other_id)
    messages.success(request, "The two records are noted as two people. They will not be offered as duplicates again.")
    return redirect("patient", patient_id=patient.pk)


@requires(Permission.MERGE_PATIENTS)
@require_http_methods(["GET", "POST"])
@of_person("comparison")
def separate(request: HttpRequest, patient: Patient, glass: BreakGlass | None, merge_id: UUID) -> HttpResponse:
    """Take a merge back."""
    merge = standing_merge(patient, merge_id)
    if merge is None:
        messages.info(request, "These records are already separate.")
        return redirect("patient", patient_id=patient.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.unmerge(by=request.actor, merge_id=merge.pk, **form.cleaned_data)
            messages.success(request, "The records are separate again.")
            return redirect("patient", patient_id=patient.pk)
        except AlreadyHere:
            form.add_error(
                None, "Both records have the same verified NHS number. Correct one number before you separate."
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
    context = {"form": form, "merge": merge, "joined": joined_words(merge.absorbed)}
    return _page(request, "separate", patient, glass, merge.absorbed, context)


def _other(request: HttpRequest, other_id: UUID) -> Patient | None:
    """The other record: anybody's to compare, but a restricted one only for whoever may open it."""
    records = Patient.objects.findable_by(request.actor).with_may_open(request.actor).select_related(*RELATED)
    other = records.filter(pk=other_id).first()
    return None if other is None or (other.restricted and not other.may_open) else other


def _keep_form(request: HttpRequest, patient: Patient, other: Patient) -> KeepForm:
    """A verified number decides; otherwise the older record comes first. The choice travels in the address."""
    choices = [(str(one.pk), f"{one.display_name}, added {long_date(one.created_at)}") for one in (patient, other)]
    best = other if other.nhs_number_status == NumberStatus.VERIFIED != patient.nhs_number_status else patient
    data = request.GET if "keep" in request.GET else None
    return KeepForm(data, records=choices, initial={"keep": str(best.pk)})


def _page(
    request: HttpRequest, name: str, patient: Patient, glass: BreakGlass | None, other: Patient, context: dict[str, Any]
) -> HttpResponse:
    shown = {"patient": patient, "other": other, "banner": banner(patient, request.actor, opened=glass or True)}
    status = 422 if context["form"].errors else 200
    return render(request, f"patients/{name}.jinja", shown | context, status=status)
