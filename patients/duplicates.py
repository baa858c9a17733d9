"""Records that may be the same person's: offered for comparison until somebody says that they are two people."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.actors import Actor
from patients.birthdays import one_number_off, swapped
from patients.found import Found, recognisable
from patients.models import NotDuplicate, Patient
from patients.querysets import name_words
from patients.search import LIKE, reachable

SAME_NUMBER = "Same NHS number"
SAME_BIRTHDAY = "Same date of birth, similar name"
SAME_HOME = "Same name and postcode, similar date of birth"
MOST = 10
FAMILY_LIKE = 0.4


def possible_duplicates(patient: Patient, by: Actor) -> list[Found]:
    """Other people's records that look like this one's, each with the reason, at most ten; one statement."""
    alike = _alike(patient)
    if not alike:
        return []
    words = name_words(f"{patient.family_name} {patient.given_name}")
    rows = reachable(by).current().exclude(pk=patient.merged_into_id or patient.pk).scored(words).filter(alike)
    rows = rows.filter(~Exists(_judged_different(patient))).order_by("-family_score", "-given_score", "id")
    return [recognisable(row, differs=(_reason(row, patient),)) for row in rows[:MOST]]


def _alike(patient: Patient) -> Q:
    alike = Q()
    if patient.nhs_number:
        alike |= Q(nhs_number=patient.nhs_number)
    if patient.date_of_birth:
        alike |= Q(date_of_birth=patient.date_of_birth, family_score__gte=FAMILY_LIKE, given_score__gte=LIKE)
        if patient.postcode:
            alike |= Q(
                date_of_birth__in=[
                    day for day in (swapped(patient.date_of_birth), *one_number_off(patient.date_of_birth)) if day
                ],
                family_name__iexact=patient.family_name,
                given_name__iexact=patient.given_name,
                postcode=patient.postcode,
            )
    return alike


def _judged_different(patient: Patient) -> Any:
    """Decisions about this record and the one of the outer row, whichever came first."""
    return NotDuplicate.objects.filter(
        Q(first=patient.pk, second=OuterRef("pk")) | Q(second=patient.pk, first=OuterRef("pk"))
    )


def _reason(row: Any, patient: Patient) -> str:
    if patient.nhs_number and row.nhs_number == patient.nhs_number:
        return SAME_NUMBER
    return SAME_BIRTHDAY if row.date_of_birth == patient.date_of_birth else SAME_HOME
