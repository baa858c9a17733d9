"""Referrals on a person's record page: those that the reader may see, newest first."""

from accounts.actors import Actor
from patients.models import Patient
from patients.panels import Panel
from referrals.models import Referral

SHOWN = 20


def referrals_of_person(actor: Actor, patient: Patient) -> Panel | None:
    """A panel, or None when there is nothing this actor may see."""
    rows = Referral.objects.visible_to(actor).of_person(patient.pk).select_related("service", "referrer_organisation")
    found = list(rows.order_by("-received_at", "-id")[:SHOWN])
    if not found:
        return None
    return Panel("Referrals", "referrals/person_panel.jinja", {"referrals": found})
