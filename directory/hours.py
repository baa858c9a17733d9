"""Whether a service is open, and when that changes: London wall-clock hours turned into moments.

Pure functions, so that clock changes, bank holidays and nights can be tested without a database. Rules:
- a spell belongs to the day it starts on, so Saturday 22:00 to 08:00 covers Sunday morning;
- on a bank holiday only the bank holiday hours count, and without them the service stays closed;
- when clocks go back, a spell opens at the first 01:30 and closes at the second; when they go forward, 01:30
  does not exist and counts as the moment an unchanged clock would show it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.codes import Weekday

LONDON = ZoneInfo("Europe/London")
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Opening:
    """One spell of opening on a weekday; it runs into the next day when `closes` is not after `opens`."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open or not, and the moment that changes (None: not within a fortnight)."""

    open: bool
    changes_at: datetime | None
    at: datetime

    @property
    def text(self) -> str:
        """In words: "Open now until 8pm", "Opens 8am tomorrow"."""
        if self.open:
            until = f" until {moment_words(self.changes_at, self.at)}" if self.changes_at else ", day and night"
            return f"Open now{until}"
        return f"Opens {moment_words(self.changes_at, self.at)}" if self.changes_at else "Closed"


@dataclass(frozen=True, slots=True)
class Timetable:
    """All the hours of one service."""

    openings: tuple[Opening, ...] = ()
    always: bool = False
    bank_holidays: frozenset[date] = field(default_factory=frozenset)

    def state(self, at: datetime) -> OpenState:
        """Whether the service is open at this moment, and when that next changes."""
        if self.always:
            return OpenState(open=True, changes_at=None, at=at)
        moment = at.astimezone(UTC)
        for start, end in self.spells(moment):
            if moment < start:
                return OpenState(open=False, changes_at=start, at=at)
            if moment < end:
                endless = end >= moment + LOOK_AHEAD
                return OpenState(open=True, changes_at=None if endless else end, at=at)
        return OpenState(open=False, changes_at=None, at=at)

    def is_open(self, at: datetime) -> bool:
        """Whether the service is open at this moment."""
        return self.state(at).open

    def spells(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spells in UTC around a moment, touching ones joined, in order."""
        first = at.astimezone(LONDON).date() - timedelta(days=1)
        days = [first + timedelta(days=n) for n in range(LOOK_AHEAD.days + 3)]
        return _joined(sorted(spell for day in days for spell in self._spells_starting(day)))

    def _spells_starting(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        weekday = Weekday.BANK_HOLIDAY if day in self.bank_holidays else day.weekday()
        for opening in self.openings:
            if opening.weekday == weekday:
                last = day if opening.closes > opening.opens else day + timedelta(days=1)
                yield (_moment(day, opening.opens, fold=0), _moment(last, opening.closes, fold=1))


def _moment(day: date, at: time, *, fold: int) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).replace(fold=fold).astimezone(UTC)


def _joined(spells: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    current: tuple[datetime, datetime] | None = None
    for start, end in spells:
        if current and start <= current[1]:
            current = current[0], max(end, current[1])
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current


def time_words(at: time) -> str:
    """A time as the NHS writes it: 8am, 8:30pm, midday, midnight."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midnight" if at.hour == 0 else "midday"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment in London as somebody says it now: 8pm, 8am tomorrow, 8am on Monday, 9am on 27 December."""
    local, today = moment.astimezone(LONDON), now.astimezone(LONDON).date()
    days = (local.date() - today).days
    words = time_words(local.time())
    if words == "midnight" and days == 1:
        return words
    if days == 0:
        return words
    if days == 1:
        return f"{words} tomorrow"
    return f"{words} on {local:%A}" if days < 7 else f"{words} on {local.day} {local:%B}"


def week_words(openings: Iterable[Opening]) -> list[tuple[str, str]]:
    """The week as rows to print: equal neighbouring days together, "Monday to Friday" and "8am to 8pm"."""
    by_day: dict[int, list[Opening]] = {}
    for opening in sorted(openings, key=lambda row: (row.weekday, row.opens)):
        by_day.setdefault(opening.weekday, []).append(opening)
    rows: list[tuple[list[int], str]] = []
    for day in Weekday.values:
        words = ", ".join(_spell_words(opening) for opening in by_day.get(day, [])) or "Closed"
        if rows and rows[-1][1] == words and day != Weekday.BANK_HOLIDAY:
            rows[-1][0].append(day)
        else:
            rows.append(([day], words))
    return [(_day_words(days), words) for days, words in rows]


def _spell_words(opening: Opening) -> str:
    if opening.opens == opening.closes:
        return "All day" if opening.opens == time(0) else f"24 hours from {time_words(opening.opens)}"
    return f"{time_words(opening.opens)} to {time_words(opening.closes)}"


def _day_words(days: list[int]) -> str:
    first, last = Weekday(days[0]).label, Weekday(days[-1]).label
    if len(days) == 7:
        return "Every day"
    return first if len(days) == 1 else f"{first} {'and' if len(days) == 2 else 'to'} {last}"
