"""Care at home on a person's record page, for those who find it."""

from accounts.actors import Actor
from homefirst.models import CarePackage
from homefirst.policies.packages import can_ask
from patients.models import Patient
from patients.panels import Panel

SHOWN = 20


def packages_of_person(actor: Actor, patient: Patient) -> Panel | None:
    """Packages, and the way to ask for one; None for roles that have nothing to do with them."""
    if actor.is_system or not can_ask(actor):
        return None
    rows = CarePackage.objects.visible_to(actor).filter(patient__in=patient.record_ids).select_related("provider")
    found = list(rows.order_by("-created_at")[:SHOWN])
    return Panel("Care at home", "homefirst/person_panel.jinja", {"packages": found, "patient_id": patient.pk})
