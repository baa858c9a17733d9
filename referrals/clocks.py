"""Clocks as pure functions of (policy, what happened, now).

Elapsed time, in UTC: the clocks going forward or back changes nothing. A referral keeps the policies that were in
force when it was received. A crisis clock never pauses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from time import monotonic
from typing import Protocol

from directory.clock_policies import PolicyTable, all_policies
from directory.codes import Urgency

POLICY_SECONDS = 15


class State(StrEnum):
    """What a clock shows now."""

    RUNNING = "running"
    NEAR = "near"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that a clock measures, from history. `answered` is False when it stopped without a result."""

    started_at: datetime
    stopped_at: datetime | None = None
    answered: bool = True
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read at one moment. `left` is negative once it is overdue."""

    state: State
    due_at: datetime
    left: timedelta
    elapsed: timedelta


class Terms(Protocol):
    """What a policy says."""

    @property
    def minutes(self) -> int: ...

    @property
    def warn_minutes(self) -> int: ...

    @property
    def may_pause(self) -> bool: ...


class StoredClock(Protocol):
    """The columns of a clock row that its reading needs."""

    started_at: datetime
    due_at: datetime
    warn_at: datetime
    paused_since: datetime | None
    stopped_at: datetime | None
    result: str


def paused_time(pauses: Iterable[tuple[datetime, datetime | None]], until: datetime) -> timedelta:
    """How long the clock stood still before `until`."""
    total = timedelta()
    for start, end in pauses:
        stop = min(end or until, until)
        if stop > start:
            total += stop - start
    return total


def due_at(terms: Terms, span: Span, now: datetime) -> datetime:
    """When the clock runs out; an open pause moves it along with `now`."""
    allowed = timedelta(minutes=terms.minutes)
    if terms.may_pause:
        allowed += paused_time(span.pauses, span.stopped_at or now)
    return span.started_at + allowed


def evaluate(terms: Terms, span: Span, now: datetime) -> Reading:
    """Read a clock."""
    due = due_at(terms, span, now)
    paused = terms.may_pause and any(end is None for _, end in span.pauses) and span.stopped_at is None
    return _reading(span, due, due - timedelta(minutes=terms.warn_minutes), now, paused=paused)


def read(clock: StoredClock, now: datetime) -> Reading:
    """Read a clock row, without asking the database anything else."""
    span = Span(clock.started_at, clock.stopped_at, clock.result != State.ENDED)
    due, warn = clock.due_at, clock.warn_at
    if clock.paused_since is not None and clock.stopped_at is None:
        still = max(now - clock.paused_since, timedelta())
        due, warn = due + still, warn + still
    return _reading(span, due, warn, now, paused=clock.paused_since is not None and clock.stopped_at is None)


def _reading(span: Span, due: datetime, warn: datetime, now: datetime, *, paused: bool) -> Reading:
    until = span.stopped_at or now
    return Reading(_state(span, due, warn, now, paused=paused), due, due - until, until - span.started_at)


def _state(span: Span, due: datetime, warn: datetime, now: datetime, *, paused: bool) -> State:
    if span.stopped_at is not None:
        if not span.answered:
            return State.ENDED
        return State.MET if span.stopped_at <= due else State.MISSED
    if now > due:
        return State.BREACHED
    if paused:
        return State.PAUSED
    return State.NEAR if now >= warn else State.RUNNING


def may_pause(terms: Terms, urgency: str) -> bool:
    """Crisis clocks never pause, whatever the policy row says."""
    return terms.may_pause and urgency != Urgency.CRISIS


def policies() -> PolicyTable:
    """Every policy there ever was, at most 15 seconds old: they change by hand, a few times a year."""
    return _policies(int(monotonic() // POLICY_SECONDS))


def forget_policies() -> None:
    """Read policies anew (after an edit, between tests)."""
    _policies.cache_clear()


@lru_cache(maxsize=1)
def _policies(_window: int) -> PolicyTable:
    return all_policies()
