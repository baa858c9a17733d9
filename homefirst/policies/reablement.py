"""Who may work on reablement episodes and 91-day follow-ups, and when. Each refusal is a sentence fit for the user."""

from datetime import date

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from homefirst.models import FollowUp91, ReablementEpisode
from homefirst.policies import allows
from homefirst.states import ReablementStatus


def check_can_work_on(by: Actor, episode: ReablementEpisode) -> None:
    """Raise NotPermitted unless the episode is with the actor's team, IllegalTransition when it does not run."""
    _check_team(by, episode.team_id, episode.service.organisation_id, "This episode is with another team.")
    if episode.status != ReablementStatus.ACTIVE:
        raise IllegalTransition(f"This episode is now “{ReablementStatus(episode.status).label}”.")


def can_work_on(by: Actor, episode: ReablementEpisode) -> bool:
    """True when check_can_work_on would not raise."""
    return allows(check_can_work_on, by, episode)


def check_can_follow_up(by: Actor, follow_up: FollowUp91, on: date, outcome: str) -> None:
    """Raise unless it is the actor's team's, nobody knows yet, and the day has come; a death is known at any time."""
    _check_mine(by, follow_up)
    if follow_up.outcome:
        raise IllegalTransition("The answer is recorded already. A supervisor can correct it.")
    if on < follow_up.due_on and outcome != "died":
        raise IllegalTransition(
            f"Day 91 is {follow_up.due_on:%-d %B %Y}. Whether somebody is at home then can be asked from that day on."
        )


def can_follow_up(by: Actor, follow_up: FollowUp91, on: date, outcome: str = "") -> bool:
    """True when check_can_follow_up would not raise."""
    return allows(check_can_follow_up, by, follow_up, on, outcome)


def check_can_correct(by: Actor, follow_up: FollowUp91) -> None:
    """Raise unless the actor supervises the team, and there is an answer to correct."""
    if not by.is_system and not by.can(Permission.SUPERVISE):
        raise NotPermitted("Only a supervisor can correct a recorded answer. Ask the lead of your team.")
    _check_mine(by, follow_up)
    if not follow_up.outcome:
        raise IllegalTransition("There is no answer yet. Record an attempt instead.")


def can_correct(by: Actor, follow_up: FollowUp91) -> bool:
    """True when check_can_correct would not raise."""
    return allows(check_can_correct, by, follow_up)


def _check_mine(by: Actor, follow_up: FollowUp91) -> None:
    _check_team(
        by,
        follow_up.team_id,
        follow_up.episode.service.organisation_id,
        "This follow-up is with another team.",
    )


def _check_team(by: Actor, team_id: object, organisation_id: object, sentence: str) -> None:
    """The actor's team has it; their organisation where there is no team."""
    if by.is_system:
        return
    if not by.can(Permission.RESPOND):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")
    mine = team_id in by.team_ids if team_id else organisation_id == by.organisation_id
    if not mine:
        raise NotPermitted(sentence, code="NO_RELATIONSHIP")
