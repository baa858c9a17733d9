"""Finding a service: offers made, moved, withdrawn and left unanswered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid
from audit.events import Kind
from referrals.models import Alert, Handoff, Referral, ReferralOffer
from referrals.states import OFFER_AWAITING_ANSWER, OFFER_LIVE, OfferStatus, Status, Verb
from referrals.steps import StepInHand, action, take

SHIFT_LEAD = "shift_lead"


def offer_to(step: StepInHand, service_ids: Sequence[UUID]) -> None:
    """Offer the referral to these services, leaving out those that hold a live offer."""
    asked = {offer.service_id for offer in step.live_offers}
    wanted = [pk for pk in dict.fromkeys(service_ids) if pk not in asked]
    if not wanted:
        return
    for vacancy in step.desk.vacancies(wanted, step.referral, step.at):
        step.make_offer(vacancy)
    if step.referral.status == Status.ACCEPTED:
        step.move(Status.OFFERED)


@action
def make_offers(
    *,
    referral_id: UUID,
    by: Actor,
    services: Sequence[UUID],
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Offer an accepted referral to one or more services."""
    with take(Verb.OFFER, referral_id, by=by, expected_version=expected_version, at=at) as step:
        if not services:
            raise Invalid("Choose at least one service.", field="services")
        offer_to(step, services)
        if not step.new_offers:
            raise Invalid("These services have the referral already.", code="ALREADY_OFFERED", field="services")
    return step.referral


@action
def redirect(
    *,
    referral_id: UUID,
    by: Actor,
    service: UUID,
    reason: str,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Move the referral to another service: live offers are withdrawn, the hand-off and its reason are kept."""
    with take(Verb.REDIRECT, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        if not reason.strip():
            raise Invalid("Say why it moves to another service.", field="reason")
        if any(offer.service_id == service for offer in step.live_offers):
            raise Invalid("That service has the referral already.", code="ALREADY_OFFERED", field="service")
        before = _let_go(step)
        offer_to(step, [service])
        step.add(
            Handoff(
                referral=step.referral,
                step=step.step,
                from_service_id=before,
                to_service_id=service,
                reason=reason,
                at=step.at,
            )
        )
        step.event(Kind.REFERRAL_REDIRECTED, from_service=str(before) if before else None, to_service=str(service))
    return step.referral


def _let_go(step: StepInHand) -> UUID | None:
    """Withdraw or end every live offer; answer the service that held the referral until now."""
    referral = step.referral
    holder = referral.service_id or next((offer.service_id for offer in step.live_offers), None)
    for offer in step.live_offers:
        step.move_offer(offer, OfferStatus.ENDED if offer.status == OfferStatus.STARTED else OfferStatus.WITHDRAWN)
    if referral.status != Status.ACCEPTED:
        step.move(Status.ACCEPTED)
    step.set(service=None, team_id=None, worker_id=None)
    return holder


@action
def withdraw_offer(
    *,
    referral_id: UUID,
    offer_id: UUID,
    by: Actor,
    reason: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Take back an offer that no service has accepted."""
    with take(Verb.WITHDRAW_OFFER, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        offer = own_offer(step, offer_id)
        if offer.status not in OFFER_LIVE:
            raise IllegalTransition("That offer has already been answered.")
        step.move_offer(offer, OfferStatus.WITHDRAWN)
        ask_next(step)
    return step.referral


@action
def expire_offer(*, referral_id: UUID, offer_id: UUID, by: Actor, at: datetime | None = None) -> Referral:
    """Close an offer that nobody answered in time, and ask the next service."""
    with take(Verb.EXPIRE_OFFER, referral_id, by=by, at=at) as step:
        offer = own_offer(step, offer_id)
        if offer.status not in OFFER_AWAITING_ANSWER:
            raise IllegalTransition("That offer has been answered.")
        step.move_offer(offer, OfferStatus.EXPIRED)
        ask_next(step)
    return step.referral


def ask_next(step: StepInHand) -> None:
    """With no live offer left, ask the next service in reserve; with none left, tell the shift lead."""
    referral = step.referral
    if step.live_offers:
        return
    step.move(Status.ACCEPTED)
    tried = {offer.service_id for offer in step.offers.values()}
    reserves = [pk for pk in map(as_uuid, referral.next_services) if pk not in tried]
    if reserves:
        step.set(next_services=reserves[1:])
        offer_to(step, reserves[:1])
        return
    step.add(
        Alert(
            referral=referral,
            organisation_id=referral.point_of_access.organisation_id,
            role=SHIFT_LEAD,
            level=Alert.Level.NO_SERVICE,
            step=0,
            raised_at=step.at,
        )
    )
    step.event(Kind.REFERRAL_ESCALATED, level=Alert.Level.NO_SERVICE.value, role=SHIFT_LEAD)


def as_uuid(value: UUID | str) -> UUID:
    """Array columns give UUIDs, JSON gives text."""
    return value if isinstance(value, UUID) else UUID(value)


def own_offer(step: StepInHand, offer_id: UUID) -> ReferralOffer:
    """The offer, if it belongs to this referral; the step remembers it."""
    offer = step.offers.get(offer_id)
    if offer is None:
        raise Invalid("That offer does not belong to this referral.", code="NOT_FOUND", field="offer")
    step.offer = offer
    return offer
