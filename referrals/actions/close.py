"""Ways a referral ends early: cancelled, declined by the person, 999, death, duplicate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from audit.errors import Invalid
from referrals.models import Referral
from referrals.states import OFFER_TAKEN, OfferStatus, Status, Verb
from referrals.steps import StepInHand, action, take

ENDS: dict[Verb, tuple[Status, str]] = {
    Verb.CANCEL: (Status.CANCELLED, "Say why it is cancelled."),
    Verb.WITHDRAW: (Status.WITHDRAWN, "Say what the person told you."),
    Verb.CALL_999: (Status.ESCALATED_999, "Say what you found and when 999 was called."),
    Verb.RECORD_DEATH: (Status.DIED, ""),
}
"""Where each leads, and what to say when no reason is given; nothing where none is needed."""


@action
def cancel(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The referrer takes it back, before a service has taken it on."""
    return _end(Verb.CANCEL, referral_id, by, reason, expected_version, at)


@action
def withdraw(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person does not want this help."""
    return _end(Verb.WITHDRAW, referral_id, by, reason, expected_version, at)


@action
def call_999(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person needs an ambulance now."""
    return _end(Verb.CALL_999, referral_id, by, reason, expected_version, at)


@action
def record_death(
    *, referral_id: UUID, by: Actor, reason: str = "", expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person has died: this referral ends. (The person's record is changed by patients.actions.record_death.)"""
    return _end(Verb.RECORD_DEATH, referral_id, by, reason, expected_version, at)


@action
def mark_duplicate(
    *,
    referral_id: UUID,
    by: Actor,
    duplicate_of: UUID,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """The same need is being answered on another referral of the same person."""
    with take(Verb.MARK_DUPLICATE, referral_id, by=by, expected_version=expected_version, at=at) as step:
        referral = step.referral
        original = step.desk.other(duplicate_of, referral, by)
        if original is None:
            raise Invalid("Choose the referral that this one repeats.", field="duplicate_of")
        if not step.desk.same_person(referral, original):
            raise Invalid("Those two referrals are about different people.", field="duplicate_of")
        step.set(duplicate_of=original)
        _close(step, Status.DUPLICATE, duplicate_of=str(original.pk))
    return step.referral


def _end(
    verb: Verb, referral_id: UUID, by: Actor, reason: str, expected_version: int | None, at: datetime | None
) -> Referral:
    to, missing = ENDS[verb]
    with take(verb, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        if missing and not reason.strip():
            raise Invalid(missing, field="reason")
        _close(step, to)
    return step.referral


def _close(step: StepInHand, to: Status, **data: Any) -> None:
    """End every live offer, then the referral."""
    for offer in step.live_offers:
        step.move_offer(offer, OfferStatus.ENDED if offer.status in OFFER_TAKEN else OfferStatus.WITHDRAWN)
    step.move(to, **data)
