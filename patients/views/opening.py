"""Opening a record: one place that checks, logs and refuses, for every page about one person.

The refusal is the same, word for word and status for status, whether the record is somebody else's, restricted, or
not there at all: an address tells nobody that a person exists.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.roles import Permission
from audit.access import log_read
from audit.models import Access
from patients import policies
from patients.models import BreakGlass, Patient

View = Callable[..., HttpResponse]
RELATED = ("practice", "care_home", "place", "neighbourhood", "merged_into")


def of_person(what: str) -> Callable[[View], View]:
    """The view gets the patient (in use, never an absorbed record) and the emergency access it is read under, if any.

    `what` names the page in the access log.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, patient_id: UUID, **kwargs: Any) -> HttpResponse:
            patient = Patient.objects.visible_to(request.actor).select_related(*RELATED).filter(pk=patient_id).first()
            if patient is None:
                return refuse(request, patient_id, what)
            if patient.merged_into_id:
                return redirect(request.resolver_match.view_name, patient_id=patient.merged_into_id, **kwargs)
            glass = BreakGlass.objects.open_for(request.actor).of_person(patient.pk).first()
            if request.method in ("GET", "HEAD"):
                log_opening(request, patient, what, glass)
            return view(request, patient, glass, **kwargs)

        return opened

    return decorate


def log_opening(request: HttpRequest, patient: Patient, what: str, glass: BreakGlass | None) -> None:
    """One row in the access log, with the reason given for emergency access."""
    log_read(
        by=request.actor,
        patient_id=patient.pk,
        what=what,
        reason=glass.reason if glass else "",
        outcome=Access.Outcome.BREAK_GLASS if glass else Access.Outcome.ALLOWED,
    )


def refuse(request: HttpRequest, patient_id: UUID, what: str) -> HttpResponse:
    """The refusal, logged, with the way in for an emergency where the role has one."""
    log_read(by=request.actor, patient_id=patient_id, what=what, outcome=Access.Outcome.REFUSED)
    context = {
        "message": policies.UNSEEN,
        "patient_id": patient_id,
        "may_break_glass": request.actor.can(Permission.BREAK_GLASS),
    }
    return render(request, "patients/refused.jinja", context, status=403)
