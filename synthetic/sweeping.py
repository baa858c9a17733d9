"""What the portal itself did in the past: the sweep of every half minute, at the moments when it found something."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from accounts.actors import ESCALATION
from audit.errors import DomainError
from referrals import actions, watch
from referrals.models import Clock
from referrals.states import OFFER_AWAITING_ANSWER, OPEN, OfferStatus, Status
from synthetic.desk import BatchDesk, File

EVERY = 30


def sweep_at(moment: datetime) -> datetime:
    """The first sweep after this moment."""
    seconds = int(moment.timestamp()) // EVERY * EVERY + EVERY
    return datetime.fromtimestamp(seconds, UTC)


def look(desk: BatchDesk, found: File, at: datetime) -> None:
    """Warn, escalate, record breaches, close unanswered offers, carry on without answers."""
    for clock in list(found.clocks.values()):
        if watch.is_near(clock, at):
            actions.warn_near(clock=clock, by=ESCALATION, at=at)
        for step in _steps_due(found, clock, at):
            actions.escalate(clock=clock, step=step.step, role=step.role_slug, by=ESCALATION, at=at)
        if watch.ran_out(clock, at):
            actions.record_breach(clock=clock, by=ESCALATION, at=at)
    _close_unanswered(found, at)
    _carry_on(found, at)


def _steps_due(found: File, clock: Clock, at: datetime) -> list:
    if clock.offer_id is not None or found.referral.status not in OPEN:
        return []
    due = watch.steps_due(clock, clock.policy.steps.all(), at)
    return [step for step in due if (clock.id, step.step) not in found.told]


def _close_unanswered(found: File, at: datetime) -> None:
    for offer in list(found.offers.values()):
        late = offer.status in OFFER_AWAITING_ANSWER and offer.due_at is not None and offer.due_at < at
        if late and found.referral.status == Status.OFFERED:
            actions.expire_offer(referral_id=found.referral.id, offer_id=offer.id, by=ESCALATION, at=at)


def _carry_on(found: File, at: datetime) -> None:
    question = found.question
    if question is None or question.answer_by >= at:
        return
    if question.offer_id is None:
        waits = found.referral.status == Status.INFO_REQUESTED
    else:
        offer = found.offers[question.offer_id]
        waits = offer.status == OfferStatus.INFO_REQUESTED and found.referral.status == Status.OFFERED
    if waits:
        actions.resume(referral_id=found.referral.id, by=ESCALATION, at=at)


def next_look(found: File, after: datetime) -> datetime | None:
    """When the sweep will next find something here, if nobody acts before."""
    moments = [moment for moment in _moments(found) if moment >= after]
    return sweep_at(min(moments)) if moments else None


def _moments(found: File) -> Iterator[datetime]:
    """Every moment at which the sweep would find something, past ones included."""
    for clock in found.clocks.values():
        if clock.stopped_at is None:
            if clock.paused_since is None:
                yield from _of_running(found, clock)
        elif clock.result == Clock.Result.MISSED and clock.id not in found.breaches:
            yield max(clock.stopped_at, found.referral.updated_at)
    if found.referral.status == Status.OFFERED:
        yield from (row.due_at for row in found.offers.values() if row.due_at and row.status in OFFER_AWAITING_ANSWER)
    if found.question is not None:
        yield found.question.answer_by


def _of_running(found: File, clock: Clock) -> Iterator[datetime]:
    if clock.warned_at is None:
        yield clock.warn_at
    if clock.id not in found.breaches:
        yield clock.due_at
    if clock.offer_id is not None:
        return
    for step in clock.policy.steps.all():
        if (clock.id, step.step) not in found.told:
            yield clock.started_at + timedelta(minutes=step.after_minutes)


def fill(desk: BatchDesk, service_id: UUID, at: datetime) -> list[UUID]:
    """Give places that came free to those who have waited longest; answers which referrals found one."""
    filled: list[UUID] = []
    for offer_id, referral_id in list(desk.waiting.get(service_id, {}).items()):
        try:
            actions.promote_waiting(referral_id=referral_id, offer_id=offer_id, by=ESCALATION, at=at)
        except DomainError:
            break
        filled.append(referral_id)
    return filled
