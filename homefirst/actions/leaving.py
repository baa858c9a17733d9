"""Leaving hospital and what follows: gone, seen at home, closed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid
from homefirst import cases, leaving, waiting
from homefirst.codes import Destination
from homefirst.models import DischargeCase
from homefirst.policies.discharge import CaseVerb
from homefirst.states import DISCHARGE_EVENTS, DISCHARGE_TRANSITIONS, DischargeStatus
from homefirst.steps import StepInHand


@transaction.atomic
def leave(
    *,
    case_id: UUID,
    by: Actor,
    destination: str,
    at: datetime | None = None,
    despite_missing: bool = False,
    expected_version: int | None = None,
) -> DischargeCase:
    """They have left. Refused while a required task is open or a hard item of the transfer data set is missing."""
    along = leaving.along()
    case = cases.take(CaseVerb.LEAVE, case_id, by=by, expected_version=expected_version, along=along)
    left_at = cases.happened(at, not_before=case.ready_at, before="That is before they were ready to leave.")
    if destination not in Destination.values:
        raise Invalid("Choose where they went.", field="destination")
    if destination != Destination.DIED:
        leaving.check_destination(case, destination)
        leaving.check_complete(case, despite_missing=despite_missing)
    step = StepInHand(case, "leave", by, patient_id=case.patient_id)
    waiting.end(case, left_at)
    if destination == Destination.DIED:
        cases.drop_tasks(case, step)
    case.destination, case.discharged_at = destination, left_at
    step.move(
        DischargeStatus.DISCHARGED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, destination=destination,
        pathway=case.pathway, left_at=left_at.isoformat(), place=str(case.place_id),
    )  # fmt: skip
    step.save()
    return case


@transaction.atomic
def see_at_home(
    *, case_id: UUID, by: Actor, at: datetime | None = None, expected_version: int | None = None
) -> DischargeCase:
    """Assessed at home: what somebody needs is seen where they live."""
    case = cases.take(CaseVerb.AT_HOME, case_id, by=by, expected_version=expected_version)
    seen_at = cases.happened(at, not_before=case.discharged_at, before="That is before they left hospital.")
    if case.destination == Destination.DIED:
        raise IllegalTransition("This person has died.")
    case.assessed_at = seen_at
    step = StepInHand(case, "at_home", by, patient_id=case.patient_id)
    step.move(DischargeStatus.ASSESSED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, seen_at=seen_at.isoformat())
    step.save()
    return case


@transaction.atomic
def close_case(*, case_id: UUID, by: Actor, expected_version: int | None = None) -> DischargeCase:
    """Everything about this way home is done; tasks that nobody needs any more go with it."""
    case = cases.take(CaseVerb.CLOSE, case_id, by=by, expected_version=expected_version)
    step = StepInHand(case, "close", by, patient_id=case.patient_id)
    cases.drop_tasks(case, step)
    case.closed_at = step.at
    step.move(DischargeStatus.CLOSED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS)
    step.save()
    return case
