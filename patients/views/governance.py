"""Information governance: the access log by patient and by reader, and the review of emergency access."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import DomainError, Invalid
from audit.models import Access
from pages.downloads import csv_file
from pages.forms import show_refusal
from patients import actions, governance
from patients.forms import GlassFilters, LookFilters, LookupForm, ReaderFilters, ReasonForm, ReviewForm, StaffForm
from patients.governance import Filters
from patients.models import Patient

COLUMNS = ["When", "Who", "Role", "Organisation", "What", "Purpose", "Reason", "Through", "Outcome"]


@requires(Permission.GOVERN)
@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What waits, and two ways to ask. The NHS number is posted, so that no address holds it."""
    lookup = LookupForm(request.POST if request.method == "POST" else None)
    if lookup.is_bound and lookup.is_valid():
        patient = _look_up(request, lookup)
        if patient:
            return redirect("governance_patient", patient_id=patient.pk)
    staff = StaffForm(request.GET if "who" in request.GET else None)
    people = None
    if staff.is_bound and staff.is_valid():
        people = governance.find_staff(request.actor, staff.cleaned_data["who"])
    context = {"lookup": lookup, "staff": staff, "people": people, **governance.counts(request.actor)}
    return render(request, "governance/home.jinja", context, status=422 if lookup.errors else 200)


@requires(Permission.GOVERN)
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who looked at this person."""
    person = _person(request, patient_id)
    form, filters, before = _asked(request)
    page = governance.page_of(governance.looks_at(request.actor, person, filters), before)
    context = {"patient": person, "form": form, "page": page, **_paging(request, page)}
    return render(request, "governance/patient.jinja", context)


@requires(Permission.GOVERN)
@require_safe
def patient_csv(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The same as a file, with the same filters."""
    person = _person(request, patient_id)
    looks = governance.looks_at(request.actor, person, _asked(request)[1])
    return csv_file("who-looked", COLUMNS, map(_line, _most(looks)), most=governance.MOST_IN_A_FILE)


@requires(Permission.GOVERN)
@require_safe
def person(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """What this person, or partner system, looked at."""
    form, filters, before = _asked(request, ReaderFilters)
    page = governance.page_of(governance.looks_by(request.actor, actor_id, filters), before)
    people = governance.people_in(request.actor, page.rows)
    context = {"actor_id": actor_id, "form": form, "page": page, "people": people, **_paging(request, page)}
    context["reader"] = page.rows[0].actor_name if page.rows else governance.name_of(request.actor, actor_id)
    return render(request, "governance/person.jinja", context)


@requires(Permission.GOVERN)
@require_safe
def person_csv(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """The same as a file; people are named by NHS number and record id."""
    looks = list(_most(governance.looks_by(request.actor, actor_id, _asked(request, ReaderFilters)[1])))
    people = governance.people_in(request.actor, looks)
    rows = ([*_line(look), _number(people.get(look.patient_id)), look.patient_id] for look in looks)
    return csv_file("what-they-looked-at", [*COLUMNS, "NHS number", "Record"], rows, most=governance.MOST_IN_A_FILE)


@requires(Permission.GOVERN)
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """Attempts that were refused."""
    form, filters, before = _asked(request)
    page = governance.page_of(governance.refusals(request.actor, filters), before)
    people = governance.people_in(request.actor, page.rows)
    context = {"form": form, "page": page, "people": people, **_paging(request, page)}
    return render(request, "governance/refused.jinja", context)


@requires(Permission.GOVERN)
@require_http_methods(["GET", "POST"])
def restriction(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Restrict a record, or lift the restriction."""
    person = _person(request, patient_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            change = actions.unrestrict if person.restricted else actions.restrict
            change(by=request.actor, patient_id=person.pk, **form.cleaned_data)
            words = "The restriction is lifted." if person.restricted else "The record is restricted."
            messages.success(request, words)
            return redirect("governance_patient", patient_id=person.pk)
        except Invalid as refusal:
            show_refusal(form, refusal)
    context = {"patient": person, "form": form}
    return render(request, "governance/restriction.jinja", context, status=422 if form.errors else 200)


@requires(Permission.GOVERN)
@require_safe
def glass(request: HttpRequest) -> HttpResponse:
    """Emergency accesses: those to review first."""
    form = GlassFilters(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    rows = list(governance.glasses(request.actor, data.get("state", ""), data.get("who", ""))[:100])
    return render(request, "governance/glass.jinja", {"form": form, "rows": rows, "state": data.get("state", "")})


@requires(Permission.GOVERN)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """One emergency access: why, what was looked at, and whether that was justified."""
    found = governance.glass_with_looks(request.actor, glass_id)
    if found is None:
        raise Http404
    opened, looks = found
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.review_glass(by=request.actor, glass_id=glass_id, **form.cleaned_data)
            messages.success(request, "The review has been recorded.")
            return redirect("governance_glass")
        except DomainError as refusal:
            show_refusal(form, refusal)
    context = {"glass": opened, "looks": looks, "form": form}
    return render(request, "governance/review.jinja", context, status=422 if form.errors else 200)


def _look_up(request: HttpRequest, form: LookupForm) -> Patient | None:
    try:
        found = governance.find_patient(request.actor, form.cleaned_data["patient"])
    except Invalid:
        form.add_error("patient", "Enter an NHS number of 10 numbers, or the id of a record")
        return None
    if found is None:
        form.add_error("patient", "No record has this number")
    return found


def _person(request: HttpRequest, patient_id: UUID) -> Patient:
    found = governance.find_patient(request.actor, str(patient_id))
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, kind: type[ReaderFilters] = LookFilters) -> tuple[ReaderFilters, Filters, int | None]:
    """The filters and the key of the page, from the address."""
    form = kind(request.GET)
    form.is_valid()
    data: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value}
    before = request.GET.get("before", "")
    return form, Filters(**data), int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None


def _paging(request: HttpRequest, page: governance.Page) -> dict[str, Any]:
    """Where the next page is, what to carry along, and what the file's address needs."""
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    first = f"?{urlencode(asked)}" if "before" in request.GET else None
    following = f"?{urlencode(asked | {'before': page.next})}" if page.next else None
    return {"first": first, "following": following, "query": urlencode(asked)}


def _most(looks: QuerySet[Access]) -> Iterable[Access]:
    """As many as a file holds, and one more that tells whether some are left out."""
    return looks[: governance.MOST_IN_A_FILE + 1]


def _line(look: Access) -> list[Any]:
    return [
        look.at,
        look.actor_name,
        look.actor_role,
        look.organisation_name,
        look.what,
        look.purpose,
        look.reason,
        look.get_via_display(),
        look.get_outcome_display(),
    ]


def _number(person: Patient | None) -> str:
    return person.nhs_number if person else ""
