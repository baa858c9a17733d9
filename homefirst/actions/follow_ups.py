"""Is the person at home on day 91? Attempts to find out, what was found, and corrections."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from homefirst.codes import FollowUpOutcome
from homefirst.models import FollowUp91, FollowUpAttempt
from homefirst.policies import reablement as policies
from homefirst.steps import StepInHand, check_version, locked

FOUND = (FollowUpOutcome.HOME, FollowUpOutcome.NOT_HOME, FollowUpOutcome.DIED)
ATTEMPTS = 2


def _locked(follow_up_id: UUID, by: Actor) -> FollowUp91:
    rows = FollowUp91.objects.visible_to(by).select_related("episode__service")
    found: FollowUp91 = locked(rows, follow_up_id, "follow-up")
    return found


@transaction.atomic
def record_attempt(
    *,
    follow_up_id: UUID,
    by: Actor,
    reached: bool,
    outcome: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> FollowUp91:
    """Somebody called or went. Reached: what was found. Not reached twice: not known, which never counts as at home."""
    if reached and outcome not in FOUND:
        raise Invalid("Select what you found.", field="outcome")
    follow_up = _locked(follow_up_id, by)
    check_version(follow_up, expected_version)
    found = outcome if reached else ""
    policies.check_can_follow_up(by, follow_up, timezone.localdate(), found)
    step = StepInHand(follow_up, "attempt", by, patient_id=follow_up.patient_id)
    number = follow_up.attempts.count() + 1
    FollowUpAttempt.objects.create(
        follow_up=follow_up,
        number=number,
        at=step.at,
        reached=reached,
        note=note,
        by_kind=by.kind,
        by_id=by.id if by.is_person else None,
    )
    step.event(Kind.FOLLOW_UP_ATTEMPTED, number=number, reached=reached)
    if not reached and number >= ATTEMPTS:
        found = FollowUpOutcome.UNKNOWN
    if found:
        _record(step, found)
    step.save()
    return follow_up


def _record(step: StepInHand, outcome: str, kind: Kind = Kind.FOLLOW_UP_RECORDED) -> None:
    follow_up: FollowUp91 = step.subject
    follow_up.outcome, follow_up.recorded_at = FollowUpOutcome(outcome), step.at
    step.event(kind, outcome=outcome, due_on=follow_up.due_on.isoformat())


@transaction.atomic
def correct_follow_up(
    *, follow_up_id: UUID, by: Actor, outcome: str, reason: str, expected_version: int | None = None
) -> FollowUp91:
    """A supervisor puts right what was recorded, and says why."""
    if not reason.strip():
        raise Invalid("Say why it is corrected.", field="reason")
    follow_up = _locked(follow_up_id, by)
    check_version(follow_up, expected_version)
    policies.check_can_correct(by, follow_up)
    if outcome == follow_up.outcome:
        raise Invalid("That is what is recorded already.", field="outcome")
    step = StepInHand(follow_up, "correct", by, reason=reason, patient_id=follow_up.patient_id)
    _record(step, outcome, Kind.FOLLOW_UP_CORRECTED)
    step.save()
    return follow_up


@transaction.atomic
def note_death(*, follow_up_id: UUID, by: Actor, now: datetime) -> FollowUp91:
    """The record says that the person died before day 91, so nobody needs to call."""
    follow_up = _locked(follow_up_id, by)
    if follow_up.outcome:
        return follow_up
    step = StepInHand(follow_up, "note_death", by, now, patient_id=follow_up.patient_id)
    _record(step, FollowUpOutcome.DIED)
    step.save()
    return follow_up
