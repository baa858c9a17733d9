"""Keeps reablement in line with referrals: finds what differs with a few statements, and puts each right by itself.

Safe to run at any time, twice, or side by side.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from accounts.actors import Actor, system_actor
from audit.errors import DomainError
from directory.codes import ServiceKind
from homefirst.actions.follow_ups import note_death
from homefirst.actions.reablement_following import follow_referral
from homefirst.models import FollowUp91, ReablementEpisode
from homefirst.states import ReablementStatus
from referrals.models import Referral
from referrals.states import Status

log = logging.getLogger(__name__)
BATCH = 200
LOOK_BACK = timedelta(days=7)
FOLLOWER: Actor = system_actor("home_first")


def reablement_keep_up(now: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """Open, take up again, end and void episodes; answer follow-ups of people who died. Returns how many changed."""
    followed = _each(out_of_line(now, look_back), lambda one: follow_referral(referral_id=one, by=FOLLOWER, now=now))
    return followed + _each(died_before_day_91(), lambda one: note_death(follow_up_id=one, by=FOLLOWER, now=now))


def out_of_line(now: datetime, look_back: timedelta = LOOK_BACK) -> list[Any]:
    """Referrals whose episode is missing, or says something else than they do."""
    reablement = Q(service__kind=ServiceKind.REABLEMENT)
    running = Referral.objects.filter(reablement, status=Status.IN_SERVICE, closed_at=None)
    with_others = (
        ~Q(reablement_episode__service=F("service"))
        | (Q(team__isnull=False) & ~Q(reablement_episode__team=F("team")))
        | Q(team=None, reablement_episode__team__isnull=False)
    )
    without = running.filter(
        Q(reablement_episode=None) | ~Q(reablement_episode__status=ReablementStatus.ACTIVE) | with_others
    )
    missed = Referral.objects.filter(
        reablement,
        status=Status.COMPLETED,
        updated_at__gte=now - min(look_back, LOOK_BACK),
        first_contact_at__isnull=False,
        reablement_episode=None,
    )
    episodes = ReablementEpisode.objects.running().filter(status=ReablementStatus.ACTIVE)
    left_behind = episodes.exclude(referral__status=Status.IN_SERVICE, referral__service__kind=ServiceKind.REABLEMENT)
    found = [
        *without.order_by("updated_at").values_list("pk", flat=True)[:BATCH],
        *missed.order_by("updated_at").values_list("pk", flat=True)[:BATCH],
        *left_behind.values_list("referral", flat=True)[:BATCH],
    ]
    return list(dict.fromkeys(found))


def died_before_day_91() -> Iterable[Any]:
    """Follow-ups without an answer of people whose record says that they died by then."""
    died = Q(patient__deceased_at__lte=F("due_on")) | Q(patient__merged_into__deceased_at__lte=F("due_on"))
    return FollowUp91.objects.to_do().filter(died).values_list("pk", flat=True)[:BATCH]


def _each(ids: Iterable[Any], do: Callable[[Any], object]) -> int:
    """Each in its own transaction, so that one failure stops nothing else."""
    done = 0
    for one in ids:
        try:
            done += do(one) is not None
        except DomainError as refused:
            log.info("left alone", extra={"row": str(one), "code": refused.code})
    return done
