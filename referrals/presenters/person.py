"""The person at the top of the page (stands in until patients.presenters is there)."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.actors import Actor
from patients.models import NumberStatus, Patient


def banner(patient: Patient, actor: Actor, opened: object = False) -> dict[str, Any]:
    """What components/patient_banner.jinja draws."""
    status = "none" if not patient.nhs_number else "unverified" if patient.nhs_number_valid else "invalid"
    if patient.nhs_number_status == NumberStatus.VERIFIED:
        status = "verified"
    try:
        href = reverse("patient", args=[patient.pk])
    except NoReverseMatch:
        href = ""
    return {
        "family_name": patient.family_name,
        "given_names": patient.given_name,
        "date_of_birth": patient.date_of_birth,
        "deceased_on": patient.deceased_at,
        "nhs_number": patient.nhs_number,
        "nhs_number_status": status,
        "sex": patient.get_sex_display(),
        "address": ", ".join(part for part in (patient.address, patient.postcode) if part),
        "phone": patient.phone,
        "practice": patient.practice.name if patient.practice else "",
        "restricted": patient.restricted,
        "href": href,
        "alerts": [],
    }
