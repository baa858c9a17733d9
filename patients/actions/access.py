"""Restricting a record, opening one in an emergency, and judging that afterwards."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import Invalid
from audit.events import Kind, record
from patients import policies
from patients.history import note_change
from patients.models import BreakGlass, Change, Patient


@transaction.atomic
def restrict(*, by: Actor, patient_id: UUID, reason: str) -> Patient:
    """From now on every opening of this person's record needs a reason and is reviewed."""
    policies.check_can_restrict(by)
    return _set_restricted(by, patient_id, restricted=True, reason=reason)


@transaction.atomic
def unrestrict(*, by: Actor, patient_id: UUID, reason: str) -> Patient:
    """Whoever has a relationship with the person may open the record again. Information governance decides."""
    policies.check_can_govern(by)
    return _set_restricted(by, patient_id, restricted=False, reason=reason)


@transaction.atomic
def open_glass(*, by: Actor, patient_id: UUID, reason: str) -> BreakGlass:
    """Open a record without a relationship, or a restricted one, for settings.BREAK_GLASS_LASTS.

    The row waits for review by information governance: that is the alert. A second request while the first holds
    answers the first.
    """
    organisation_id = policies.check_can_break_glass(by)
    reason = policies.check_reason(reason)
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None:
        raise policies.unseen()
    kept_id = patient.merged_into_id or patient.pk
    now = timezone.now()
    still_open = BreakGlass.objects.of_person(kept_id).open_for(by, now).first()
    if still_open:
        return still_open
    if Patient.objects.visible_to(by).filter(pk=kept_id).exists():
        raise Invalid("You can open this record as it is: you need no emergency access.", code="NOT_NEEDED")
    glass = BreakGlass.objects.create(
        user_id=by.id,
        role=by.role,
        organisation_id=organisation_id,
        patient_id=kept_id,
        reason=reason,
        granted_at=now,
        expires_at=now + settings.BREAK_GLASS_LASTS,
    )
    record(
        Kind.BREAK_GLASS,
        by=by,
        subject=glass,
        patient_id=kept_id,
        at=now,
        until=glass.expires_at.isoformat(),
        restricted=patient.restricted,
    )
    return glass


@transaction.atomic
def review_glass(*, by: Actor, glass_id: UUID, verdict: str, note: str = "") -> BreakGlass:
    """Judge an emergency access: justified or not. What was not justified needs a note."""
    policies.check_can_govern(by)
    glass = BreakGlass.objects.select_for_update().filter(pk=glass_id).first()
    if glass is None:
        raise Invalid("This emergency access does not exist.", code="NOT_FOUND")
    policies.check_can_review(by, glass)
    if verdict not in BreakGlass.Review.values:
        raise Invalid("Select whether the access was justified", field="verdict")
    if verdict == BreakGlass.Review.NOT_JUSTIFIED or note.strip():
        note = policies.check_reason(note, field="note")
    glass.review, glass.review_note = verdict, note.strip()
    glass.reviewed_by_id, glass.reviewed_at = by.id, timezone.now()
    glass.save(update_fields=["review", "review_note", "reviewed_by", "reviewed_at"])
    record(Kind.BREAK_GLASS_REVIEWED, by=by, subject=glass, patient_id=glass.patient_id, verdict=verdict)
    return glass


def _set_restricted(by: Actor, patient_id: UUID, *, restricted: bool, reason: str) -> Patient:
    """On every record of the person, so that none is a way round."""
    reason = policies.check_reason(reason)
    reachable = Patient.objects.findable_by(by) if by.can(Permission.GOVERN) else Patient.objects.visible_to(by)
    patient = reachable.select_for_update(of=("self",)).filter(pk=patient_id).first()
    if patient is None:
        raise policies.unseen()
    policies.check_not_merged(patient)
    if patient.restricted == restricted:
        return patient
    Patient.objects.family_of(patient.pk).update(restricted=restricted, updated_at=timezone.now())
    patient.restricted = restricted
    what = Change.What.RESTRICTED if restricted else Change.What.UNRESTRICTED
    note_change(patient, what, by=by, note=reason)
    kind = Kind.PATIENT_RESTRICTED if restricted else Kind.PATIENT_UNRESTRICTED
    record(kind, by=by, subject=patient, patient_id=patient.pk)
    return patient
