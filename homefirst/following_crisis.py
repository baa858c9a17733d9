"""Keeps crisis episodes in step with referrals: finds what differs in a few statements, and puts each right by itself.

Nothing is remembered between sweeps: an outage is caught up by the next one, and two at once do everything once.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from accounts.actors import system_actor
from audit.errors import DomainError
from homefirst.actions import crisis_following
from homefirst.crisis import CRISIS_KINDS, ENDED_AS, ON_THE_WAY
from homefirst.models import CrisisEpisode
from homefirst.states import CRISIS_OPEN, CrisisStatus
from referrals.models import Referral, Step
from referrals.states import CLOSED, Status, Verb

FOLLOWING = system_actor("home_first")
BATCH = 500
LOOK_BACK = timedelta(days=14)
"""A referral that has ended may still change for 7 days (reopened) and 10 minutes (undone); twice that is looked at."""

log = logging.getLogger(__name__)


def crisis_keep_up(now: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """Open, time, end, reopen and void crisis episodes; then say which hand-overs are due."""
    by = FOLLOWING
    found = crisis_out_of_step(now, look_back)
    changed = each(found, lambda pk: crisis_following.bring_into_step(referral_id=pk, by=by, now=now))
    return changed + each(handovers_due(now), lambda pk: crisis_following.hand_over_due(episode_id=pk, by=by, now=now))


def each(rows: Iterable[UUID], do: Callable[[UUID], bool]) -> int:
    """Do it to each, in a transaction each; how many changed. A refusal is noted and stops nothing else."""
    done = 0
    for pk in rows:
        try:
            done += do(pk)
        except DomainError as refused:
            log.info("left alone", extra={"row": str(pk), "code": refused.code})
    return done


def crisis_out_of_step(now: datetime, look_back: timedelta = LOOK_BACK) -> list[UUID]:
    """Referrals whose episode is missing or says something else than they do, in one statement each."""
    asked = (_should_run(), _open_again(), _should_have_ended(), _ended_otherwise(now - min(look_back, LOOK_BACK)))
    found = [pk for rows in asked for pk in rows[:BATCH]]
    return list(dict.fromkeys(found))


def handovers_due(now: datetime) -> Iterable[UUID]:
    """Episodes whose hand-over is due and was not said to be."""
    due = CrisisEpisode.objects.filter(status=CrisisStatus.ACTIVE, handover_due_at__lte=now)
    return due.order_by("handover_due_at").values_list("pk", flat=True)[:BATCH]


def _ids(rows: QuerySet[Referral]) -> QuerySet[Any]:
    return rows.values_list("pk", flat=True)


def _should_run() -> QuerySet[Any]:
    """Met by a crisis service, and the episode is missing, ended, or of another time, service, team or record."""
    caring = Referral.objects.filter(
        closed_at=None, status=Status.IN_SERVICE, first_contact_at__isnull=False, service__kind__in=CRISIS_KINDS
    )
    ended = ~Q(crisis_episode__status__in=CRISIS_OPEN)
    other = (
        ~Q(crisis_episode__opened_at=F("first_contact_at"))
        | ~Q(crisis_episode__service=F("service"))
        | ~Q(crisis_episode__patient=F("patient"))
        | (Q(team__isnull=False) & (Q(crisis_episode__team=None) | ~Q(crisis_episode__team=F("team"))))
    )
    return _ids(caring.filter(Q(crisis_episode=None) | ended | other))


def _open_again() -> QuerySet[Any]:
    """Ended here and open there: reopened, or the end or the first contact was taken back and it has moved on since."""
    again = Step.objects.filter(
        referral=OuterRef("pk"), verb=Verb.REOPEN, undone_by=None, at__gte=OuterRef("crisis_episode__closed_at")
    )
    ours = Referral.objects.filter(closed_at=None, crisis_episode__status=CrisisStatus.CLOSED)
    reopened = Q(status__in=ON_THE_WAY, service__kind__in=CRISIS_KINDS) & Exists(again)
    return _ids(ours.filter(Q(first_contact_at=None) | ~Q(crisis_episode__outcome="") | reopened))


def _should_have_ended() -> QuerySet[Any]:
    """The episode runs, and the referral is neither being cared for nor reopened."""
    reopened = Step.objects.filter(
        referral=OuterRef("referral"), verb=Verb.REOPEN, undone_by=None, at=OuterRef("opened_at")
    )
    ours = Q(referral__service__kind__in=CRISIS_KINDS)
    runs = ours & (Q(referral__status=Status.IN_SERVICE) | (Q(referral__status__in=ON_THE_WAY) & Exists(reopened)))
    return CrisisEpisode.objects.running().filter(~runs | Q(referral__service=None)).values_list("referral", flat=True)


def _ended_otherwise(since: datetime) -> QuerySet[Any]:
    """Ended lately without an episode, or with one that says something else."""
    endings = [When(status=status, then=Value(outcome)) for status, outcome in ENDED_AS.items()]
    said = Case(When(~Q(outcome=""), then=F("outcome")), *endings, default=Value(""), output_field=CharField())
    ended = Referral.objects.filter(
        updated_at__gte=since,
        status__in=CLOSED,
        first_contact_at__isnull=False,
        service__kind__in=CRISIS_KINDS,
    )
    other = (
        ~Q(crisis_episode__status=CrisisStatus.CLOSED)
        | ~Q(crisis_episode__outcome=F("said"))
        | ~Q(crisis_episode__avoided_admission=F("avoided_admission"))
        | ~Q(crisis_episode__closed_at=Greatest(F("closed_at"), F("crisis_episode__opened_at")))
    )
    return _ids(ended.alias(said=said).filter(Q(crisis_episode=None) | other))
