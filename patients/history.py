"""Writing the history of a record: the old value of every field a person may ask about later."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from patients.models import Change, Merge, Patient


def note_change(
    patient: Patient, what: str, *, by: Actor, before: dict[str, Any] | None = None, note: str = ""
) -> Change:
    """One row beside the change itself, in the same transaction."""
    return Change.objects.create(
        patient=patient, what=what, before=before or {}, note=note, by_name=by.label[:400], by_id=by.id
    )


def values_of(patient: Patient, names: Iterable[str]) -> dict[str, Any]:
    """The present values of these fields, fit for JSON; organisations by name, as a reader knows them."""
    return {name: _plain(getattr(patient, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return str(value)


def standing_merge(kept: Patient, merge_id: UUID) -> Merge | None:
    """The merge of another record into this one, unless it was taken back."""
    merge = Merge.objects.select_related("absorbed", "kept").filter(pk=merge_id, undone_at=None).first()
    return merge if merge is not None and merge.absorbed.merged_into_id == kept.pk else None
