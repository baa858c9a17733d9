"""Ways a referral ends early: cancelled, declined by the person, 999, death, duplicate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from audit.errors import Invalid
from referrals.models import Referral
from referrals.states import OFFER_TAKEN, OfferStatus, Status, Verb
from referrals.steps import StepInHand, action, take


def _close(step: StepInHand, to: Status, **data: Any) -> None:
    """End every live offer, then the referral."""
    for offer in step.live_offers:
        step.move_offer(offer, OfferStatus.ENDED if offer.status in OFFER_TAKEN else OfferStatus.WITHDRAWN)
    step.move(to, **data)


@action
def cancel(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The referrer takes it back, before a service has taken it on."""
    with take(Verb.CANCEL, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        _need_reason(reason, "Say why it is cancelled.")
        _close(step, Status.CANCELLED)
    return step.referral


@action
def withdraw(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person does not want this help."""
    with take(Verb.WITHDRAW, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        _need_reason(reason, "Say what the person told you.")
        _close(step, Status.WITHDRAWN)
    return step.referral


@action
def call_999(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person needs an ambulance now."""
    with take(Verb.CALL_999, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        _need_reason(reason, "Say what you found and when 999 was called.")
        _close(step, Status.ESCALATED_999)
    return step.referral


@action
def record_death(
    *, referral_id: UUID, by: Actor, reason: str = "", expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """The person has died: this referral ends. (The person's record is changed by patients.actions.record_death.)"""
    with take(Verb.RECORD_DEATH, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        _close(step, Status.DIED)
    return step.referral


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


def _need_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise Invalid(sentence, field="reason")
