"""Joining two records of one person, taking that back, and saying that two records are two people.

Joining changes one pointer: merged_into of the absorbed record, which always names the record now in use. The Merge
rows remember which record each was joined to at the time, so that taking one back puts exactly its own part back.
One merge is done at a time in the whole portal: they are rare, and then no two can wait for each other.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.events import Kind, record
from patients import policies
from patients.errors import AlreadyHere
from patients.history import note_change
from patients.models import Change, Merge, NotDuplicate, NumberStatus, Patient

MERGING = 7_301_001
"""The advisory lock that merges queue behind."""


@transaction.atomic
def merge(*, by: Actor, kept_id: UUID, absorbed_id: UUID, reason: str) -> Merge:
    """Join two records of the same person. Either may already have been joined: then its record in use is taken.

    Raises Invalid when they cannot be the same person, or when the wrong one would be kept.
    """
    policies.check_can_merge(by)
    reason = policies.check_reason(reason, longest=300)
    _queue()
    kept, absorbed = _lock_pair(by, kept_id, absorbed_id)
    if kept.pk == absorbed.pk:
        raise IllegalTransition("These records are already joined.", code="MERGED")
    check_can_be_joined(kept, absorbed)
    now = timezone.now()
    joined = Merge.objects.create(kept=kept, absorbed=absorbed, reason=reason, by_name=by.name, by_id=by.id, at=now)
    Patient.objects.family_of(absorbed.pk).update(merged_into=kept, updated_at=now)
    note_change(kept, Change.What.MERGED, by=by, before={"absorbed": str(absorbed.pk)}, note=reason)
    record(Kind.PATIENT_MERGED, by=by, subject=joined, patient_id=kept.pk, absorbed=str(absorbed.pk), at=now)
    return joined


@transaction.atomic
def unmerge(*, by: Actor, merge_id: UUID, reason: str) -> Merge:
    """Take one merge back: the absorbed record, and what had been joined to it before, stand as they did.

    Raises AlreadyHere when the kept record took over the absorbed one's verified number meanwhile.
    """
    policies.check_can_merge(by)
    reason = policies.check_reason(reason, longest=300)
    _queue()
    joined = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if joined is None:
        raise policies.unseen()
    if joined.undone_at:
        raise IllegalTransition("These records are already separate.", code="INVALID_STATE")
    absorbed = Patient.objects.get(pk=joined.absorbed_id)
    _lock_pair(by, absorbed.merged_into_id or absorbed.pk, joined.kept_id)
    joined.undone_at, joined.undone_by_name, joined.undone_by_id = timezone.now(), by.name, by.id
    joined.undone_reason = reason
    joined.save(update_fields=["undone_at", "undone_by_name", "undone_by_id", "undone_reason"])
    _separate(absorbed, joined.undone_at)
    note_change(joined.kept, Change.What.UNMERGED, by=by, before={"absorbed": str(absorbed.pk)}, note=reason)
    record(Kind.PATIENT_UNMERGED, by=by, subject=joined, patient_id=joined.kept_id, absorbed=str(absorbed.pk))
    return joined


@transaction.atomic
def not_duplicate(*, by: Actor, first_id: UUID, second_id: UUID) -> NotDuplicate:
    """Two records that look alike are two people: they are not offered to each other again."""
    policies.check_can_merge(by)
    if first_id == second_id:
        raise Invalid("These are one record.")
    _queue()
    first, second = sorted(_lock_pair(by, first_id, second_id), key=lambda patient: patient.pk)
    if first.pk == second.pk:
        raise IllegalTransition("These records are joined. Separate them first.", code="MERGED")
    judged, new = NotDuplicate.objects.get_or_create(
        first=first, second=second, defaults={"by_name": by.name, "by_id": by.id}
    )
    if new:
        record(Kind.PATIENT_NOT_DUPLICATE, by=by, subject=first, patient_id=first.pk, other=str(second.pk))
    return judged


def check_can_be_joined(kept: Patient, absorbed: Patient) -> None:
    """What the portal itself can tell: verified numbers that differ, and restrictions that differ."""
    verified = NumberStatus.VERIFIED
    if absorbed.nhs_number_status == verified and kept.nhs_number_status == verified:
        raise Invalid(
            "Both records have a verified NHS number, and the two differ: they are two people.", code="TWO_PEOPLE"
        )
    if absorbed.nhs_number_status == verified:
        raise Invalid("Keep the record with the verified NHS number: choose it as the one to keep.", field="kept")
    if kept.restricted != absorbed.restricted:
        raise Invalid(
            "One of these records is restricted. Ask the Caldicott Guardian to restrict both, or neither, first."
        )


def _queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGING])


def _lock_pair(by: Actor, *ids: UUID) -> tuple[Patient, Patient]:
    """The records in use for two ids, locked in the order of their ids, if this actor may judge them.

    The actor must be able to open at least one, and every one that is restricted.
    """
    found = dict(Patient.objects.findable_by(by).filter(pk__in=ids).values_list("pk", "merged_into"))
    if set(found) != set(ids):
        raise policies.unseen()
    roots = [found[one] or one for one in ids]
    rows = Patient.objects.findable_by(by).with_may_open(by).filter(pk__in=roots)
    locked = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    check_can_judge(locked.values())
    return locked[roots[0]], locked[roots[1]]


def check_can_judge(records: Iterable[Any]) -> None:
    """Nobody joins or separates people none of whom they have anything to do with; records need with_may_open()."""
    if not any(row.may_open for row in records):
        raise NotPermitted(
            "You may open neither record, so you cannot judge whether they are one person.", code="NO_RELATIONSHIP"
        )
    if any(row.restricted and not row.may_open for row in records):
        raise NotPermitted(
            "One of these records is restricted. Open it in an emergency first, or ask the Caldicott Guardian."
        )


def _separate(absorbed: Patient, at: object) -> None:
    """Point the absorbed record at nothing, and what stands joined to it at it again."""
    own = _joined_to(absorbed.pk)
    try:
        with transaction.atomic():
            Patient.objects.filter(pk__in=own).update(merged_into=absorbed, updated_at=at)
            Patient.objects.filter(pk=absorbed.pk).update(merged_into=None, updated_at=at)
    except IntegrityError as error:
        held = Patient.objects.current().get(nhs_number=absorbed.nhs_number, nhs_number_status=NumberStatus.VERIFIED)
        raise AlreadyHere(held.pk) from error


def _joined_to(patient_id: UUID) -> set[UUID]:
    """Every record that was joined to this one, directly or through others, and still is."""
    standing = Merge.objects.filter(undone_at=None)
    everything: set[UUID] = set()
    newest = {patient_id}
    while newest:
        newest = set(standing.filter(kept__in=newest).values_list("absorbed_id", flat=True)) - everything
        everything |= newest
    return everything
