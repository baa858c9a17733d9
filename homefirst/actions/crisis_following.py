"""What the portal does to crisis episodes by itself: follow the referral, and say when the hand-over is due.

Each call locks the referral before its episode, as the people's actions do, and compares before it writes: twice is
as good as once. Rows that somebody else holds are left for the next sweep.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.events import Kind
from homefirst import claims
from homefirst.crisis import Should, Standing, is_crisis, policy_for, standing, term
from homefirst.models import CrisisEpisode
from homefirst.states import CRISIS_EVENTS, CRISIS_OPEN, CRISIS_TRANSITIONS, CrisisStatus
from homefirst.steps import StepInHand
from referrals.clocks import policies
from referrals.models import Referral, Step
from referrals.states import Verb

FRESH: dict[str, str | None] = {
    "night_cover_id": None, "night_cover_note": "", "next_step": "", "next_step_note": "", "next_step_at": None,
    "extended_by_id": None, "extension_reason": "",
}  # fmt: skip
"""What was decided about a stay that ended says nothing about the next."""


@transaction.atomic
def bring_into_step(*, referral_id: UUID, by: Actor, now: datetime) -> bool:
    """Open, time, end, reopen or void the episode of a referral as the referral stands; False when nothing changed."""
    free = Referral.objects.visible_to(by).select_for_update(of=("self",), skip_locked=True)
    referral = free.select_related("service").filter(pk=referral_id).first()
    if referral is None:
        return False
    episode = CrisisEpisode.objects.visible_to(by).lock().filter(referral=referral_id).first()
    wanted = standing(referral, _steps(referral))
    if wanted.should is Should.RUN:
        return _run(referral, episode, wanted, by, now)
    if episode is None and wanted.should is Should.END and is_crisis(referral):
        _start(referral, CrisisEpisode(status=""), wanted.since, by, now)
        episode = CrisisEpisode.objects.visible_to(by).lock().filter(referral=referral_id).first()
    return episode is not None and _stop(referral, episode, wanted, by, now)


@transaction.atomic
def hand_over_due(*, episode_id: UUID, by: Actor, now: datetime) -> bool:
    """Say once that the hand-over is due; False when it was said, or is not due any more."""
    due = CrisisEpisode.objects.visible_to(by).filter(status=CrisisStatus.ACTIVE, handover_due_at__lte=now)
    episode = due.select_for_update(of=("self",), skip_locked=True).filter(pk=episode_id).first()
    if episode is None:
        return False
    step = _in_hand(episode, "hand-over-due", by, now)
    step.move(
        CrisisStatus.HANDOVER_DUE,
        CRISIS_TRANSITIONS,
        CRISIS_EVENTS,
        ends_by=episode.ends_by.isoformat(),
        next_step=episode.next_step,
        service=str(episode.service_id),
        team=str(episode.team_id) if episode.team_id else None,
    )
    step.save()
    return True


def _steps(referral: Referral) -> list[Step]:
    """Reopenings and moves of this referral that were not taken back."""
    return list(Step.objects.filter(referral=referral, verb__in=[Verb.REOPEN, Verb.REDIRECT], undone_by=None))


def _in_hand(episode: CrisisEpisode, verb: str, by: Actor, now: datetime) -> StepInHand:
    return StepInHand(episode, verb, by, at=now, patient_id=episode.patient_id)


def _run(referral: Referral, episode: CrisisEpisode | None, wanted: Standing, by: Actor, now: datetime) -> bool:
    """The support should be running since a moment."""
    if episode is None or episode.status not in CRISIS_OPEN:
        return _start(referral, episode or CrisisEpisode(status=""), wanted.since, by, now)
    same = (episode.opened_at, episode.service_id, episode.team_id, episode.patient_id)
    if same == (wanted.since, referral.service_id, referral.team_id, referral.patient_id):
        return False
    if not _time(episode, referral, wanted.since):
        return False
    step = _in_hand(episode, "follow", by, now)
    step.event(Kind.CRISIS_UPDATED, opened_at=episode.opened_at.isoformat(), ends_by=episode.ends_by.isoformat())
    step.save()
    return True


def _start(referral: Referral, episode: CrisisEpisode, since: datetime | None, by: Actor, now: datetime) -> bool:
    """Open an episode, or take one up again. No policy of that time: there is nothing to keep to, and no episode."""
    again = bool(episode.status)
    if since is None or not _time(episode, referral, since):
        return False
    if episode.clinician_id is None:
        episode.clinician_id = referral.worker_id
    episode.closed_at, episode.outcome, episode.avoided_admission = None, "", ""
    step = _in_hand(episode, "reopen" if again else "open", by, now)
    step.move(
        CrisisStatus.ACTIVE,
        CRISIS_TRANSITIONS,
        CRISIS_EVENTS,
        referral=str(referral.pk),
        opened_at=episode.opened_at.isoformat(),
        ends_by=episode.ends_by.isoformat(),
        service=str(episode.service_id),
    )
    if again:
        claims.take_back(step, "The referral was reopened, or its completion was taken back.")
    step.save()
    return True


def _time(episode: CrisisEpisode, referral: Referral, since: datetime | None) -> bool:
    """Set whose and how long it is. A first contact put right keeps what was approved; a new stay starts afresh."""
    policy = policy_for(referral, policies())
    if policy is None or since is None:
        return False
    was_running = episode.status in CRISIS_OPEN
    if not was_running and episode.opened_at != since:
        for name, empty in FRESH.items():
            setattr(episode, name, empty)
    episode.referral, episode.patient_id = referral, referral.patient_id
    if referral.service_id is not None and is_crisis(referral):
        episode.service_id = referral.service_id
        episode.team_id, episode.place_id = referral.team_id, referral.place_id
    length = term(policy, since)
    approved = episode.extended_by_id is not None and episode.ends_by > length.ends_by
    if not approved:
        episode.ends_by, episode.handover_due_at = length.ends_by, length.handover_due_at
    episode.opened_at, episode.policy_id = since, policy.id
    return True


def _stop(referral: Referral, episode: CrisisEpisode, wanted: Standing, by: Actor, now: datetime) -> bool:
    """The support should have ended, or never have been."""
    void = wanted.should is Should.NOT_BE
    ended = max(now if void else wanted.until or now, episode.opened_at)
    if episode.status == CrisisStatus.VOID and void:
        return False
    said = (ended, wanted.outcome, wanted.avoided_admission)
    if episode.status == CrisisStatus.CLOSED:
        if not void and said == (episode.closed_at, episode.outcome, episode.avoided_admission):
            return False
        _start(referral, episode, episode.opened_at, by, now)
    if episode.status == CrisisStatus.VOID:
        _start(referral, episode, wanted.since, by, now)
    step = _in_hand(episode, "void" if void else "close", by, now)
    episode.closed_at, episode.outcome, episode.avoided_admission = said
    step.move(
        CrisisStatus.VOID if void else CrisisStatus.CLOSED,
        CRISIS_TRANSITIONS,
        CRISIS_EVENTS,
        **_told(episode, referral),
    )
    if void:
        claims.take_back(step, "The first contact was taken back.")
        step.save()
        return True
    claims.claim(step, referral)
    step.save()
    return True


def _told(episode: CrisisEpisode, referral: Referral) -> dict[str, str]:
    return {
        "outcome": episode.outcome,
        "avoided_admission": episode.avoided_admission,
        "closed_at": episode.closed_at.isoformat() if episode.closed_at else "",
        "referral_status": referral.status,
        "service": str(episode.service_id),
    }
