"""The rota as pure questions: how many visits an hour a day can carry, and whom taking a shift away would touch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from homefirst.models import CrisisEpisode, Shift
from pages.words import LONDON, clock_time

HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a day: how many people work, and how many visits they are good for."""

    start: datetime
    people: int
    visits: Decimal

    @property
    def label(self) -> str:
        return clock_time(self.start)


def day_span(day: date) -> Span:
    """From midnight to midnight in London: 23 or 25 hours when the clocks change."""
    start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=LONDON)
    return start.astimezone(UTC), end.astimezone(UTC)


def capacity(day: date, shifts: Iterable[Shift]) -> list[Hour]:
    """Visits an hour through a day; somebody who works half of an hour counts half."""
    start, end = day_span(day)
    standing = [shift for shift in shifts if shift.cancelled_at is None]
    hours = []
    while start < end:
        here = [(shift, _overlap((start, start + HOUR), (shift.starts_at, shift.ends_at))) for shift in standing]
        working = [(shift, share) for shift, share in here if share > timedelta()]
        visits = sum((shift.visits_an_hour * Decimal(share / HOUR) for shift, share in working), Decimal(0))
        hours.append(Hour(start, len({shift.worker_id for shift, _ in working}), round(visits, 1)))
        start += HOUR
    return hours


def _overlap(one: Span, other: Span) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), timedelta())


def gaps(span: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of a span that none of the others covers."""
    start, end = span
    left = []
    for begins, ends in sorted(covered):
        if ends <= start or begins >= end:
            continue
        if begins > start:
            left.append((start, begins))
        start = max(start, ends)
    return [*left, (start, end)] if start < end else left


def uncovered(shift_ids: Collection[UUID], now: datetime | None = None) -> list[tuple[UUID, Span]]:
    """Hours to come, by team, in which nobody would work if these shifts were taken away."""
    at = now or timezone.now()
    going = list(Shift.objects.standing().filter(pk__in=shift_ids, ends_at__gt=at))
    if not going:
        return []
    first, last = min(shift.starts_at for shift in going), max(shift.ends_at for shift in going)
    staying = Shift.objects.standing().during(first, last).filter(team__in={shift.team_id for shift in going})
    kept: dict[UUID, list[Span]] = {}
    for shift in staying.exclude(pk__in=shift_ids):
        kept.setdefault(shift.team_id, []).append((shift.starts_at, shift.ends_at))
    return [
        (shift.team_id, gap)
        for shift in going
        for gap in gaps((max(shift.starts_at, at), shift.ends_at), kept.get(shift.team_id, []))
    ]


def touched_by(shift_ids: Sequence[UUID], now: datetime | None = None) -> list[CrisisEpisode]:
    """Crisis episodes of the team that run while nobody would work; one that is out of time runs on until it ends."""
    at = now or timezone.now()
    empty = uncovered(shift_ids, at)
    if not empty:
        return []
    episodes = CrisisEpisode.objects.running().filter(team__in={team for team, _ in empty})
    found = episodes.select_related("referral").order_by("ends_by", "id")
    return [one for one in found if any(team == one.team_id and _runs_in(one, gap, at) for team, gap in empty)]


def _runs_in(episode: CrisisEpisode, gap: Span, now: datetime) -> bool:
    out_of_time = episode.ends_by <= now
    return episode.opened_at < gap[1] and (out_of_time or episode.ends_by > gap[0])
