"""A clock as the page shows it: computed on read, so it is right when every worker is down."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from directory.codes import ClockCode
from referrals import clocks
from referrals.models import Clock


@dataclass(frozen=True, slots=True)
class ClockChip:
    """What components/clock.jinja draws."""

    label: str
    state: str
    due_at: datetime
    warn_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def is_ended(self) -> bool:
        """Stopped without a result: nothing to show as met or missed."""
        return self.state == clocks.State.ENDED


def chip(clock: Clock, now: datetime, *, label: str = "") -> ClockChip:
    """A clock row as a chip."""
    reading = clocks.read(clock, now)
    label = label or ClockCode(clock.code).label
    return ClockChip(label, reading.state, reading.due_at, clock.warn_at, clock.stopped_at)


def row_chip(row: dict[str, Any], now: datetime) -> ClockChip | None:
    """The clock of a line of a list, from its columns; None when no clock runs."""
    if row["clock_due_at"] is None:
        return None
    stored = SimpleNamespace(
        started_at=row["clock_started_at"],
        due_at=row["clock_due_at"],
        warn_at=row["clock_warn_at"],
        paused_since=row["clock_paused_since"],
        stopped_at=None,
        result="",
    )
    reading = clocks.read(stored, now)
    label = ClockCode(row["next_clock"]).label if row["next_clock"] in ClockCode.values else ""
    return ClockChip(label, reading.state, reading.due_at, stored.warn_at)
