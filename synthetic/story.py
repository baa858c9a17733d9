"""One referral's story: what people do, when, and what goes wrong, told with the portal's own actions.

A story is a generator. It yields the next moment at which somebody acts, and the simulation resumes it then: other
stories and the portal's own sweep go on in between, so each turn looks first at how things stand.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.actors import Actor
from patients.models import Patient
from referrals import actions
from referrals.models import Referral, ReferralOffer
from referrals.states import OFFER_TAKEN, Status
from synthetic import shares
from synthetic.choosing import Asked

if TYPE_CHECKING:
    from synthetic.simulation import World

TEXTS = tomllib.loads((Path(__file__).parent / "data" / "texts.toml").read_text(encoding="utf-8"))
Turns = Iterator[datetime]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, and what the choice of a service needs to know of them."""

    patient: Patient
    age: int
    area_ids: frozenset[UUID]


@dataclass(slots=True)
class Arrival:
    """Somebody is referred at a moment. A story of today stops at the stage `hold` and has until `until` for it."""

    at: datetime
    person: Somebody
    urgency: str = ""
    hold: str = ""
    service: UUID | None = None
    need: str = ""
    until: datetime | None = None


class TheEnd(Exception):
    """Nothing more happens in this story."""


class Story:
    """One referral and whoever is busy with it. What happens is told by sending, triaging, finding and caring."""

    referral: Referral

    def __init__(self, world: "World", arrival: Arrival):
        self.world, self.arrival, self.dice = world, arrival, world.dice
        self.at = arrival.at
        self.fate, self.stage_of_fate = "", ""
        self.referrer: Actor = None  # type: ignore[assignment]  set when sent

    @property
    def person(self) -> Somebody:
        return self.arrival.person

    @property
    def status(self) -> str:
        return self.referral.status

    @property
    def offers(self) -> list[ReferralOffer]:
        return self.world.desk.offers(self.referral)

    @property
    def taken(self) -> ReferralOffer | None:
        """The offer of the service that cares for the person."""
        return next((offer for offer in self.offers if offer.status in OFFER_TAKEN), None)

    @property
    def asked(self) -> Asked:
        """What the choice of a service depends on, now."""
        referral, person = self.referral, self.person
        needs = frozenset(str(need) for need in referral.needs)
        return Asked(person.area_ids, str(referral.urgency), needs, person.age, str(referral.channel), self.at)

    def say(self, kind: str) -> str:
        """A text of this kind."""
        return self.dice.choice(TEXTS["texts"][kind])

    def someone(self, *roles: str) -> Actor:
        """Somebody on shift at the point of access."""
        return self.dice.choice([actor for role in roles for actor in self.world.staff.by_role[role]])

    def worker(self, offer: ReferralOffer) -> Actor:
        """Somebody of the team that holds the offer."""
        return self.dice.choice(self.world.staff.by_team[offer.team_id])

    def wait(self, time: timedelta, share: float | None = None) -> Turns:
        """Let time pass; in a story of today, at most to this share of its time. Ends with the referral."""
        until, then = self.arrival.until, self.at + time
        if until is not None and share is not None:
            then = max(self.at, min(then, self.arrival.at + (until - self.arrival.at) * share))
        self.at = then.replace(microsecond=0)
        yield self.at
        if self.referral.closed_at is not None and self.status != Status.COMPLETED:
            raise TheEnd

    def stop_at(self, stage: str) -> None:
        """Stories of today stop at their stage."""
        if self.arrival.hold == stage:
            raise TheEnd

    def slip(self, by: Actor) -> Turns:
        """Now and then somebody takes their own step back within minutes. Answers whether they did."""
        if self.arrival.hold or not self.dice.yes(shares.MISTAKE):
            return False
        taken = self.referral.version
        yield from self.wait(timedelta(seconds=self.dice.randint(20, 420)))
        if self.referral.version != taken:
            return False
        actions.undo(referral_id=self.referral.pk, by=by, at=self.at)
        return True
