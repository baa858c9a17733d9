"""Reablement as the team works it: hours, goals, weekly reviews, and the end, which ends the referral too."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound
from audit.events import Kind
from homefirst.codes import ReablementOutcome
from homefirst.models import Goal, ReablementEpisode, WeeklyReview
from homefirst.policies import reablement as policies
from homefirst.states import REABLEMENT_EVENTS, REABLEMENT_TRANSITIONS, ReablementStatus
from homefirst.steps import StepInHand, check_version, locked
from referrals import actions as referrals
from referrals.codes import Outcome
from referrals.models import Referral

REVIEW_EVERY = timedelta(days=7)
HOURS_IN_A_WEEK = 168
ENDS: dict[str, Outcome] = {
    ReablementOutcome.INDEPENDENT: Outcome.AT_HOME_NO_SUPPORT,
    ReablementOutcome.LESS: Outcome.AT_HOME_WITH_SUPPORT,
    ReablementOutcome.SAME: Outcome.AT_HOME_WITH_SUPPORT,
    ReablementOutcome.MORE: Outcome.AT_HOME_WITH_SUPPORT,
    ReablementOutcome.ADMITTED: Outcome.ADMITTED,
    ReablementOutcome.DIED: Outcome.DIED,
    ReablementOutcome.STOPPED: Outcome.PERSON_DECLINED,
}
"""How the referral ends when its reablement does."""


def _open(verb: str, episode_id: UUID, by: Actor, expected_version: int | None) -> StepInHand:
    episode: ReablementEpisode = locked(
        ReablementEpisode.objects.visible_to(by).select_related("service"), episode_id, "reablement episode"
    )
    check_version(episode, expected_version)
    policies.check_can_work_on(by, episode)
    return StepInHand(episode, verb, by, patient_id=episode.patient_id)


def _check_hours(hours: Decimal, field: str) -> None:
    if not 0 <= hours <= HOURS_IN_A_WEEK:
        raise Invalid("Hours a week are between 0 and 168.", field=field)


@transaction.atomic
def set_hours(
    *,
    episode_id: UUID,
    by: Actor,
    hours_before: Decimal,
    hours_now: Decimal | None = None,
    expected_version: int | None = None,
) -> ReablementEpisode:
    """Say how many hours of care a week the person had before, and how many they have to begin with."""
    _check_hours(hours_before, "hours_before")
    step = _open("set_hours", episode_id, by, expected_version)
    episode: ReablementEpisode = step.subject
    episode.hours_before = hours_before
    if hours_now is not None:
        _check_hours(hours_now, "hours_now")
        episode.hours_now = hours_now
    step.event(Kind.REABLEMENT_UPDATED, hours_before=str(hours_before))
    step.save()
    return episode


@transaction.atomic
def add_goal(*, episode_id: UUID, by: Actor, text: str, expected_version: int | None = None) -> Goal:
    """Write down something the person wants to do again."""
    if not text.strip():
        raise Invalid("Enter the goal.", field="text")
    step = _open("add_goal", episode_id, by, expected_version)
    goal = Goal.objects.create(episode=step.subject, text=text.strip(), added_at=step.at)
    step.event(Kind.REABLEMENT_UPDATED, goal=str(goal.pk))
    step.save()
    return goal


@transaction.atomic
def meet_goal(*, episode_id: UUID, goal_id: UUID, by: Actor, expected_version: int | None = None) -> Goal:
    """The person can do it again."""
    return _settle("meet_goal", episode_id, goal_id, by, expected_version)


@transaction.atomic
def give_up_goal(*, episode_id: UUID, goal_id: UUID, by: Actor, expected_version: int | None = None) -> Goal:
    """The goal no longer makes sense, or will not be reached."""
    return _settle("give_up_goal", episode_id, goal_id, by, expected_version)


def _settle(verb: str, episode_id: UUID, goal_id: UUID, by: Actor, expected_version: int | None) -> Goal:
    step = _open(verb, episode_id, by, expected_version)
    goal = Goal.objects.filter(episode=step.subject.pk, pk=goal_id).first()
    if goal is None:
        raise NotFound("There is no such goal.")
    if goal.met_at or goal.given_up_at:
        raise IllegalTransition("This goal is settled already.")
    if verb == "meet_goal":
        goal.met_at = step.at
    else:
        goal.given_up_at = step.at
    goal.save(update_fields=["met_at", "given_up_at"])
    step.event(Kind.REABLEMENT_UPDATED, goal=str(goal.pk), met=goal.met_at is not None)
    step.save()
    return goal


@transaction.atomic
def review(
    *, episode_id: UUID, by: Actor, hours: Decimal, note: str = "", expected_version: int | None = None
) -> WeeklyReview:
    """The weekly review: hours a week from now on. The next is due in 7 days."""
    _check_hours(hours, "hours")
    step = _open("review", episode_id, by, expected_version)
    episode: ReablementEpisode = step.subject
    written = WeeklyReview.objects.create(
        episode=episode, at=step.at, hours=hours, note=note, by_id=by.id, by_name=by.name
    )
    episode.hours_now = hours
    episode.review_due = timezone.localdate(step.at) + REVIEW_EVERY
    step.event(Kind.REABLEMENT_REVIEWED, hours=str(hours))
    step.save()
    return written


@transaction.atomic
def end(
    *,
    episode_id: UUID,
    by: Actor,
    outcome: str,
    avoided_admission: str,
    note: str = "",
    hours: Decimal | None = None,
    expected_version: int | None = None,
) -> ReablementEpisode:
    """End the episode with its outcome, and the referral with it; `hours` is the care a week that goes on."""
    referral_id = _referral_first(episode_id, by)
    step = _open("end", episode_id, by, expected_version)
    episode: ReablementEpisode = step.subject
    if hours is not None:
        _check_hours(hours, "hours")
        episode.hours_now = hours
    referrals.complete(
        referral_id=referral_id, by=by, outcome=ENDS[outcome], avoided_admission=avoided_admission, next_step=note
    )
    step.reason = note
    _finish(step, outcome, step.at, note)
    step.save()
    return episode


def _referral_first(episode_id: UUID, by: Actor) -> UUID:
    """Lock the referral before the episode, as the follower does, so that the two never wait for each other."""
    referral_id = ReablementEpisode.objects.visible_to(by).filter(pk=episode_id).values_list("referral", flat=True)
    found = Referral.objects.visible_to(by).filter(pk__in=list(referral_id)).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("There is no such reablement episode, or you cannot see it.")
    return found.pk


def _finish(step: StepInHand, outcome: str, at: datetime, note: str) -> None:
    """Move an episode to its end."""
    episode: ReablementEpisode = step.subject
    episode.ended_at = max(at, episode.started_at)
    episode.outcome, episode.outcome_note = outcome, note[:1000]
    step.move(ReablementStatus.ENDED, REABLEMENT_TRANSITIONS, REABLEMENT_EVENTS, outcome=outcome)
