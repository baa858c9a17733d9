"""Taking back the last step: a compensating step, so that history keeps both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from audit.events import Kind
from referrals import news
from referrals.models import Referral, Step, Transition
from referrals.policies import UNDO_WITHIN, at_point_of_access, cares_for
from referrals.states import OFFER_CLOSED, UNDOABLE, OfferStatus, Verb
from referrals.steps import StepInHand, action, check_version, desk, moment


@action
def undo(*, referral_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None) -> Referral:
    """Take back the last step within 10 minutes: its own actor may, and a supervisor of that place may.

    Raises IllegalTransition when the last step cannot be taken back, NotPermitted when somebody else took it.
    """
    referral = desk().lock(referral_id, by)
    check_version(referral, Verb.UNDO, by, expected_version)
    when = moment(referral, at)
    last = check_undo(referral, desk().last_step(referral), by, when)
    step = StepInHand(referral, Verb.UNDO, by, when, offers=desk().offers(referral))
    step.undoes = last
    step.undone = desk().transitions_of(last)
    for row in reversed(step.undone):
        _reverse(step, row)
    _restore(step, last.before)
    step.event(Kind.REFERRAL_UNDONE, verb=last.verb, step=str(last.pk), status=referral.status)
    news.tell_referrer(step, f"The last step ({Verb(last.verb).label}) was taken back.")
    step.close()
    return referral


def check_undo(referral: Referral, last: Step | None, by: Actor, at: datetime) -> Step:
    """The step that may be taken back now; raises with a sentence otherwise."""
    if last is None or last.verb not in UNDOABLE:
        raise IllegalTransition("The last step cannot be taken back.", code="CANNOT_UNDO")
    if at - last.at > UNDO_WITHIN:
        raise IllegalTransition("A step can be taken back for 10 minutes.", code="CANNOT_UNDO")
    if by.is_system or last.by_id == by.id:
        return last
    offers = desk().offers(referral)
    here = at_point_of_access(by, referral, offers) or cares_for(by, referral, offers)
    if not by.can(Permission.SUPERVISE) or not here:
        raise NotPermitted(f"{last.by_name} took this step: they, or a supervisor, can take it back.")
    return last


def _reverse(step: StepInHand, row: Transition) -> None:
    """Put a status back. An offer that this step made cannot be unmade, so it is withdrawn."""
    back = row.from_status
    if row.offer_id is None:
        step.referral.status = back
        step._transition(row.to_status, back)
        return
    offer = step.offers[row.offer_id]
    back = back or OfferStatus.WITHDRAWN
    offer.status = back
    offer.closed_at = step.at if back in OFFER_CLOSED else None
    if back not in OFFER_CLOSED:
        offer.decline_criterion = None
        offer.responded_at = None
    step.touch(offer)
    step._transition(row.to_status, back, offer)


def _restore(step: StepInHand, before: dict[str, Any]) -> None:
    """Give the referral's columns the values they had."""
    referral = step.referral
    for name, value in before.items():
        field: Any = referral._meta.get_field(name.removesuffix("_id"))
        if field.get_internal_type() == "DateTimeField" and value is not None:
            value = parse_datetime(value)
        elif value is not None and field.is_relation:
            value = UUID(value)
        setattr(referral, field.attname, value)
