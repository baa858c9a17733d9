"""A person as pages show them."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.actors import Actor
from pages.words import count
from patients.found import RESTRICTED
from patients.models import BreakGlass, Change, Merge, NumberStatus, Patient, Residence, Sex

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
        "contact_needs": person.contact_needs,
        "alerts": [],
    }


def number_status(patient: Patient) -> str:
    """The word the banner knows: verified, unverified, invalid or none."""
    if not patient.nhs_number:
        return "none"
    if not patient.nhs_number_valid:
        return "invalid"
    return NUMBER_WORDS.get(NumberStatus(patient.nhs_number_status), "unverified")


def identity(patient: Patient) -> list[tuple[str, Any, str]]:
    """What the record says, as (words, value, kind); kind tells the page how to show it."""
    return [
        ("Family name", patient.family_name, "name"),
        ("Given names", patient.given_name, "name"),
        ("Date of birth", patient.date_of_birth, "date"),
        ("Date of death", patient.deceased_at, "date"),
        ("NHS number", patient.nhs_number, "number"),
        ("NHS number status", patient.get_nhs_number_status_display(), "text"),
        ("Sex", "" if patient.sex == Sex.UNKNOWN else patient.get_sex_display(), "text"),
        ("Address", patient.address, "text"),
        ("Postcode", patient.postcode, "text"),
        ("Phone number", patient.phone, "text"),
        ("Lives in", _residence(patient), "text"),
        ("GP practice", patient.practice.name if patient.practice else "", "text"),
        ("Place", _place(patient), "text"),
        ("Contact needs", patient.contact_needs, "text"),
    ]


def comparison(first: Patient, second: Patient) -> list[dict[str, Any]]:
    """Two records line by line, without the lines of which neither says anything; `same` is None where one does."""
    rows = []
    for (words, one, kind), (_words, other, _kind) in zip(identity(first), identity(second), strict=True):
        if one or other:
            same = _fold(one) == _fold(other) if one and other else None
            rows.append({"words": words, "values": (one, other), "kind": kind, "same": same})
    return rows


def history(patient: Patient) -> list[dict[str, Any]]:
    """Changes to all records of the person, newest first, for components/timeline.jinja."""
    changes = Change.objects.filter(Q(patient=patient.pk) | Q(patient__merged_into=patient.pk)).order_by("-id")[:50]
    return [
        {"at": one.at, "what": one.get_what_display(), "by": one.by_name, "detail": _detail(one)} for one in changes
    ]


def merges(patient: Patient) -> list[Merge]:
    """The merges that stand and made this record what it is, newest first."""
    standing = Merge.objects.filter(absorbed__merged_into=patient.pk, undone_at=None)
    return list(standing.select_related("absorbed", "kept").order_by("-at"))


def joined_words(absorbed: Patient) -> list[str]:
    """What stands under a record and moves with it when it is joined or separated."""
    counts = (
        (absorbed.relationships.count(), "relationship with an organisation", "relationships with organisations"),
        (absorbed.identifiers.count(), "number of another system", "numbers of other systems"),
        (Patient.objects.filter(merged_into=absorbed.pk).count(), "record joined to it before", None),
    )
    return [count(number, one, many) for number, one, many in counts if number]


def _detail(change: Change) -> str:
    """Old values, then the reason."""
    before = [
        f"{_field_words(name)} was: {value or 'empty'}" for name, value in change.before.items() if name != "absorbed"
    ]
    return "\n".join([*before, change.note] if change.note else before)


def _field_words(name: str) -> str:
    return str(Patient._meta.get_field(name).verbose_name).replace("_", " ").capitalize().replace("Nhs", "NHS")


def _residence(patient: Patient) -> str:
    """The kind of home, and which care home; empty when neither is known."""
    kind = "" if patient.residence == Residence.UNKNOWN else patient.get_residence_display()
    return ": ".join(part for part in (kind, patient.care_home.name if patient.care_home else "") if part)


def _place(patient: Patient) -> str:
    return ", ".join(area.name for area in (patient.neighbourhood, patient.place) if area)


def _fold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
