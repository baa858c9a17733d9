"""Times, dates and numbers in the words the NHS content style asks for; pure functions, so pages and tests agree."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
NBSP = "\N{NO-BREAK SPACE}"
MINUTE, HOUR, DAY = 60, 3600, 86400


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def duration(seconds: float) -> str:
    """A length of time in its two largest units, rounded down: "1 hour 12 minutes"."""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return "less than a minute"
    if whole < HOUR:
        return _count(whole // MINUTE, "minute")
    if whole < DAY:
        large, small = (whole // HOUR, "hour"), (whole % HOUR // MINUTE, "minute")
    else:
        large, small = (whole // DAY, "day"), (whole % DAY // HOUR, "hour")
    return _count(*large) + (f" {_count(*small)}" if small[0] else "")


def time_left(due: datetime, now: datetime) -> str:
    """What remains before `due`: "1 hour 12 minutes left", "Overdue by 5 minutes"."""
    seconds = (due - now).total_seconds()
    if seconds > 0:
        words = duration(seconds)
        return f"{words[0].upper()}{words[1:]} left"
    return f"Overdue by {duration(seconds)}"


def clock_words(state: str, due: datetime, now: datetime, stopped: datetime | None = None) -> str:
    """The sentence of a clock chip; `state` is running, near, breached, met, missed, paused or ended."""
    if state in {"paused", "ended"}:
        return "Paused" if state == "paused" else "Stopped, no longer needed"
    if state in {"met", "missed"}:
        if stopped is None:
            return state.capitalize()
        margin = duration((due - stopped).total_seconds())
        return f"Met with {margin} to spare" if state == "met" else f"Missed by {margin}"
    return time_left(due, now)


def ago(then: datetime, now: datetime) -> str:
    """How long since `then`, in one unit: "8 seconds ago"."""
    seconds = int((now - then).total_seconds())
    if seconds < 1:
        return "just now"
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            return f"{_count(seconds // size, unit)} ago"
    return f"{_count(seconds, 'second')} ago"


def clock_time(moment: datetime) -> str:
    """The time in London, "4:05pm"; the hour that autumn repeats says which of the two it is."""
    here = moment.astimezone(LONDON)
    zone = f" {here.tzname()}" if happens_twice(here) else ""
    return f"{here.hour % 12 or 12}:{here.minute:02d}{'am' if here.hour < 12 else 'pm'}{zone}"


def happens_twice(here: datetime) -> bool:
    """Whether autumn repeats this time on the wall in London."""
    return here.replace(fold=0).tzname() == "BST" and here.replace(fold=1).tzname() == "GMT"


def long_date(day: date) -> str:
    """A date in full, "22 November 2026"; a datetime is first taken to London."""
    day = _local_day(day)
    return f"{day.day} {day:%B} {day.year}"


def short_date(day: date) -> str:
    """A date for lists, "22 Nov 2026"; a datetime is first taken to London."""
    day = _local_day(day)
    return f"{day.day} {day:%b} {day.year}"


def _local_day(day: date) -> date:
    return day.astimezone(LONDON).date() if isinstance(day, datetime) else day


def moment(when: datetime) -> str:
    """A date and time for records: "22 Nov 2026, 4:05pm"."""
    return f"{short_date(when)}, {clock_time(when)}"


def when(then: datetime, now: datetime) -> str:
    """For recent things: "Today at 4:05pm", "Yesterday at 4:05pm", else the date and time."""
    days = (_local_day(now) - _local_day(then)).days
    day = {0: "Today", 1: "Yesterday", -1: "Tomorrow"}.get(days, short_date(then))
    return f"{day} at {clock_time(then)}"


def age(born: date, on: date | None = None) -> str:
    """Age in years from two years old, else months from two months, else weeks or days, as clinicians say it."""
    today = _local_day(on or datetime.now(UTC))
    if born > today:
        return "not yet born"
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 24:
        return _count(months // 12, "year")
    if months >= 2:
        return _count(months, "month")
    days = (today - born).days
    return _count(days // 7, "week") if days >= 14 else _count(days, "day")


def nhs_number(number: str | None) -> str:
    """Ten digits as 3 3 4 with spaces that do not break; anything else unchanged."""
    digits = "".join((number or "").split())
    if len(digits) != 10 or not digits.isdigit():
        return number or ""
    return NBSP.join((digits[:3], digits[3:6], digits[6:]))


def count(number: int, one: str, many: str | None = None) -> str:
    """How many of what: "1 referral", "2 referrals", "No referrals"."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if number else f"No {noun}"


def iso(moment: datetime) -> str:
    """The machine's form for <time datetime>, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def starts_near(due: datetime, minutes: int) -> datetime:
    """When a clock turns from running to near."""
    return due - timedelta(minutes=minutes)


def in_sentence(label: str) -> str:
    """A label as it reads in the middle of a sentence: "email address", but "NHS number"."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
