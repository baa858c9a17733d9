"""Who may do what to a crisis episode. Each refusal is a sentence fit for the user."""

from datetime import datetime

from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from homefirst.models import CrisisEpisode
from homefirst.policies import allows
from homefirst.states import CRISIS_OPEN
from pages.words import moment
from referrals.codes import Outcome
from referrals.models import Referral
from referrals.states import Status

NEEDS_NO_STEP = frozenset({Outcome.DIED, Outcome.ADMITTED})
"""Endings that say themselves who comes next."""


def of_my_team(by: Actor, episode: CrisisEpisode) -> bool:
    """The actor's team supports the person; their organisation where the actor, or the episode, has no team."""
    if by.team_ids and episode.team_id:
        return episode.team_id in by.team_ids
    return episode.service.organisation_id == by.organisation_id


def at_point_of_access(by: Actor, episode: CrisisEpisode) -> bool:
    """The actor works where the referral was received."""
    return episode.referral.point_of_access.organisation_id == by.organisation_id


def check_running(episode: CrisisEpisode) -> None:
    """The support has not ended."""
    if episode.status not in CRISIS_OPEN:
        raise IllegalTransition(
            f"This crisis support is now “{episode.get_status_display()}”, so that is no longer possible."
        )


def check_can_plan(by: Actor, episode: CrisisEpisode) -> None:
    """Name night cover and the clinician, plan the next step: the team that supports the person."""
    if not by.is_system:
        if not by.can(Permission.RESPOND):
            raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")
        if not of_my_team(by, episode):
            raise NotPermitted("This person is supported by another team.", code="NO_RELATIONSHIP")
    check_running(episode)


def check_can_extend(by: Actor, episode: CrisisEpisode) -> None:
    """Approve more time: a supervisor of the team or of the point of access, who is not the worker."""
    if not by.is_person or not by.can(Permission.SUPERVISE):
        raise NotPermitted(
            "Somebody who supervises must approve more time. Ask your service lead or the shift lead.",
            code="NEEDS_APPROVER",
        )
    ours = by.can(Permission.RESPOND) and of_my_team(by, episode)
    if not ours and not (by.can(Permission.VIEW_WORKLIST) and at_point_of_access(by, episode)):
        raise NotPermitted("This person is supported by another team.", code="NO_RELATIONSHIP")
    if by.id in {episode.clinician_id, episode.referral.worker_id}:
        raise NotPermitted(
            "You look after this person, so somebody else must approve more time. Ask another supervisor.",
            code="NEEDS_ANOTHER_APPROVER",
        )
    check_running(episode)


def check_can_close(by: Actor, episode: CrisisEpisode, now: datetime | None = None, outcome: str = "") -> None:
    """End the support: in time or with approved time, and with a next step once the hand-over is due."""
    check_can_plan(by, episode)
    if episode.referral.status != Status.IN_SERVICE:
        raise IllegalTransition("Nobody has met the person since the referral was reopened. Record that first.")
    check_in_time(episode, now or timezone.now(), outcome)


def check_may_finish(referral: Referral, by: Actor, outcome: str, at: datetime) -> None:
    """The referral's own page ends crisis support by the same rules as the page of the episode."""
    episode = CrisisEpisode.objects.filter(referral=referral.pk, status__in=CRISIS_OPEN).first()
    if episode is not None and not by.is_system:
        check_in_time(episode, at, outcome)


def check_in_time(episode: CrisisEpisode, at: datetime, outcome: str) -> None:
    """Within the time that was agreed, and with a next step once the hand-over is due."""
    if at > episode.ends_by:
        raise IllegalTransition(
            f"The time for crisis support ended on {moment(episode.ends_by)}, and nobody has approved more. Ask your "
            "service lead, or the shift lead, to approve the time since then with a reason. Then end it.",
            code="NEEDS_EXTENSION",
        )
    if at > episode.handover_due_at and not episode.next_step and outcome not in NEEDS_NO_STEP:
        raise IllegalTransition(
            f"The hand-over was due on {moment(episode.handover_due_at)}. Plan the next step first: who comes next, "
            "and when. If nothing more is needed, say so there.",
            code="NEEDS_NEXT_STEP",
        )


def can_plan(by: Actor, episode: CrisisEpisode) -> bool:
    """True when check_can_plan would not raise."""
    return allows(check_can_plan, by, episode)


def can_extend(by: Actor, episode: CrisisEpisode) -> bool:
    """True when check_can_extend would not raise."""
    return allows(check_can_extend, by, episode)


def can_close(by: Actor, episode: CrisisEpisode) -> bool:
    """True when check_can_close would not raise."""
    return allows(check_can_close, by, episode)
