"""Who works when. Nobody works twice at once: the database says so, whoever employs them and in whichever team."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound
from audit.events import Kind
from directory.models import Team
from homefirst import people
from homefirst.models import CapacityChange, Shift
from homefirst.policies import rota as policies
from homefirst.rota import touched_by
from homefirst.steps import StepInHand, check_version, locked
from pages.words import count, moment

LONGEST = timedelta(hours=16)
"""The longest shift that can be entered: longer ones are mistyped dates."""


@transaction.atomic
def add_shift(
    *,
    team_id: UUID,
    worker_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    cover: str = Shift.Cover.DAY,
    visits_an_hour: Decimal = Decimal(1),
) -> Shift:
    """Put somebody on a team's rota: of its own organisation, or of an employer that lends it staff."""
    team = Team.objects.in_force().filter(pk=team_id).first()
    if team is None:
        raise NotFound("There is no such team.")
    policies.check_can_manage(by, team.pk)
    _check_times(starts_at, ends_at)
    held = people.workers(team, team.organisation_id).filter(user=worker_id)
    employer = min(held.values_list("organisation", flat=True), key=lambda pk: pk != team.organisation_id, default=None)
    if employer is None:
        raise Invalid("Choose somebody who works for this team’s employers.", field="worker_id")
    shift = Shift(
        team=team,
        worker_id=worker_id,
        employer_id=employer,
        cover=Shift.Cover(cover),
        starts_at=starts_at,
        ends_at=ends_at,
        visits_an_hour=visits_an_hour,
    )
    step = StepInHand(shift, "add", by)
    step.event(
        Kind.SHIFT_ADDED,
        team=str(team.pk),
        worker=str(worker_id),
        employer=str(employer),
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    _save(step, shift)
    return shift


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid("The end must be after the start.", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Invalid("A shift lasts 16 hours at most. Check the times.", field="ends_at")
    if ends_at <= timezone.now():
        raise Invalid("That shift has ended already. Check the date.", field="starts_at")


def _save(step: StepInHand, shift: Shift) -> None:
    """Write it; when the worker is on another shift at that time, say which."""
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError as refused:
        if "shift_one_at_a_time" not in str(refused):
            raise
        raise Invalid(_clash(shift), code="WORKS_ALREADY", field="worker_id") from refused


def _clash(shift: Shift) -> str:
    rows = Shift.objects.standing().filter(worker=shift.worker_id).during(shift.starts_at, shift.ends_at)
    other = rows.select_related("team", "worker").order_by("starts_at").first()
    if other is None:
        return "This person was put on another shift at these hours a moment ago. Look at the rota again."
    return (
        f"{other.worker.name} works from {moment(other.starts_at)} to {moment(other.ends_at)} in {other.team.name}. "
        "Choose other times or somebody else."
    )


@transaction.atomic
def cancel_shift(
    *,
    shift_id: UUID,
    by: Actor,
    reason: str,
    expected_version: int | None = None,
    change: CapacityChange | None = None,
) -> Shift:
    """Take a shift off the rota, with a reason. When people would be left without anybody it is refused, unless a
    change of capacity that names this shift was looked at and agreed.

    The team is locked, so that two shifts that cover for each other cannot go at the same moment.
    """
    found = Shift.objects.visible_to(by).filter(pk=shift_id).values_list("team", flat=True).first()
    if found is None:
        raise NotFound("There is no such shift, or you cannot see it.")
    Team.objects.select_for_update().get(pk=found)
    shift: Shift = locked(Shift.objects.visible_to(by), shift_id, "shift")
    check_version(shift, expected_version)
    policies.check_can_cancel(by, shift)
    if not reason.strip():
        raise Invalid("Say why the shift is cancelled.", field="reason")
    if change is None or shift.pk not in change.things:
        _check_touches_nobody(shift)
    step = StepInHand(shift, "cancel", by, reason=reason.strip())
    shift.cancelled_at, shift.cancel_reason = step.at, reason.strip()
    step.event(
        Kind.SHIFT_CANCELLED,
        team=str(shift.team_id),
        worker=str(shift.worker_id),
        starts_at=shift.starts_at.isoformat(),
    )
    step.save()
    return shift


def _check_touches_nobody(shift: Shift) -> None:
    touched = touched_by([shift.pk])
    if not touched:
        return
    who = count(len(touched), "person", "people")
    raise IllegalTransition(
        f"Nobody else works at some of these hours, and {who} in crisis care would be left without anybody. "
        "Put somebody else on the rota first, or propose it as a change of capacity.",
        code="TOUCHES_PEOPLE",
        touched=len(touched),
    )
