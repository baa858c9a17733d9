"""Opening one row about one person: where the actor may see it, else a refusal that is logged."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.actors import Actor
from audit.access import log_read
from audit.models import Access
from homefirst.steps import NotFound


def open_row(rows: QuerySet[Any], pk: UUID, actor: Actor, what: str) -> Any:
    """The row; NotFound when it does not exist or is none of the actor's business. `rows` starts from visible_to()."""
    found = rows.filter(pk=pk).first()
    if found is not None:
        return found
    patient_id = rows.model._base_manager.filter(pk=pk).values_list("patient", flat=True).first()
    if patient_id is not None:
        log_read(by=actor, patient_id=patient_id, what=what, subject_id=pk, outcome=Access.Outcome.REFUSED)
    raise NotFound(f"There is no such {what}, or you cannot see it.")
