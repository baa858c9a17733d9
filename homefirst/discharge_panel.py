"""Ways home on a person's record page: those that the reader may see, the latest first."""

from accounts.actors import Actor
from accounts.roles import Permission
from homefirst.models import DischargeCase
from patients.models import Patient
from patients.panels import Panel

SHOWN = 10
BEGINNERS = (Permission.DISCHARGE, Permission.DECIDE_DISCHARGE)


def cases_of_person(actor: Actor, patient: Patient) -> Panel | None:
    """A panel with the cases, and the way to begin one; None for roles that have nothing to do with it."""
    may_begin = any(actor.can(permission) for permission in BEGINNERS) and not patient.deceased_at
    if not (may_begin or actor.can(Permission.DO_TASKS)):
        return None
    rows = DischargeCase.objects.visible_to(actor).filter(patient__in=patient.record_ids)
    found = list(rows.select_related("hospital").order_by("-created_at", "-id")[:SHOWN])
    if not found and not may_begin:
        return None
    is_open = any(case.closed_at is None and case.discharged_at is None for case in found)
    context = {"cases": found, "may_begin": may_begin and not is_open, "patient_id": patient.pk}
    return Panel("Getting home", "homefirst/discharge_panel.jinja", context)
