"""Triage: take it in, ask, and decide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from directory.codes import Urgency
from directory.models import Criterion
from referrals import news
from referrals.actions.offers import offer_to
from referrals.codes import TriageOutcome
from referrals.models import Answer, Question, Referral, TriageDecision
from referrals.states import OfferStatus, Status, Verb
from referrals.steps import StepInHand, action, take

ANSWER_WITHIN = {
    Urgency.CRISIS: timedelta(minutes=15),
    Urgency.URGENT: timedelta(hours=2),
    Urgency.SOON: timedelta(hours=24),
    Urgency.ROUTINE: timedelta(hours=48),
}


@action
def acknowledge(
    *, referral_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Take a new referral into triage: the acknowledge clock stops, the triage clock starts."""
    with take(Verb.ACKNOWLEDGE, referral_id, by=by, expected_version=expected_version, at=at) as step:
        step.move(Status.IN_TRIAGE)
        if by.is_person:
            step.set(assigned_to_id=by.id)
    return step.referral


@action
def assign(
    *, referral_id: UUID, by: Actor, to: UUID | None, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Give the referral to a colleague at the point of access, or to nobody."""
    with take(Verb.ASSIGN, referral_id, by=by, expected_version=expected_version, at=at) as step:
        organisation = step.referral.point_of_access.organisation_id
        if to is not None and to != by.id and not step.desk.works_at(to, organisation):
            raise Invalid("Choose somebody who works at this point of access.", field="to")
        step.set(assigned_to_id=to)
        step.event(Kind.REFERRAL_ASSIGNED, to=str(to) if to else None)
    return step.referral


@action
def ask(
    *, referral_id: UUID, by: Actor, question: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Ask the referrer. Crisis clocks run on; others pause if their policy says so."""
    with take(Verb.ASK, referral_id, by=by, expected_version=expected_version, at=at, reason=question) as step:
        step.move(Status.INFO_REQUESTED)
        put_question(step, question)
    return step.referral


def put_question(step: StepInHand, text: str, offer_id: UUID | None = None) -> None:
    """Add the question, with the time by which an answer is hoped for."""
    if not text.strip():
        raise Invalid("Enter the question.", field="question")
    within = ANSWER_WITHIN[Urgency(step.referral.urgency)]
    step.add(
        Question(
            referral=step.referral,
            offer_id=offer_id,
            step=step.step,
            text=text,
            asked_at=step.at,
            answer_by=step.at + within,
        )
    )


@action
def answer(
    *, referral_id: UUID, by: Actor, text: str, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Answer the open question; the referral goes back to whoever asked."""
    with take(Verb.ANSWER, referral_id, by=by, expected_version=expected_version, at=at) as step:
        if not text.strip():
            raise Invalid("Enter the answer.", field="text")
        _close_question(step, text)
        step.event(Kind.REFERRAL_INFO_ANSWERED)
    return step.referral


@action
def resume(
    *, referral_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Referral:
    """Carry on without the answer: the time is up, or triage can decide anyway."""
    with take(Verb.RESUME, referral_id, by=by, expected_version=expected_version, at=at) as step:
        _close_question(step, "")
        step.event(Kind.REFERRAL_INFO_ANSWERED, answered=False)
    return step.referral


def _close_question(step: StepInHand, text: str) -> None:
    question = step.desk.open_question(step.referral)
    if question is None:
        raise Invalid("There is no open question on this referral.", code="NO_QUESTION")
    step.add(Answer(question=question, step=step.step, text=text, answered_at=step.at))
    if question.offer_id is None:
        step.move(Status.IN_TRIAGE)
    elif (offer := step.offers.get(question.offer_id)) and offer.status == OfferStatus.INFO_REQUESTED:
        step.move_offer(offer, OfferStatus.ACKNOWLEDGED)


@action
def accept(
    *,
    referral_id: UUID,
    by: Actor,
    urgency: str,
    services: Sequence[UUID] = (),
    reserves: Sequence[UUID] = (),
    rationale: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Accept at triage with an urgency, and offer it to services at once (the first acceptance wins).

    `reserves` are asked, in order, when every offer has been declined or left unanswered.
    """
    with take(Verb.ACCEPT, referral_id, by=by, expected_version=expected_version, at=at, reason=rationale) as step:
        step.set(urgency=Urgency(urgency), next_services=list(reserves))
        step.move(Status.ACCEPTED)
        _decide(step, TriageOutcome.ACCEPT, rationale=rationale)
        offer_to(step, services)
    return step.referral


@action
def advise(
    *,
    referral_id: UUID,
    by: Actor,
    advice: str,
    rationale: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Return the referral to the referrer with advice."""
    with take(Verb.ADVISE, referral_id, by=by, expected_version=expected_version, at=at, reason=rationale) as step:
        if not advice.strip():
            raise Invalid("Enter the advice for the referrer.", field="advice")
        step.move(Status.ADVICE_GIVEN)
        _decide(step, TriageOutcome.ADVISE, advice=advice, rationale=rationale)
        news.tell_referrer(step, advice, automatic=False)
    return step.referral


@action
def reject(
    *,
    referral_id: UUID,
    by: Actor,
    criterion: Criterion,
    signpost: str,
    rationale: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Referral:
    """Decline as inappropriate: a hard criterion is cited, and where to turn instead."""
    with take(Verb.REJECT, referral_id, by=by, expected_version=expected_version, at=at, reason=rationale) as step:
        check_criterion(criterion)
        if not signpost.strip():
            raise Invalid("Say where the referrer should turn instead.", field="signpost")
        step.move(Status.NOT_APPROPRIATE, criterion=criterion.code)
        _decide(step, TriageOutcome.REJECT, criterion=criterion, signpost=signpost, rationale=rationale)
        news.tell_referrer(step, f"{criterion.text} Instead: {signpost}", automatic=False)
    return step.referral


def check_criterion(criterion: Criterion) -> None:
    """Only a hard criterion can decline: advice is not a bar, and capacity is not a criterion."""
    if not criterion.hard:
        raise Invalid(
            "That criterion is advisory, so it cannot decline a referral. Choose a criterion that must be met.",
            code="CRITERION_NOT_HARD",
            field="criterion",
        )


def _decide(step: StepInHand, outcome: TriageOutcome, **ground: object) -> None:
    referral = step.referral
    step.add(
        TriageDecision(
            referral=referral, step=step.step, outcome=outcome, urgency=referral.urgency, at=step.at, **ground
        )
    )
    step.event(Kind.REFERRAL_TRIAGED, outcome=outcome.value, urgency=referral.urgency)
