"""Clock rows follow history: worked out anew after each step, changed only where they differ."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from audit.events import Kind
from audit.inserting import new_row
from directory.codes import ClockCode
from referrals.clocks import may_pause, paused_time, policies
from referrals.models import Clock, Referral
from referrals.spans import Measured, Move, measure

if TYPE_CHECKING:
    from referrals.steps import StepInHand

CLOCK_COLUMNS = (
    "policy_id",
    "started_at",
    "minutes",
    "warn_minutes",
    "paused_seconds",
    "paused_since",
    "due_at",
    "warn_at",
    "stopped_at",
    "result",
)


def project_clocks(step: "StepInHand") -> None:
    """Bring step.clocks, the referral's next deadline and each offer's deadline up to date."""
    referral = step.referral
    stored = [] if step.created else step.desk.clocks(referral)
    existing = {(clock.code, clock.run, clock.offer_id): clock for clock in stored}
    offers = {offer.pk: offer for offer in [*step.offers.values(), *step.new_offers]}
    current: list[Clock] = []
    for wanted in measure(_history(step), referral.received_at):
        service_id = offers[wanted.offer_id].service_id if wanted.offer_id else None
        clock = existing.pop((wanted.code, wanted.run, wanted.offer_id), None) or new_row(
            Clock, referral=referral, code=wanted.code, run=wanted.run, offer_id=wanted.offer_id
        )
        if _fill(clock, wanted, referral, service_id) or clock._state.adding:
            _tell(step, clock)
        if clock.policy_id:
            current.append(clock)
    for clock in existing.values():
        _end(step, clock)
    _set_deadlines(step, current, offers)


def _history(step: "StepInHand") -> list[Move]:
    if step.undoes is not None:
        return step.moves[: len(step.moves) - len(step.undone)]
    return step.moves + [Move(row.from_status, row.to_status, row.at, row.offer_id) for row in step.transitions]


def _fill(clock: Clock, wanted: Measured, referral: Referral, service_id: UUID | None) -> bool:
    """Set the row's columns from its span and policy; True when anything changed."""
    span = wanted.span
    if wanted.code == ClockCode.RESPOND:
        service_id = referral.service_id
    policy = policies().pick(wanted.code, service_id, referral.urgency, at=referral.received_at)
    if policy is None:
        return False
    pauses = span.pauses if may_pause(policy, referral.urgency) else ()
    if span.stopped_at is None:
        open_pause = next((start for start, end in pauses if end is None), None)
        paused = sum((end - start for start, end in pauses if end is not None), timedelta())
    else:
        open_pause, paused = None, paused_time(pauses, span.stopped_at)
    due = span.started_at + timedelta(minutes=policy.minutes) + paused
    wanted_columns = (
        policy.id,
        span.started_at,
        policy.minutes,
        policy.warn_minutes,
        int(paused.total_seconds()),
        open_pause,
        due,
        due - timedelta(minutes=policy.warn_minutes),
        span.stopped_at,
        _result(wanted, due),
    )
    changed = [
        pair for pair in zip(CLOCK_COLUMNS, wanted_columns, strict=True) if clock.__dict__.get(pair[0]) != pair[1]
    ]
    for name, value in changed:
        setattr(clock, name, value)
    return bool(changed)


def _result(wanted: Measured, due: datetime) -> str:
    if wanted.span.stopped_at is None:
        return ""
    if not wanted.span.answered:
        return Clock.Result.ENDED
    return Clock.Result.MET if wanted.span.stopped_at <= due else Clock.Result.MISSED


def _end(step: "StepInHand", clock: Clock) -> None:
    """History no longer asks for this clock (its step was undone): stop it without a result."""
    if clock.stopped_at is None:
        clock.stopped_at, clock.result, clock.paused_since = max(step.at, clock.started_at), Clock.Result.ENDED, None
        step.clocks.append(clock)


def _tell(step: "StepInHand", clock: Clock) -> None:
    if not clock.policy_id:
        return
    step.clocks.append(clock)
    kind = Kind.CLOCK_STOPPED if clock.stopped_at else Kind.CLOCK_STARTED
    if kind == Kind.CLOCK_STARTED and not clock._state.adding:
        return
    step.event(
        kind,
        code=clock.code,
        run=clock.run,
        offer=str(clock.offer_id) if clock.offer_id else None,
        policy=str(clock.policy_id),
        due_at=clock.due_at.isoformat(),
        result=clock.result,
    )


def _set_deadlines(step: "StepInHand", current: list[Clock], offers: dict) -> None:
    """The worklist orders by the first deadline among the referral's own running clocks.

    A paused clock has no deadline until it runs again, so a referral that only waits for an answer comes last.
    """
    referral = step.referral
    own = [clock for clock in current if clock.offer_id is None and clock.stopped_at is None]
    first = min(own, key=lambda clock: (clock.paused_since is not None, clock.due_at), default=None)
    referral.next_due_at = first.due_at if first and first.paused_since is None else None
    referral.next_clock = first.code if first else ""
    for clock in current:
        offer = offers.get(clock.offer_id) if clock.offer_id else None
        running = clock.stopped_at is None and clock.paused_since is None
        deadline = clock.due_at if running else referral.next_due_at
        if offer is not None and offer.due_at != deadline:
            offer.due_at = deadline
            step.touch(offer)
