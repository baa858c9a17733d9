"""The service team answers, visits, and finishes. A team declines on a criterion, never on capacity."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotPermitted
from audit.events import Kind
from directory.models import Criterion
from referrals import news
from referrals.actions.offers import ask_next, own_offer
from referrals.actions.triage import check_criterion, put_question
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral, ReferralOffer, UnmetNeed
from referrals.policies import REOPEN_WITHIN, mine
from referrals.states import OFFER_TAKEN, OfferStatus, Status, Verb
from referrals.steps import StepInHand, action, not_before, take


def _my_offer(step: StepInHand, offer_id: UUID) -> ReferralOffer:
    offer = own_offer(step, offer_id)
    if not step.by.is_system and not mine(step.by, offer):
        raise NotPermitted("That offer is to another team.", code="NO_RELATIONSHIP")
    return offer


@action
def see_offer(
    *, referral_id: UUID, offer_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Say that the team has seen the offer."""
    with take(Verb.SEE_OFFER, referral_id, by=by, expected_version=expected_version, at=at) as step:
        step.move_offer(_my_offer(step, offer_id), OfferStatus.ACKNOWLEDGED)
    return step.referral


@action
def ask_about_offer(
    *,
    referral_id: UUID,
    offer_id: UUID,
    by: Actor,
    question: str,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Ask the referrer before answering the offer."""
    with take(
        Verb.ASK_ABOUT_OFFER, referral_id, by=by, expected_version=expected_version, at=at, reason=question
    ) as step:
        step.move_offer(_my_offer(step, offer_id), OfferStatus.INFO_REQUESTED)
        put_question(step, question, offer_id)
        news.tell_referrer(step, news.SENTENCES[Status.INFO_REQUESTED])
    return step.referral


@action
def accept_offer(
    *,
    referral_id: UUID,
    offer_id: UUID,
    by: Actor,
    worker: UUID | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Take the referral on; every other offer is withdrawn, and responsibility passes to this service."""
    with take(Verb.ACCEPT_OFFER, referral_id, by=by, expected_version=expected_version, at=at) as step:
        offer = _my_offer(step, offer_id)
        waited = offer.status == OfferStatus.WAITLISTED
        offer.responded_at = step.at
        step.move_offer(offer, OfferStatus.ACCEPTED)
        for other in step.live_offers:
            if other is not offer:
                step.move_offer(other, OfferStatus.WITHDRAWN)
        step.set(service=offer.service, team_id=offer.team_id, worker_id=_worker(step, offer, worker))
        step.move(Status.ALLOCATED)
        if waited:
            step.event(Kind.UNMET_NEED_MET, offer, service=str(offer.service_id))
    return step.referral


def _worker(step: StepInHand, offer: ReferralOffer, worker: UUID | None) -> UUID | None:
    if worker is None or worker == step.by.id:
        return worker
    if not step.desk.works_at(worker, offer.service.organisation_id):
        raise Invalid("Choose somebody who works in this team.", field="worker")
    return worker


@action
def decline_offer(
    *,
    referral_id: UUID,
    offer_id: UUID,
    by: Actor,
    criterion: Criterion,
    note: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Decline because the person does not meet one of the service's hard criteria. Having no place is not one."""
    with take(Verb.DECLINE_OFFER, referral_id, by=by, expected_version=expected_version, at=at, reason=note) as step:
        offer = _my_offer(step, offer_id)
        check_criterion(criterion)
        if criterion.service_id != offer.service_id:
            raise Invalid("Choose one of this service's own criteria.", field="criterion")
        offer.decline_criterion, offer.note, offer.responded_at = criterion, note, step.at
        step.move_offer(offer, OfferStatus.DECLINED, criterion=criterion.code)
        ask_next(step)
    return step.referral


@action
def waitlist_offer(
    *,
    referral_id: UUID,
    offer_id: UUID,
    by: Actor,
    hours: Decimal | None = None,
    note: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """No place now: the offer stays live, and the unmet need is counted."""
    with take(Verb.WAITLIST_OFFER, referral_id, by=by, expected_version=expected_version, at=at, reason=note) as step:
        offer = _my_offer(step, offer_id)
        offer.note, offer.responded_at = note, step.at
        step.move_offer(offer, OfferStatus.WAITLISTED)
        unmet = UnmetNeed(
            referral=step.referral,
            offer=offer,
            step=step.step,
            service=offer.service,
            place_id=step.referral.place_id,
            urgency=step.referral.urgency,
            hours=hours,
            recorded_at=step.at,
        )
        step.add(unmet)
        step.event(Kind.UNMET_NEED_RECORDED, offer, service=str(offer.service_id), hours=str(hours) if hours else None)
        news.tell_referrer(step, f"{offer.service.name} has no free place now. The person is on its waiting list.")
    return step.referral


@action
def promote_waiting(*, referral_id: UUID, offer_id: UUID, by: Actor, at: datetime | None = None) -> Referral:
    """A place is free: accept the offer that has waited longest. The service's own lock keeps two from one place."""
    with take(Verb.ACCEPT_OFFER, referral_id, by=by, at=at) as step:
        offer = own_offer(step, offer_id)
        step.desk.hold_places(offer.service_id)
        (vacancy,) = step.desk.vacancies([offer.service_id], step.referral, step.at)
        if offer.status != OfferStatus.WAITLISTED or not vacancy.free or vacancy.free < 1:
            raise IllegalTransition("There is no free place for this offer now.")
        step.move_offer(offer, OfferStatus.ACCEPTED)
        for other in step.live_offers:
            if other is not offer:
                step.move_offer(other, OfferStatus.WITHDRAWN)
        step.set(service=offer.service, team_id=offer.team_id)
        step.move(Status.ALLOCATED)
        step.event(Kind.UNMET_NEED_MET, offer, service=str(offer.service_id))
    return step.referral


def taken_offer(step: StepInHand) -> ReferralOffer:
    """The offer that the caring service accepted: a referral that is with a service has one."""
    step.offer = next(offer for offer in step.offers.values() if offer.status in OFFER_TAKEN)
    return step.offer


@action
def allocate(
    *, referral_id: UUID, by: Actor, worker: UUID, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Say who will go."""
    with take(Verb.ALLOCATE, referral_id, by=by, expected_version=expected_version, at=at) as step:
        step.set(worker_id=_worker(step, taken_offer(step), worker))
        step.event(Kind.REFERRAL_ASSIGNED, to=str(worker))
    return step.referral


@action
def set_out(
    *, referral_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Somebody is on the way. The response clock runs on until they meet the person."""
    with take(Verb.SET_OUT, referral_id, by=by, expected_version=expected_version, at=at) as step:
        taken_offer(step)
        step.move(Status.RESPONDING)
    return step.referral


@action
def first_contact(
    *,
    referral_id: UUID,
    by: Actor,
    contact_at: datetime | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """The first face-to-face contact: the response clock stops at `contact_at` (default now), which may lie before
    earlier steps, because paperwork often follows the visit."""
    with take(Verb.FIRST_CONTACT, referral_id, by=by, expected_version=expected_version, at=at) as step:
        offer = taken_offer(step)
        met = contact_at or step.at
        not_before(met, *_earliest_contact(step))
        step.set(first_contact_at=met)
        step.move(Status.IN_SERVICE, at=met, first_contact_at=met.isoformat())
        step.move_offer(offer, OfferStatus.STARTED)
    return step.referral


def _earliest_contact(step: StepInHand) -> tuple[datetime, str]:
    """The moment before which nobody can have met the person for this referral, and the sentence that says so."""
    reopened = [move.at for move in step.moves if move.offer_id is None and move.from_status == Status.COMPLETED]
    if reopened:
        return reopened[-1], "The time is before the referral was reopened."
    return step.referral.received_at, "The time is before the referral was received."


@action
def complete(
    *,
    referral_id: UUID,
    by: Actor,
    outcome: str,
    avoided_admission: str,
    next_step: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Finish with an outcome, whether an admission was avoided, and what happens next."""
    with take(Verb.COMPLETE, referral_id, by=by, expected_version=expected_version, at=at, reason=next_step) as step:
        offer = taken_offer(step)
        step.desk.check_may_finish(step.referral, by, outcome, step.at)
        step.set(outcome=Outcome(outcome), avoided_admission=AvoidedAdmission(avoided_admission))
        step.move(Status.COMPLETED, outcome=outcome, avoided_admission=avoided_admission)
        step.move_offer(offer, OfferStatus.ENDED)
        if next_step.strip():
            news.tell_referrer(step, f"What happens next: {next_step}", automatic=False)
    return step.referral


@action
def reopen(
    *, referral_id: UUID, by: Actor, reason: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Take a completed referral up again within 7 days: a new response clock runs from now."""
    with take(Verb.REOPEN, referral_id, by=by, expected_version=expected_version, at=at, reason=reason) as step:
        referral = step.referral
        if not reason.strip():
            raise Invalid("Say why it is reopened.", field="reason")
        if referral.closed_at and step.at - referral.closed_at > REOPEN_WITHIN:
            raise IllegalTransition("A referral can be reopened for 7 days. Send a new referral instead.")
        ended = next(o for o in reversed(step.offers.values()) if o.status == OfferStatus.ENDED)
        step.offer = ended
        step.set(outcome="", avoided_admission="")
        step.move(Status.ALLOCATED)
        step.move_offer(ended, OfferStatus.ACCEPTED)
        news.tell_referrer(step, f"{ended.service.name} has reopened this referral.")
    return step.referral
