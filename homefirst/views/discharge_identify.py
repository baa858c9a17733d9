"""Beginning a case: find the person, or take them from a referral; then say where they are."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import log_read
from audit.errors import DomainError, Invalid, NotFound
from directory.models import Organisation
from homefirst.actions.discharge import HOSPITALS, identify
from homefirst.forms.discharge import IdentifyForm
from homefirst.models import DischargeCase
from pages.forms import show_refusal
from pages.sending import see_other
from patients.forms import SearchForm
from patients.models import Patient
from patients.presenters import banner
from patients.views.search import look
from referrals.codes import Direction
from referrals.models import Referral
from referrals.states import OPEN

MAY = (Permission.DISCHARGE, Permission.DECIDE_DISCHARGE)
MOST_REFERRALS = 20


@requires(*MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def find_person(request: HttpRequest) -> HttpResponse:
    """Who will leave hospital: by number, or by name and date of birth; what was typed enters no address."""
    return look(request, _search_page)


def _search_page(request: HttpRequest, form: SearchForm, *, key: str, found: Any, status: int) -> HttpResponse:
    context = {"form": form, "found": found, "referrals": [] if found is not None else _referrals(request.actor)}
    return render(request, "homefirst/discharge_find.jinja", context, status=status)


def _referrals(actor: Actor) -> list[Referral]:
    """Open referrals to get somebody home that have no case yet."""
    rows = Referral.objects.visible_to(actor).filter(
        direction=Direction.STEP_DOWN, status__in=OPEN, discharge_case=None, patient__restricted=False
    )
    return list(rows.select_related("referrer_organisation").order_by("-received_at")[:MOST_REFERRALS])


@requires(*MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin a case for a person who was found."""
    person = Patient.objects.findable_by(request.actor).select_related("practice", "merged_into").filter(pk=patient_id)
    found = person.first()
    if found is None or (found.restricted and not _may_open(request.actor, found)):
        raise NotFound("There is no such person, or you cannot see them.")
    return _begin(request, found, {"patient_id": found.pk})


def _may_open(actor: Actor, person: Patient) -> bool:
    return Patient.objects.visible_to(actor).filter(pk=person.pk).exists()


@requires(*MAY)
@require_http_methods(["GET", "HEAD", "POST"])
def of_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Begin a case for the person of a referral."""
    rows = Referral.objects.visible_to(request.actor).filter(pk=referral_id, direction=Direction.STEP_DOWN)
    found = rows.select_related("patient__practice", "patient__merged_into").first()
    if found is None:
        raise NotFound("There is no such referral to get home, or you cannot see it.")
    return _begin(request, found.patient, {"referral_id": found.pk})


def _begin(request: HttpRequest, person: Patient, about: dict[str, UUID]) -> HttpResponse:
    actor = request.actor
    may_step_up = actor.can(Permission.DECIDE_DISCHARGE)
    typed = request.POST if request.method == "POST" else None
    form = IdentifyForm(typed, hospitals=_hospitals(actor), may_step_up=may_step_up)
    if request.method == "POST" and form.is_valid():
        try:
            case = identify(by=actor, **about, **form.arguments)
        except Invalid as refused:
            show_refusal(form, refused)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "The case has begun. Everybody involved sees it.")
            return see_other(reverse("discharge_case", args=[case.pk]))
    log_read(by=actor, patient_id=person.pk, what="begin discharge case")
    status = 422 if form.errors else 200
    context = {"form": form, "person": banner(person, actor), "existing": _existing(actor, person)}
    return render(request, "homefirst/discharge_identify.jinja", context, status=status)


def _existing(actor: Actor, person: Patient) -> list[DischargeCase]:
    """Open cases of this person that the reader may see."""
    rows = DischargeCase.objects.visible_to(actor).open().filter(patient=person.pk)
    return list(rows.select_related("hospital"))


def _hospitals(actor: Actor) -> list[tuple[str, str]]:
    """The ward's own hospitals; any for members of the hub, who name their own organisation for people at home."""
    rows = Organisation.objects.in_force()
    if actor.can(Permission.DECIDE_DISCHARGE):
        rows = rows.filter(Q(kind__in=HOSPITALS) | Q(pk=actor.organisation_id))
    else:
        rows = rows.filter(Q(pk=actor.organisation_id) | Q(parent=actor.organisation_id, kind__in=HOSPITALS))
    return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name")]
