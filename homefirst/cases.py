"""Opening a discharge case to change it, and who belongs to one: what every action about it begins with."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, NotPermitted
from audit.events import Kind
from directory.codes import OrganisationKind
from directory.models import Area, Organisation, PointOfAccess
from homefirst import steps
from homefirst.models import DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.steps import StepInHand

CLOCK_SKEW_SECONDS = 120
MINUTE = timedelta(minutes=1)


def take(verb: CaseVerb, case_id: UUID, *, by: Actor, expected_version: int | None) -> DischargeCase:
    """The case, locked, in the version that the actor saw, and theirs to change in this way."""
    case = locked(case_id, by)
    steps.check_version(case, expected_version)
    policies.check_can(verb, by, case)
    return case


def locked(case_id: UUID, by: Actor) -> DischargeCase:
    """The case, locked until the transaction ends; always before anything that belongs to it."""
    rows = DischargeCase.objects.visible_to(by).select_related("hospital", "hub__organisation", "place")
    return steps.locked(rows, case_id, "case")


def hub_of(place_id: UUID) -> PointOfAccess:
    """The hub that decides for people of a place."""
    hub = PointOfAccess.objects.nearest(place_id).select_related("organisation").first()
    if hub is None:
        raise Invalid("No hub is open that could decide the way home. Ask the administrator.")
    return hub


def council_of(place: Area) -> Organisation | None:
    """The council with adult social care of a place: it carries the place's own code."""
    if not place.gss_code:
        return None
    councils = Organisation.objects.in_force().of_kind(OrganisationKind.COUNCIL)
    return councils.filter(gss_code=place.gss_code).first()


def happened(
    at: datetime | None, *, field: str = "at", not_before: datetime | None = None, before: str = ""
) -> datetime:
    """When something happened: now unless said; not in the future, and not before what must come first. People type
    minutes: the minute in which the earlier thing happened is not before it."""
    now = timezone.now()
    if at is None:
        return max(now, not_before) if not_before else now
    if (at - now).total_seconds() > CLOCK_SKEW_SECONDS:
        raise Invalid("That is in the future. Say when it happened.", field=field, code="FUTURE_TIME")
    if not_before and at < not_before < at + MINUTE:
        return not_before
    if not_before and at < not_before:
        raise Invalid(before or "That is too early.", field=field, code="TOO_EARLY")
    return at


def answers_for(by: Actor) -> UUID:
    """The organisation for which a person speaks: systems agree to nothing and assess nobody."""
    if not by.is_person or by.organisation_id is None:
        raise NotPermitted("A person says this, for their organisation.")
    return by.organisation_id


def need(reason: str, words: str) -> None:
    """A reason another person can read. Raises Invalid with what to say."""
    if not reason.strip():
        raise Invalid(words, field="reason")


def forget_decision(case: DischargeCase, at: datetime) -> None:
    """What was agreed no longer stands; it stays in the history."""
    case.agreements.filter(superseded_at=None).update(superseded_at=at)
    case.pathway, case.decided_at, case.home_first_considered = None, None, None
    case.destination = case.support = case.not_home_reason = ""


def drop_tasks(case: DischargeCase, step: StepInHand) -> None:
    """Tasks that are open when nobody needs them any more."""
    for task in case.tasks.to_do().select_for_update(of=("self",)):
        dropped = StepInHand(task, "drop_task", step.by, at=step.at, patient_id=case.patient_id)
        dropped.event(Kind.DISCHARGE_TASK_UPDATED, what="cancelled", case=str(case.pk))
        task.cancelled_at = step.at
        dropped.save()
