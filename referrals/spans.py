"""From history to clocks: which stretches of time each promise measures.

One function says when each clock starts, pauses and stops; undoing a step only takes its transitions out of the
history, and the clocks follow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory.codes import ClockCode
from referrals.clocks import Span
from referrals.states import CLOSED, OFFER_AWAITING_ANSWER, TRIAGED, OfferStatus, Status

ANSWERED_OFFER = (
    OfferStatus.ACCEPTED,
    OfferStatus.DECLINED,
    OfferStatus.WAITLISTED,
    OfferStatus.STARTED,
    OfferStatus.ENDED,
)


@dataclass(frozen=True, slots=True)
class Move:
    """One transition still standing (not undone), oldest first in a history."""

    from_status: str
    to_status: str
    at: datetime
    offer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A clock that history asks for."""

    code: str
    span: Span
    run: int = 1
    offer_id: UUID | None = None


def measure(moves: Sequence[Move], received_at: datetime) -> list[Measured]:
    """Every clock of one referral, from the moves that still stand."""
    own = [move for move in moves if move.offer_id is None]
    measured = [_acknowledge(own, received_at), *_triage(own), *_respond(own, received_at)]
    for offer_id in dict.fromkeys(move.offer_id for move in moves if move.offer_id is not None):
        measured.append(_offer(offer_id, [move for move in moves if move.offer_id == offer_id]))
    return measured


def _acknowledge(own: Sequence[Move], received_at: datetime) -> Measured:
    stop = next((move for move in own if move.from_status == Status.SUBMITTED), None)
    answered = stop is not None and stop.to_status not in CLOSED
    return Measured(ClockCode.ACKNOWLEDGE, Span(received_at, stop.at if stop else None, answered))


def _triage(own: Sequence[Move]) -> Iterable[Measured]:
    start = next((move.at for move in own if move.to_status in {Status.IN_TRIAGE, Status.INFO_REQUESTED}), None)
    if start is None:
        return
    stop = next((move for move in own if move.to_status in TRIAGED or move.to_status in CLOSED), None)
    answered = stop is not None and stop.to_status in TRIAGED
    yield Measured(ClockCode.TRIAGE, Span(start, stop.at if stop else None, answered, _pauses(own)))


def _respond(own: Sequence[Move], received_at: datetime) -> Iterable[Measured]:
    run, start, stop = 1, received_at, None
    pauses = _pauses(own)
    for move in own:
        if move.from_status == Status.COMPLETED:
            yield Measured(ClockCode.RESPOND, _respond_span(start, stop, pauses), run)
            run, start, stop, pauses = run + 1, move.at, None, ()
        elif stop is None and (move.to_status == Status.IN_SERVICE or move.to_status in CLOSED):
            stop = move
    yield Measured(ClockCode.RESPOND, _respond_span(start, stop, pauses), run)


def _respond_span(start: datetime, stop: Move | None, pauses: tuple[tuple[datetime, datetime | None], ...]) -> Span:
    return Span(start, stop.at if stop else None, stop is not None and stop.to_status == Status.IN_SERVICE, pauses)


def _offer(offer_id: UUID, moves: Sequence[Move]) -> Measured:
    stop = next(
        (move for move in moves[1:] if move.to_status not in {*OFFER_AWAITING_ANSWER, OfferStatus.INFO_REQUESTED}),
        None,
    )
    answered = stop is not None and (stop.to_status in ANSWERED_OFFER or stop.to_status == OfferStatus.EXPIRED)
    span = Span(moves[0].at, stop.at if stop else None, answered, _pauses(moves, OfferStatus.INFO_REQUESTED))
    return Measured(ClockCode.OFFER, span, offer_id=offer_id)


def _pauses(
    moves: Sequence[Move], waiting: str = Status.INFO_REQUESTED
) -> tuple[tuple[datetime, datetime | None], ...]:
    pauses: list[tuple[datetime, datetime | None]] = []
    for move in moves:
        if move.from_status == waiting and pauses:
            pauses[-1] = (pauses[-1][0], move.at)
        if move.to_status == waiting:
            pauses.append((move.at, None))
    return tuple(pauses)
