"""Sending a referral, and keeping what was typed until then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import Invalid, NotPermitted
from audit.events import Kind, record
from audit.inserting import new_row
from directory.models import PointOfAccess
from patients.models import Patient, Relationship
from referrals.codes import Consent, Direction, SceneSafety
from referrals.models import Draft, Referral
from referrals.references import drawn_again
from referrals.states import Status, Verb
from referrals.steps import CLOCK_SKEW, Repeated, StepInHand, action, desk


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a referral says: the person's need, not the service that might meet it."""

    channel: str
    need: str
    needs: tuple[str, ...]
    urgency_requested: str
    consent: str = Consent.GIVEN
    direction: str = Direction.STEP_UP
    safeguarding: bool = False
    safeguarding_note: str = ""
    scene_safety: str = SceneSafety.UNKNOWN
    scene_safety_note: str = ""
    access_note: str = ""
    home_first_considered: bool | None = None
    referrer_name: str = ""
    referrer_role: str = ""
    referrer_phone: str = ""
    external_id: str = ""


@drawn_again
@action
def submit(
    *,
    by: Actor,
    patient: Patient,
    need: Need,
    point_of_access: PointOfAccess,
    received_at: datetime | None = None,
    draft_id: UUID | None = None,
    synthetic: bool = False,
) -> Referral:
    """Send a referral: its clocks start at `received_at` (default now). A draft sent twice is sent once.

    Raises NotPermitted, or Invalid when the organisation is unknown or the time is in the future.
    """
    if not by.can(Permission.REFER):
        raise NotPermitted(f"Your role ({by.role_name}) cannot send referrals.")
    if by.organisation_id is None:
        raise Invalid("A referral must come from an organisation.", code="NO_ORGANISATION")
    draft = _draft_in_hand(by, draft_id)
    now = timezone.now()
    received = received_at or now
    if received > now + CLOCK_SKEW:
        raise Invalid("The time is in the future.", code="FUTURE_TIME", field="received_at")
    referral = new_row(
        Referral,
        **desk().identity(),
        patient=patient,
        place_id=patient.place_id,
        locality_id=patient.locality_id,
        neighbourhood_id=patient.neighbourhood_id,
        point_of_access=point_of_access,
        referrer_organisation_id=by.organisation_id,
        referrer_user_id=by.id if by.is_person else None,
        urgency=need.urgency_requested,
        received_at=received,
        created_at=received,
        synthetic=synthetic,
        **vars(need) | {"needs": list(need.needs), "referrer_name": need.referrer_name or by.name},
    )
    step = StepInHand(referral, Verb.SUBMIT, by, received)
    step.move(Status.SUBMITTED, channel=referral.channel, direction=referral.direction)
    step.relate(by.organisation_id, Relationship.Kind.REFERRER)
    step.relate(point_of_access.organisation_id, Relationship.Kind.POINT_OF_ACCESS)
    step.close()
    if draft is not None:
        draft.sent_as, draft.typed, draft.updated_at = referral, {}, now
        draft.save(update_fields=["sent_as", "typed", "updated_at"])
    return referral


def _draft_in_hand(by: Actor, draft_id: UUID | None) -> Draft | None:
    """The draft, locked, so that sending it twice sends it once."""
    if draft_id is None:
        return None
    draft = Draft.objects.select_for_update().filter(pk=draft_id, user=by.id).first()
    if draft is not None and draft.sent_as is not None:
        raise Repeated(draft.sent_as)
    return draft


@transaction.atomic
def save_draft(
    *, by: Actor, typed: dict[str, Any], draft_id: UUID | None = None, patient_id: UUID | None = None
) -> Draft:
    """Keep what was typed, as typed. A draft belongs to one person; saving somebody else's makes a new one."""
    if not by.can(Permission.REFER) or not by.is_person or by.organisation_id is None:
        raise NotPermitted(f"Your role ({by.role_name}) cannot write referrals.")
    own = Draft.objects.select_for_update().filter(user=by.id, sent_as=None, discarded_at=None)
    draft = own.filter(pk=draft_id).first() if draft_id else None
    created = draft is None
    draft = draft or Draft(user_id=by.id, organisation_id=by.organisation_id)
    draft.typed, draft.patient_id, draft.updated_at = typed, patient_id, timezone.now()
    draft.save()
    if created:
        record(Kind.DRAFT_SAVED, by=by, subject=draft)
    return draft


@transaction.atomic
def discard_draft(*, by: Actor, draft_id: UUID) -> None:
    """Throw a draft away: what was typed is removed, that it existed is kept."""
    mine = Draft.objects.filter(pk=draft_id, user=by.id, sent_as=None, discarded_at=None)
    if mine.update(typed={}, patient=None, discarded_at=timezone.now()):
        record(Kind.DRAFT_DISCARDED, by=by, subject=Draft(pk=draft_id))
