"""One day of a team's rota: who works, and how many visits an hour that makes."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from directory.models import Team
from homefirst.models import Shift
from homefirst.rota import Hour, capacity
from pages import words


class RotaDay:
    """What the page of a day shows."""

    def __init__(self, team: Team, day: date, shifts: Sequence[Shift], supported: int) -> None:
        self.team, self.day, self.shifts, self.supported = team, day, list(shifts), supported
        self.hours: list[Hour] = capacity(day, self.shifts)

    @property
    def standing(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.cancelled_at is None]

    @property
    def cancelled(self) -> list[Shift]:
        return [shift for shift in self.shifts if shift.cancelled_at is not None]

    @property
    def most(self) -> Decimal:
        """The end of the bars."""
        return max((hour.visits for hour in self.hours), default=Decimal(0)) or Decimal(1)

    @property
    def earlier(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def later(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def empty_hours(self) -> list[str]:
        """Stretches in which nobody works, in words: "10pm to 7am"."""
        found = []
        for nobody, group in groupby(self.hours, key=lambda hour: hour.people == 0):
            stretch = list(group)
            if nobody:
                end = stretch[-1].start + timedelta(hours=1)
                found.append(f"{stretch[0].label} to {words.clock_time(end)}")
        return found

    @property
    def sentence(self) -> str:
        """What the picture shows, in words."""
        people = words.count(len({shift.worker_id for shift in self.standing}), "person", "people")
        verb = "works" if people.startswith("1 ") else "work"
        said = f"{people} {verb} on {words.long_date(self.day)}."
        if self.standing:
            top = max(self.hours, key=lambda hour: hour.visits)
            said += f" At most {float(top.visits):g} visits an hour, from {top.label}."
        if self.standing and self.empty_hours:
            said += f" Nobody works from {' and from '.join(self.empty_hours)}."
        return said

    @property
    def supported_words(self) -> str:
        """How many people the team supports at this moment."""
        verb = "is" if self.supported == 1 else "are"
        return f"{words.count(self.supported, 'person', 'people')} {verb} in crisis care with this team now."
