"""Crisis support as pure functions: which referrals have an episode, when it must end, and how it stands.

72 hours are elapsed time in UTC: the clocks going forward or back change nothing. How long they are, and when the
hand-over is due, is the clock policy in force when the referral was received.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from directory.clock_policies import Policy, PolicyTable
from directory.codes import ClockCode, ServiceKind, Urgency
from homefirst.models import CrisisEpisode
from pages.words import moment
from referrals.codes import Outcome
from referrals.models import Referral, Step
from referrals.states import CLOSED, Status, Verb

CRISIS_KINDS = (ServiceKind.CRISIS_RESPONSE, ServiceKind.FALLS_RESPONSE, ServiceKind.NIGHT_NURSING)
ON_THE_WAY = (Status.ALLOCATED, Status.RESPONDING)
ENDED_AS: dict[str, str] = {Status.DIED: Outcome.DIED, Status.WITHDRAWN: Outcome.PERSON_DECLINED}
"""What a referral that ended without being completed says of how the support ended; 999 says nothing yet."""


class Should(StrEnum):
    """What an episode should be, as its referral stands."""

    RUN = "run"
    END = "end"
    NOT_BE = "not_be"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the referral says of its episode. `since` and `until` bound the support."""

    should: Should
    since: datetime | None = None
    until: datetime | None = None
    outcome: str = ""
    avoided_admission: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How long the support may last."""

    handover_due_at: datetime
    ends_by: datetime


def is_crisis(referral: Referral) -> bool:
    """Whether a service that answers crises has it."""
    return referral.service is not None and referral.service.kind in CRISIS_KINDS


def standing(referral: Referral, steps: Sequence[Step]) -> Standing:
    """How the episode of a referral should stand; `steps` are its reopenings and moves that were not undone."""
    met = referral.first_contact_at
    if met is None:
        return Standing(Should.NOT_BE)
    if referral.status == Status.IN_SERVICE and is_crisis(referral):
        return Standing(Should.RUN, since=met)
    if referral.status in ON_THE_WAY and is_crisis(referral) and (again := reopened_at(steps)):
        return Standing(Should.RUN, since=again)
    if referral.status in CLOSED and is_crisis(referral):
        outcome = referral.outcome or ENDED_AS.get(referral.status, "")
        return Standing(Should.END, met, referral.closed_at, outcome, referral.avoided_admission)
    return Standing(Should.END, met, _moved_at(steps) or referral.updated_at)


def reopened_at(steps: Sequence[Step]) -> datetime | None:
    """When the referral was last reopened, unless it has moved to another service since."""
    last = max(steps, key=lambda step: step.version, default=None)
    return last.at if last is not None and last.verb == Verb.REOPEN else None


def _moved_at(steps: Sequence[Step]) -> datetime | None:
    moves = [step for step in steps if step.verb == Verb.REDIRECT]
    return max(moves, key=lambda step: step.version).at if moves else None


def policy_for(referral: Referral, table: PolicyTable) -> Policy | None:
    """The longest stay that was in force when the referral was received: a crisis, whatever urgency was ticked."""
    for urgency in (referral.urgency, Urgency.CRISIS):
        found = table.pick(ClockCode.MAX_STAY, referral.service_id, urgency, at=referral.received_at)
        if found is not None:
            return found
    return None


def term(policy: Policy, since: datetime) -> Term:
    """When the hand-over is due and when the support must have ended."""
    ends_by = since + timedelta(minutes=policy.minutes)
    return Term(ends_by - timedelta(minutes=policy.warn_minutes), ends_by)


def next_words(episode: CrisisEpisode) -> str:
    """Who comes next and when, in words for the referrer; empty when nothing was planned."""
    if not episode.next_step:
        return ""
    starts = f" from {moment(episode.next_step_at)}" if episode.next_step_at else ""
    note = f" {episode.next_step_note}" if episode.next_step_note else ""
    return f"{episode.get_next_step_display()}{starts}.{note}"
