"""Refusals that are remembered: somebody's system asked for a person who is none of its organisation's business."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import F, Model, QuerySet

from accounts.actors import Actor
from api.problems import Code, Problem, not_found
from audit.access import log_read
from audit.errors import DomainError
from audit.models import Access


def log_refused(by: Actor, model: type[Model], subject_id: UUID, what: str, *, person: str = "patient") -> None:
    """Log it, where there is such a row; `person` is the path to whom it is about."""
    rows = model._default_manager.filter(pk=subject_id).annotate(whose=F(person))
    patient_id = rows.values_list("whose", flat=True).first()
    if patient_id is not None:
        refused = {"via": Access.Via.API, "outcome": Access.Outcome.REFUSED}
        log_read(by=by, patient_id=patient_id, what=what, subject_id=subject_id, **refused)


def turned_away(
    by: Actor,
    model: type[Model],
    subject_id: UUID,
    what: str,
    *,
    person: str = "patient",
    listed: QuerySet[Any] | None = None,
) -> Problem:
    """The refusal of what the caller may not open, logged: restricted where its own lists hold it, else not found."""
    log_refused(by, model, subject_id, what, person=person)
    if listed is not None and listed.filter(pk=subject_id, **{f"{person}__restricted": True}).exists():
        return Problem(Code.RESTRICTED)
    return not_found()


@contextmanager
def remembered(
    by: Actor,
    model: type[Model],
    subject_id: UUID,
    what: str,
    *,
    person: str = "patient",
    listed: QuerySet[Any] | None = None,
) -> Iterator[None]:
    """Around a step, outside its transaction: what was not found is logged though the step came to nothing."""
    try:
        yield
    except (DomainError, Problem) as refusal:
        if refusal.status != HTTPStatus.NOT_FOUND:
            raise
        raise turned_away(by, model, subject_id, what, person=person, listed=listed) from refusal
