"""Crisis episodes in any state, reached as in life: a referral is met, and the sweep opens the episode."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from directory.codes import ClockCode, ServiceKind
from directory.models import Service
from homefirst.actions import rota
from homefirst.following_crisis import crisis_keep_up
from homefirst.models import CrisisEpisode, Shift
from referrals import actions, clocks
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral
from referrals.states import Status
from tests.factories import directory, people
from tests.factories.referrals import Cast, make_referral

HOUR = timedelta(hours=1)
STAY, WARN = 72, 12


@dataclass
class CrisisCast(Cast):
    """As the cast of referrals, with a colleague, two leads, night nursing, and the 72-hour rule."""

    lead: Actor = field(init=False)
    other_lead: Actor = field(init=False)
    mate: Actor = field(init=False)
    shift_lead: Actor = field(init=False)
    nights: Service = field(init=False)
    reablement: Service = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        directory.clock_policy(ClockCode.MAX_STAY, minutes=STAY * 60, warn_minutes=WARN * 60)
        clocks.forget_policies()
        self.team.phone = "0116 496 0200"
        self.team.save(update_fields=["phone"])
        self.nights = directory.service("nights", kind=ServiceKind.NIGHT_NURSING, phone="0116 496 0300")
        self.reablement = directory.service("reablement", kind=ServiceKind.REABLEMENT, employer=self.trust)
        self.lead = people.actor("service_lead", team=self.team)
        self.other_lead = people.actor("service_lead", team=self.team)
        self.mate = people.actor("community_worker", team=self.team)
        self.shift_lead = people.actor("shift_lead", at=self.trust)


def met(cast: Cast, *, hours: float = 1, **said: object) -> Referral:
    """A referral whose person was first met so many hours ago."""
    ago = timedelta(hours=hours)
    referral = make_referral(cast, Status.ALLOCATED, ago=ago + HOUR, **said)
    return actions.first_contact(referral_id=referral.pk, by=cast.nurse, contact_at=timezone.now() - ago)


def episode(cast: Cast, *, hours: float = 1, **said: object) -> CrisisEpisode:
    """A crisis episode that began so many hours ago."""
    referral = met(cast, hours=hours, **said)
    sweep()
    return episode_of(referral)


def sweep() -> int:
    """The portal's own sweep, now."""
    return crisis_keep_up(timezone.now())


def finish(
    cast: Cast, referral_id: UUID, outcome: str = Outcome.AT_HOME_NO_SUPPORT, answer: str = AvoidedAdmission.YES
) -> None:
    """The referral is finished on its own page."""
    actions.complete(referral_id=referral_id, by=cast.nurse, outcome=outcome, avoided_admission=answer)


def episode_of(referral: Referral) -> CrisisEpisode:
    """The episode of a referral, read anew."""
    return CrisisEpisode.objects.get(referral=referral)


def now_of(found: CrisisEpisode) -> CrisisEpisode:
    """The same episode, read anew."""
    return CrisisEpisode.objects.get(pk=found.pk)


def shift(
    cast: CrisisCast,
    who: Actor | None = None,
    *,
    starts: float = 1,
    hours: float = 8,
    by: Actor | None = None,
    **more: Any,
) -> Shift:
    """A shift that starts so many hours from now."""
    begin = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=starts)
    times = {"starts_at": begin, "ends_at": begin + timedelta(hours=hours)}
    who = (who or cast.nurse).id
    return rota.add_shift(team_id=cast.team.pk, worker_id=who, by=by or cast.lead, **times | more)
