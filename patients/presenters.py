"""A person as pages show them."""

from typing import Any

from django.urls import reverse

from accounts.actors import Actor
from patients.found import RESTRICTED
from patients.models import BreakGlass, NumberStatus, Patient

NUMBER_WORDS = {NumberStatus.VERIFIED: "verified"}


def banner(patient: Patient, actor: Actor, opened: BreakGlass | bool = False) -> dict[str, Any]:
    """The facts for components/patient_banner.jinja. Read the patient with practice and merged_into.

    `opened`: the emergency access under which this actor reads the record. Without one, a restricted record shows
    only that it is restricted. An absorbed record is shown as the one in use.
    """
    person = patient.merged_into or patient
    href = reverse("patient", args=[person.pk])
    if person.restricted and not opened and not actor.is_system:
        return {"family_name": RESTRICTED, "masked": True, "restricted": True, "href": href}
    return {
        "family_name": person.family_name,
        "given_names": person.given_name,
        "date_of_birth": person.date_of_birth,
        "deceased_on": person.deceased_at,
        "nhs_number": person.nhs_number,
        "nhs_number_status": number_status(person),
        "sex": person.get_sex_display(),
        "address": ", ".join(part for part in (person.address, person.postcode) if part),
        "phone": person.phone,
        "practice": person.practice.name if person.practice else "",
        "restricted": person.restricted,
        "opened_until": opened.expires_at if isinstance(opened, BreakGlass) else None,
        "href": href,
        "alerts": [{"kind": "other", "text": f"Contact needs: {person.contact_needs}"}] if person.contact_needs else [],
    }


def number_status(patient: Patient) -> str:
    """The word the banner knows: verified, unverified, invalid or none."""
    if not patient.nhs_number:
        return "none"
    if not patient.nhs_number_valid:
        return "invalid"
    return NUMBER_WORDS.get(NumberStatus(patient.nhs_number_status), "unverified")
