"""Logging reads: who looked at whose record, when, why, and through which door."""

from collections.abc import Iterable
from uuid import UUID

from audit.actors import Acting
from audit.inserting import insert
from audit.models import Access
from audit.seen import remember, unseen

DIRECT_CARE = "direct care"
INFORMATION_GOVERNANCE = "information governance"


def access(
    *,
    by: Acting,
    patient_id: UUID,
    what: str,
    subject_id: UUID | None = None,
    purpose: str = DIRECT_CARE,
    reason: str = "",
    via: str = Access.Via.PAGE,
    outcome: str = Access.Outcome.ALLOWED,
) -> Access:
    """An unsaved access row."""
    return Access(
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        actor_role=by.role,
        organisation_id=by.organisation_id,
        organisation_name=by.organisation_name,
        patient_id=patient_id,
        what=what,
        subject_id=subject_id,
        purpose=purpose,
        reason=reason,
        via=via,
        outcome=outcome,
    )


def log_read(
    *,
    by: Acting,
    patient_id: UUID,
    what: str,
    subject_id: UUID | None = None,
    purpose: str = DIRECT_CARE,
    reason: str = "",
    via: str = Access.Via.PAGE,
    outcome: str = Access.Outcome.ALLOWED,
) -> Access:
    """Log one read of one person's record (or one refusal)."""
    row = access(
        by=by,
        patient_id=patient_id,
        what=what,
        subject_id=subject_id,
        purpose=purpose,
        reason=reason,
        via=via,
        outcome=outcome,
    )
    insert(row)
    return row


def log_list(
    *,
    by: Acting,
    patient_ids: Iterable[UUID],
    what: str,
    purpose: str = DIRECT_CARE,
    via: str = Access.Via.PAGE,
) -> None:
    """Log a list that showed several people: one row each, once an hour for the same reader and list.

    A worklist refreshes itself every 15 seconds; an hour's row says that the reader had it in view.
    """
    keys = {f"seen:{by.id}:{what}:{via}:{pid}".replace(" ", "-"): pid for pid in patient_ids}
    fresh = unseen(keys)
    if not fresh:
        return
    rows = [access(by=by, patient_id=keys[key], what=what, purpose=purpose, via=via) for key in keys if key in fresh]
    insert(*rows)
    remember(fresh)
