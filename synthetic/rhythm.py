"""When people are referred: by hour, weekday, bank holiday and season."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from directory.codes import Channel
from directory.hours import LONDON
from synthetic.dice import Dice
from synthetic.shares import BANK_HOLIDAY, DAYTIME_CHANNELS, HOURS, MONTHS, WEEKDAYS

MONTHS_OF_HISTORY = 24


def start_of_history(now: datetime, months: int) -> datetime:
    """When the first referrals of so many months come."""
    return now - timedelta(days=round(months * 30.4375))


class Rhythm:
    """Draws moments between the start of history and now."""

    def __init__(self, now: datetime, bank_holidays: frozenset[date], months: int = MONTHS_OF_HISTORY):
        self.now, self.bank_holidays = now, bank_holidays
        self.start = start_of_history(now, months)
        first = self.start.astimezone(LONDON).date()
        self.days = [first + timedelta(days=n) for n in range((now.date() - first).days + 1)]
        self.days_so_far = list(accumulate(map(self.weight, self.days)))
        self.hours_so_far = list(accumulate(HOURS))

    def moment(self, dice: Dice) -> datetime:
        """A moment of the history."""
        while True:
            day = self.days[bisect(self.days_so_far, dice.random() * self.days_so_far[-1], 0, len(self.days) - 1)]
            hour = bisect(self.hours_so_far, dice.random() * self.hours_so_far[-1], 0, 23)
            at = datetime.combine(day, time(hour), LONDON) + timedelta(seconds=dice.randrange(3600))
            if self.start <= at < self.now:
                return at.astimezone(self.now.tzinfo)

    def weight(self, day: date) -> float:
        """How many are referred on this day, beside others."""
        holiday = BANK_HOLIDAY if day in self.bank_holidays else 1
        return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * holiday


def is_office_time(at: datetime, bank_holidays: frozenset[date]) -> bool:
    """Whether practices and council offices work: Monday to Friday, 8 to 6, but not on bank holidays."""
    local = at.astimezone(LONDON)
    return local.weekday() < 5 and 8 <= local.hour < 18 and local.date() not in bank_holidays


def refers_now(channel: str, at: datetime, bank_holidays: frozenset[date]) -> bool:
    """Whether this channel refers at this moment; out-of-hours clinicians when the others are closed."""
    office = is_office_time(at, bank_holidays)
    if channel == Channel.OUT_OF_HOURS:
        return not office
    return office or channel not in DAYTIME_CHANNELS
