"""Which services a synthetic clinician would ask: fitting ones, open if it presses, with places, most needs met."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from directory.candidates import Candidate
from directory.matching import PRESSING
from directory.models import Criterion
from synthetic.dice import Dice
from synthetic.phonebook import Phonebook

LONGEST_CLOSURE = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the choice depends on."""

    area_ids: frozenset[UUID]
    urgency: str
    needs: frozenset[str]
    age: int | None
    channel: str
    at: datetime


class Choice:
    """Chooses services, criteria and opening times from the phonebook."""

    def __init__(self, book: Phonebook, dice: Dice):
        self.book, self.dice = book, dice
        self.by_id = {candidate.id: candidate for candidate in book.candidates}

    def services(self, asked: Asked, without: frozenset[UUID] = frozenset()) -> list[UUID]:
        """Services that fit, the likeliest first; a little chance between equals."""
        is_open = self.book.open_at(asked.at)
        found = [
            (self._rank(candidate, asked, candidate.id in is_open), candidate.id)
            for candidate in self.book.candidates
            if candidate.id not in without and fits(candidate, asked)
        ]
        return [pk for _, pk in sorted(found, key=lambda row: row[0])]

    def _rank(self, candidate: Candidate, asked: Asked, is_open: bool) -> tuple[bool, float]:
        closed = asked.urgency in PRESSING and not is_open
        share = len(candidate.needs & asked.needs) + 1 / max(len(candidate.needs), 1)
        return closed, -share + self.dice.random() * 0.35

    def opens_after(self, service_id: UUID, at: datetime) -> datetime:
        """This moment if the service is open, else when it opens."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        moment = at
        while not self.book.is_open(service_id, hour) and moment - at < LONGEST_CLOSURE:
            hour = moment = hour + timedelta(hours=1)
        return moment

    def open_now(self, service_ids: list[UUID], at: datetime) -> list[UUID]:
        """Those of them that are open."""
        is_open = self.book.open_at(at)
        return [pk for pk in service_ids if pk in is_open]

    def criterion(self, service_id: UUID) -> Criterion | None:
        """A hard criterion to decline on, rather one that the portal cannot check by itself."""
        criteria = self.book.criteria.get(service_id, [])
        judged = [criterion for criterion in criteria if criterion.rule == "none"]
        return self.dice.choice(judged or criteria) if criteria else None


def fits(candidate: Candidate, asked: Asked) -> bool:
    """Whether no hard criterion that the portal can check speaks against it."""
    return (
        asked.urgency in candidate.urgencies
        and bool(candidate.needs & asked.needs)
        and bool(candidate.area_ids & asked.area_ids)
        and (not candidate.channels or asked.channel in candidate.channels)
        and _age_fits(candidate, asked.age)
    )


def _age_fits(candidate: Candidate, age: int | None) -> bool:
    if age is None:
        return True
    return (candidate.min_age or 0) <= age <= (candidate.max_age or 200)
