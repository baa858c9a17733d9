"""The record of a person, and the pages that change it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import Invalid, StaleVersion
from pages.forms import show_refusal
from patients import actions, policies
from patients.duplicates import possible_duplicates
from patients.errors import AlreadyHere
from patients.forms import DeathForm, PersonChangeForm, PersonForm, ReasonForm, SearchForm, VerifyForm
from patients.models import BreakGlass, NumberStatus, Patient
from patients.panels import panels_for
from patients.presenters import banner, history, identity, merges
from patients.search import one
from patients.views.opening import of_person
from patients.views.search import recall


@requires(Permission.VIEW_PATIENT)
@require_safe
@of_person("record")
def record(request: HttpRequest, patient: Patient, glass: BreakGlass | None) -> HttpResponse:
    """Who this is, how to reach them, what is open for them, and what was done to the record."""
    actor = request.actor
    context = {
        "patient": patient,
        "banner": banner(patient, actor, opened=glass or True),
        "glass": glass,
        "identity": identity(patient),
        "duplicates": possible_duplicates(patient, actor),
        "merges": merges(patient),
        "history": history(patient),
        "panels": panels_for(actor, patient),
        "may_edit": policies.can_edit(actor),
        "may_merge": actor.can(Permission.MERGE_PATIENTS),
        "may_restrict": policies.can_restrict(actor),
        "may_govern": actor.can(Permission.GOVERN),
        "may_refer": actor.can(Permission.REFER) and not patient.deceased_at,
        "may_verify": patient.nhs_number_valid and patient.nhs_number_status != NumberStatus.VERIFIED,
    }
    return render(request, "patients/record.jinja", context)


@requires(Permission.REFER)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a person, beginning with what was searched for."""
    if request.method == "GET":
        form = PersonForm(initial=_from_search(request))
        return render(request, "patients/add.jinja", {"form": form})
    form = PersonForm(request.POST)
    already = None
    if form.is_valid():
        try:
            added = actions.add_patient(by=request.actor, **form.cleaned_data)
            messages.success(request, "The person has been added.")
            return redirect("patient", patient_id=added.pk)
        except AlreadyHere as refusal:
            already = one(by=request.actor, patient_id=refusal.patient_id, by_number=True)
            show_refusal(form, refusal)
        except Invalid as refusal:
            show_refusal(form, refusal)
    may_break_glass = request.actor.can(Permission.BREAK_GLASS)
    context = {"form": form, "already": already, "may_break_glass": may_break_glass}
    return render(request, "patients/add.jinja", context, status=409 if already else 422)


@requires(Permission.REFER, Permission.ACKNOWLEDGE, Permission.RESPOND)
@require_http_methods(["GET", "POST"])
@of_person("record details")
def edit(request: HttpRequest, patient: Patient, glass: BreakGlass | None) -> HttpResponse:
    """Change who the person is or how to reach them; nothing is lost when somebody else was quicker."""
    form = PersonChangeForm(request.POST) if request.method == "POST" else PersonChangeForm.of(patient)
    if form.is_bound and form.is_valid():
        try:
            actions.update_details(by=request.actor, patient_id=patient.pk, **form.cleaned_data)
            messages.success(request, "The details have been changed.")
            return redirect("patient", patient_id=patient.pk)
        except StaleVersion as refusal:
            show_refusal(form, refusal)
            form.data = form.data.copy()
            form.data["expected_version"] = str(patient.version)
            return _form_page(request, "edit", patient, glass, form, status=409, identity=identity(patient))
        except (AlreadyHere, Invalid) as refusal:
            show_refusal(form, refusal)
    return _form_page(request, "edit", patient, glass, form)


@requires(Permission.REFER, Permission.ACKNOWLEDGE, Permission.RESPOND)
@require_http_methods(["GET", "POST"])
@of_person("record details")
def verify(request: HttpRequest, patient: Patient, glass: BreakGlass | None) -> HttpResponse:
    """Say what the NHS number was checked with."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.verify_number(by=request.actor, patient_id=patient.pk, **form.cleaned_data)
            messages.success(request, "The NHS number is verified.")
            return redirect("patient", patient_id=patient.pk)
        except AlreadyHere as refusal:
            form.add_error(None, "Another record holds this NHS number as verified. Merge the two instead.")
            already = one(by=request.actor, patient_id=refusal.patient_id, by_number=True)
            return _form_page(request, "verify", patient, glass, form, status=409, already=already)
        except Invalid as refusal:
            show_refusal(form, refusal)
    return _form_page(request, "verify", patient, glass, form)


@requires(Permission.REFER, Permission.ACKNOWLEDGE, Permission.RESPOND)
@require_http_methods(["GET", "POST"])
@of_person("record details")
def died(request: HttpRequest, patient: Patient, glass: BreakGlass | None) -> HttpResponse:
    """Record that the person died, or take back a death recorded by mistake."""
    kind = ReasonForm if patient.deceased_at else DeathForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            if patient.deceased_at:
                actions.withdraw_death(by=request.actor, patient_id=patient.pk, **form.cleaned_data)
                messages.success(request, "The record no longer says that the person died.")
            else:
                actions.record_death(by=request.actor, patient_id=patient.pk, on=form.cleaned_data["deceased_at"])
                messages.success(request, "The death has been recorded.")
            return redirect("patient", patient_id=patient.pk)
        except Invalid as refusal:
            show_refusal(form, refusal)
    return _form_page(request, "died", patient, glass, form)


@requires(Permission.SUPERVISE)
@require_http_methods(["GET", "POST"])
@of_person("record details")
def restrict(request: HttpRequest, patient: Patient, glass: BreakGlass | None) -> HttpResponse:
    """Restrict the record; information governance lifts a restriction from its own page."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.restrict(by=request.actor, patient_id=patient.pk, **form.cleaned_data)
            messages.success(request, "The record is restricted. Every opening now needs a reason and is reviewed.")
            return redirect("patient_search")
        except Invalid as refusal:
            show_refusal(form, refusal)
    return _form_page(request, "restrict", patient, glass, form)


def _form_page(
    request: HttpRequest,
    name: str,
    patient: Patient,
    glass: BreakGlass | None,
    form: Any,
    *,
    status: int = 0,
    **context: Any,
) -> HttpResponse:
    context |= {"form": form, "patient": patient, "banner": banner(patient, request.actor, opened=glass or True)}
    return render(request, f"patients/{name}.jinja", context, status=status or (422 if form.errors else 200))


def _from_search(request: HttpRequest) -> dict[str, Any]:
    """The first values of the form: a name typed as two words is given name and family name."""
    form = SearchForm(recall(request.actor.id, request.GET.get("found", "")) or {})
    form.is_valid()
    *given, family = form.cleaned_data.get("name", "").split() or [""]
    return {
        "given_name": " ".join(given),
        "family_name": family,
        "nhs_number": form.cleaned_data.get("nhs_number"),
        "date_of_birth": form.cleaned_data.get("date_of_birth"),
    }
