"""Whoever takes part in somebody's care or way home may open that person: the row that says why."""

from collections.abc import Iterable
from uuid import UUID

from patients.models import Relationship


def relate(patient_id: UUID, organisations: Iterable[UUID | None]) -> None:
    """Give each organisation a reason to open the person; those that have one keep it."""
    kind = Relationship.Kind.CARE
    rows = [
        Relationship(patient_id=patient_id, organisation_id=organisation_id, kind=kind)
        for organisation_id in dict.fromkeys(organisations)
        if organisation_id
    ]
    Relationship.objects.bulk_create(rows, ignore_conflicts=True)
