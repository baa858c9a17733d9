"""What each change tells: the event that goes with it, and the plain sentence that reaches the referrer."""

from typing import TYPE_CHECKING, Any

from audit.signed import signed
from referrals.models import Message, ReferralOffer
from referrals.states import EVENTS, OFFER_EVENTS, RETURN_EVENTS, OfferStatus, Status, Verb

if TYPE_CHECKING:
    from referrals.steps import StepInHand

SENTENCES: dict[Status, str] = {
    Status.IN_TRIAGE: "A clinician is looking at your referral.",
    Status.INFO_REQUESTED: "We need to know more before we can decide. Please answer the question.",
    Status.ACCEPTED: "Your referral has been accepted. We are asking the right service.",
    Status.OFFERED: "We have asked a service to take this on.",
    Status.ALLOCATED: "{service} will take this on.",
    Status.RESPONDING: "Somebody from {service} is on the way.",
    Status.IN_SERVICE: "{service} has seen the person.",
    Status.COMPLETED: "{service} has finished. Outcome: {outcome}.",
    Status.ADVICE_GIVEN: "Your referral comes back to you with advice.",
    Status.NOT_APPROPRIATE: "We could not accept this referral. The reason, and where to turn instead, are below.",
    Status.ESCALATED_999: "This was an emergency and has been passed to 999.",
    Status.DIED: "The person has died. The referral is closed.",
    Status.WITHDRAWN: "The person did not want this help. The referral is closed.",
    Status.CANCELLED: "The referral was cancelled.",
    Status.DUPLICATE: "We already have this referral, and will answer it there.",
}

UNTOLD = {(Verb.ACCEPT, Status.OFFERED), (Verb.ANSWER, Status.IN_TRIAGE)}


def of_referral(step: "StepInHand", before: str, to: Status, data: dict[str, Any]) -> None:
    """The event of a new status, and a message to the referrer."""
    referral = step.referral
    step.event(
        RETURN_EVENTS.get((before, to), EVENTS[to]),
        status=to.value,
        urgency=referral.urgency,
        place=str(referral.place_id) if referral.place_id else None,
        service=str(referral.service_id) if referral.service_id else None,
        **data,
    )
    if to in SENTENCES and (step.verb, to) not in UNTOLD and (before, to) not in RETURN_EVENTS:
        tell_referrer(step, sentence(step, to))


def of_offer(step: "StepInHand", offer: ReferralOffer, to: OfferStatus, data: dict[str, Any]) -> None:
    """The event of an offer's new status. Those that the referral's own status already tells are not repeated."""
    if to in {OfferStatus.STARTED, OfferStatus.ENDED}:
        return
    step.event(OFFER_EVENTS[to], offer, status=to.value, service=str(offer.service_id), **data)


def sentence(step: "StepInHand", to: Status) -> str:
    """The sentence for this status, with names of services but never of people."""
    referral = step.referral
    service = referral.service.name if referral.service else "The service"
    outcome = referral.get_outcome_display().lower() if referral.outcome else ""
    return SENTENCES[to].format(service=service, outcome=outcome)


def tell_referrer(step: "StepInHand", text: str, *, automatic: bool = True) -> None:
    """Put a line in the conversation and mark the referral as having news."""
    step.add(message(step, text, automatic=automatic))
    step.referral.news_at = step.at


def message(step: "StepInHand", text: str, *, automatic: bool = False, for_referrer: bool = True) -> Message:
    """An unsaved message by whoever takes the step."""
    return Message(
        referral=step.referral,
        step=step.step,
        text=text,
        for_referrer=for_referrer,
        automatic=automatic,
        at=step.at,
        **signed(step.by),
    )
