"""Clocks are arithmetic on instants: nothing pauses a crisis, and the clocks going back add no hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clocks import Span, State, evaluate, may_pause, read

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Terms:
    minutes: int = 120
    warn_minutes: int = 30
    may_pause: bool = False


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, State.RUNNING), (89.9, State.RUNNING), (90, State.NEAR), (120, State.NEAR), (120.01, State.BREACHED)],
)
def test_a_running_clock_warns_then_breaches(minutes, state):
    assert evaluate(Terms(), Span(START), after(minutes)).state is state


@pytest.mark.parametrize(("minutes", "state"), [(82, State.MET), (120, State.MET), (121, State.MISSED)])
def test_a_stopped_clock_was_met_or_missed(minutes, state):
    reading = evaluate(Terms(), Span(START, after(minutes)), after(5000))
    assert reading.state is state
    assert reading.elapsed == timedelta(minutes=minutes)


def test_a_clock_stopped_by_closing_has_no_result():
    assert evaluate(Terms(), Span(START, after(10), answered=False), after(20)).state is State.ENDED


def test_a_pause_moves_the_deadline_by_its_length():
    span = Span(START, pauses=((after(10), after(40)),))
    assert evaluate(Terms(may_pause=True), span, after(60)).due_at == after(150)


def test_an_open_pause_holds_the_time_left():
    span = Span(START, pauses=((after(10), None),))
    readings = [evaluate(Terms(may_pause=True), span, after(m)) for m in (20, 500)]
    assert {r.state for r in readings} == {State.PAUSED}
    assert {r.left for r in readings} == {timedelta(minutes=110)}


def test_a_policy_that_may_not_pause_ignores_pauses():
    span = Span(START, pauses=((after(10), None),))
    assert evaluate(Terms(), span, after(121)).state is State.BREACHED


def test_crisis_never_pauses_whatever_the_policy_says():
    assert not may_pause(Terms(may_pause=True), "crisis")
    assert may_pause(Terms(may_pause=True), "urgent")


@pytest.mark.parametrize(
    ("received", "met"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=LONDON), datetime(2026, 3, 29, 3, 30, tzinfo=LONDON)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=LONDON), datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1)),
    ],
    ids=["clocks go forward: three hours on the wall are two", "clocks go back: one hour on the wall is two"],
)
def test_two_hours_are_two_hours_when_the_clocks_change(received, met):
    received, met = received.astimezone(UTC), met.astimezone(UTC)
    assert met - received == timedelta(hours=2)
    assert evaluate(Terms(), Span(received, met), met).state is State.MET
    late = met + timedelta(seconds=1)
    assert evaluate(Terms(), Span(received, late), late).state is State.MISSED


@dataclass
class Row:
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    paused_since: datetime | None
    stopped_at: datetime | None
    result: str


minutes = st.integers(min_value=0, max_value=1000)


@given(pause=st.none() | st.tuples(minutes, minutes), now=minutes, may=st.booleans())
def test_a_stored_clock_reads_as_history_says(pause, now, may):
    """The row is a projection: reading it gives what evaluating the span gives, at any later moment."""
    terms = Terms(may_pause=may)
    begin = pause[0] if pause else 0
    until = begin + pause[1] if pause and pause[1] % 2 else None
    span = Span(START, pauses=((after(begin), after(until) if until else None),) if pause else ())
    now = begin + (until or 0) + now
    paused = timedelta(minutes=(until - begin) if may and until else 0)
    due = START + timedelta(minutes=120) + paused
    row = Row(START, due, due - timedelta(minutes=30), after(begin) if may and pause and not until else None, None, "")
    assert read(row, after(now)).state is evaluate(terms, span, after(now)).state
    assert read(row, after(now)).left == evaluate(terms, span, after(now)).left
