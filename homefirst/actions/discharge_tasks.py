"""What must happen before, or after, somebody leaves: whose it is, by when, and that it was done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from directory.models import Organisation
from homefirst import cases, steps
from homefirst.codes import TaskKind
from homefirst.models import DischargeCase, DischargeTask
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.relating import relate
from homefirst.states import DISCHARGE_EVENTS, DISCHARGE_TRANSITIONS, DischargeStatus
from homefirst.steps import StepInHand


@transaction.atomic
def add_task(
    *,
    case_id: UUID,
    by: Actor,
    kind: str,
    title: str,
    organisation_id: UUID,
    due_at: datetime,
    required: bool = True,
    note: str = "",
    expected_version: int | None = None,
) -> DischargeTask:
    """Ask an organisation to do something by a time; it may then open the person. A required one holds them up."""
    case = cases.take(CaseVerb.ADD_TASK, case_id, by=by, expected_version=expected_version)
    owner = Organisation.objects.in_force().of_kind(*policies.OWNERS).filter(pk=organisation_id).first()
    if owner is None:
        raise Invalid("Choose the organisation that does it.", field="organisation")
    if not title.strip():
        raise Invalid("Say what must be done", field="title")
    relate(case.patient_id, [owner.pk])
    task = DischargeTask(
        case=case, kind=TaskKind(kind), title=title.strip(), organisation=owner, required=required, due_at=due_at,
        note=note.strip(),
    )  # fmt: skip
    step = StepInHand(task, "add_task", by, patient_id=case.patient_id)
    step.event(Kind.DISCHARGE_TASK_ADDED, case=str(case.pk), task=task.kind, organisation=str(owner.pk))
    steps.save_together(step, _arranging(case, by, step.at))
    return task


def _arranging(case: DischargeCase, by: Actor, at: datetime) -> StepInHand:
    """The case changes with its tasks; the first one after the decision begins the arranging."""
    step = StepInHand(case, "add_task", by, at=at, patient_id=case.patient_id)
    if case.status == DischargeStatus.DECIDED:
        step.move(DischargeStatus.ARRANGING, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS)
    else:
        step.event(Kind.DISCHARGE_UPDATED, what="task")
    return step


def _take(task_id: UUID, by: Actor, expected_version: int | None) -> DischargeTask:
    """The task, locked after its case, and the actor's to do."""
    case_ids = DischargeTask.objects.visible_to(by).filter(pk=task_id).values_list("case_id", flat=True)
    if case_id := case_ids.first():
        cases.locked(case_id, by)
    task: DischargeTask = steps.locked(DischargeTask.objects.visible_to(by).select_related("case"), task_id, "task")
    steps.check_version(task, expected_version)
    policies.check_can_do_task(by, task)
    return task


def _step(task: DischargeTask, verb: str, by: Actor, kind: Kind, **about: Any) -> StepInHand:
    step = StepInHand(task, verb, by, patient_id=task.case.patient_id)
    step.event(kind, case=str(task.case_id), task=task.kind, organisation=str(task.organisation_id), **about)
    return step


@transaction.atomic
def finish_task(
    *, task_id: UUID, by: Actor, note: str = "", at: datetime | None = None, expected_version: int | None = None
) -> DischargeTask:
    """It is done."""
    task = _take(task_id, by, expected_version)
    done_at = cases.happened(at)
    step = _step(task, "finish_task", by, Kind.DISCHARGE_TASK_DONE, done_at=done_at.isoformat())
    task.done_at, task.note = done_at, note.strip() or task.note
    task.owner_id = by.id if by.is_person else task.owner_id
    step.save()
    return task


@transaction.atomic
def move_task(
    *, task_id: UUID, by: Actor, due_at: datetime, note: str, expected_version: int | None = None
) -> DischargeTask:
    """It will be later or earlier than asked, and why: everybody sees the new time."""
    task = _take(task_id, by, expected_version)
    if not note.strip():
        raise Invalid("Say what is in the way", field="note")
    step = _step(task, "move_task", by, Kind.DISCHARGE_TASK_UPDATED, what="due")
    step.reason = note.strip()
    task.due_at, task.note = due_at, note.strip()
    step.save()
    return task


@transaction.atomic
def cancel_task(*, task_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> DischargeTask:
    """Nobody needs it any more."""
    task = _take(task_id, by, expected_version)
    cases.need(reason, "Say why it is no longer needed")
    step = _step(task, "cancel_task", by, Kind.DISCHARGE_TASK_UPDATED, what="cancelled")
    step.reason, task.cancelled_at = reason, step.at
    step.save()
    return task
