"""Opening a discharge case to change it, and who belongs to one: what every action about it begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, NotPermitted
from audit.events import Kind
from directory.codes import OrganisationKind
from directory.models import Area, Organisation, PointOfAccess
from directory.querysets import OrganisationQuerySet
from homefirst import steps
from homefirst.models import DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.steps import StepInHand

CLOCK_SKEW_SECONDS = 120
MINUTE = timedelta(minutes=1)
Along = Mapping[str, Any]
"""Columns by name that are read along with a case."""
NOTHING: Along = MappingProxyType({})


def take(
    verb: CaseVerb, case_id: UUID, *, by: Actor, expected_version: int | None, along: Along = NOTHING
) -> DischargeCase:
    """The case, locked, in the version that the actor saw, and theirs to change in this way."""
    case = locked(case_id, by, along)
    steps.check_version(case, expected_version)
    policies.check_can(verb, by, case)
    return case


def locked(case_id: UUID, by: Actor, along: Along = NOTHING) -> DischargeCase:
    """The case, locked until the transaction ends; always before anything that belongs to it.

    What is read along with it is as old as the question: after somebody else's step was waited for, it is asked again.
    """
    rows = DischargeCase.objects.visible_to(by).select_related(
        "hospital", "hub__organisation", "place", "patient", "owner"
    )
    asked = DischargeCase.objects.filter(pk=OuterRef("pk")).values("version")
    rows = rows.annotate(version_asked=Subquery(asked), **along) if along else rows
    case = steps.locked(rows, case_id, "case")
    return steps.locked(rows, case_id, "case") if along and case.version != case.version_asked else case


NO_HUB = "No hub is open that could decide the way home. Ask the administrator."


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides for people of a place: the hub, whoever runs it, and the council, if the place has one."""

    hub_id: UUID
    hub_runs_id: UUID
    council_id: UUID | None


def with_deciders(hospitals: OrganisationQuerySet, place: Area) -> OrganisationQuerySet:
    """Reads these hospitals together with who decides for people of a place."""
    hubs, councils = PointOfAccess.objects.nearest(place.pk), _councils_of(place)
    return hospitals.annotate(
        hub_of_place=Subquery(hubs.values("pk")[:1]),
        hub_runs=Subquery(hubs.values("organisation")[:1]),
        council_of_place=Subquery(councils.values("pk")[:1]),
    )


def deciders_of(hospital: Organisation) -> Deciders:
    """Who was read with the hospital."""
    row: Any = hospital
    if row.hub_of_place is None:
        raise Invalid(NO_HUB)
    return Deciders(row.hub_of_place, row.hub_runs, row.council_of_place)


def hub_of(place_id: UUID) -> PointOfAccess:
    """The hub that decides for people of a place."""
    hub = PointOfAccess.objects.nearest(place_id).select_related("organisation").first()
    if hub is None:
        raise Invalid(NO_HUB)
    return hub


def _councils_of(place: Area) -> OrganisationQuerySet:
    councils = Organisation.objects.in_force().of_kind(OrganisationKind.COUNCIL)
    return councils.filter(gss_code=place.gss_code) if place.gss_code else councils.none()


def council_of(place: Area) -> Organisation | None:
    """The council with adult social care of a place: it carries the place's own code."""
    return _councils_of(place).first()


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
    dropped = []
    for task in case.tasks.to_do().select_for_update(of=("self",)):
        one = StepInHand(task, "drop_task", step.by, at=step.at, patient_id=case.patient_id)
        one.event(Kind.DISCHARGE_TASK_UPDATED, what="cancelled", case=str(case.pk))
        task.cancelled_at = step.at
        dropped.append(one)
    steps.save_together(*dropped)
