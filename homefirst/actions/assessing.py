"""One assessment that travels: made once, relied on by others or challenged; and whose may be relied on."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted
from audit.events import Kind, record
from homefirst import cases, steps
from homefirst.models import Assessment, AssessmentTool, Reliance, TrustedAssessor
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.steps import StepInHand


@transaction.atomic
def assess(
    *,
    case_id: UUID,
    by: Actor,
    tool_id: UUID,
    answers: dict[str, str],
    summary: str,
    expected_version: int | None = None,
) -> Assessment:
    """Assess by a tool. Trusted when the assessor is registered for it: then others may rely on it at once."""
    case = cases.take(CaseVerb.ASSESS, case_id, by=by, expected_version=expected_version)
    organisation_id = cases.answers_for(by)
    tool = AssessmentTool.objects.in_force().filter(pk=tool_id).first()
    if tool is None:
        raise Invalid("Choose an assessment that is in use.")
    _check_answers(tool, answers)
    if not summary.strip():
        raise Invalid("Write what you found, in a few sentences", field="summary")
    now = timezone.now()
    trusted = TrustedAssessor.objects.in_force().filter(user=by.id, tool=tool).first()
    made = Assessment(
        patient=case.patient, case=case, tool=tool, organisation_id=organisation_id, assessor_id=by.id,
        trusted=trusted is not None, agreement=trusted.agreement if trusted else "", answers=answers,
        summary=summary.strip(), made_at=now, good_until=now + timedelta(days=tool.good_for_days),
    )  # fmt: skip
    step = StepInHand(made, "assess", by, at=now, patient_id=case.patient_id)
    step.event(Kind.ASSESSMENT_MADE, case=str(case.pk), tool=tool.slug, edition=tool.edition, trusted=made.trusted)
    step.save()
    return made


def _check_answers(tool: AssessmentTool, answers: dict[str, str]) -> None:
    for question in tool.questions:
        if answers.get(question["code"]) not in question["choices"]:
            raise Invalid(f"Answer “{question['label']}”", field=question["code"])


@transaction.atomic
def rely_on(*, assessment_id: UUID, by: Actor, expected_version: int | None = None) -> Assessment:
    """My organisation relies on this assessment instead of making its own."""
    made = _take(assessment_id, by, expected_version)
    if not made.trusted:
        raise IllegalTransition("Only a trusted assessor’s assessment can be relied on.")
    _answer(made, by, Reliance.Answer.ACCEPTED, Kind.ASSESSMENT_RELIED_ON)
    return made


@transaction.atomic
def challenge(*, assessment_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> Assessment:
    """My organisation cannot rely on this assessment, and why."""
    made = _take(assessment_id, by, expected_version)
    cases.need(reason, "Say what you cannot rely on, and why")
    _answer(made, by, Reliance.Answer.CHALLENGED, Kind.ASSESSMENT_CHALLENGED, reason.strip())
    return made


def _take(assessment_id: UUID, by: Actor, expected_version: int | None) -> Assessment:
    made: Assessment = steps.locked(Assessment.objects.visible_to(by), assessment_id, "assessment")
    steps.check_version(made, expected_version)
    if made.organisation_id == by.organisation_id:
        raise NotPermitted("Your own organisation made this assessment.")
    if made.good_until <= timezone.now():
        raise IllegalTransition("This assessment is too old to rely on. Make a new one.")
    return made


def _answer(made: Assessment, by: Actor, answer: str, kind: Kind, reason: str = "") -> None:
    step = StepInHand(made, answer, by, reason=reason, patient_id=made.patient_id)
    given: dict[str, Any] = {"answer": answer, "reason": reason, "by_id": by.id, "at": step.at}
    mine = cases.answers_for(by)
    Reliance.objects.update_or_create(assessment=made, organisation_id=mine, defaults=given)
    step.event(kind, organisation=str(mine), case=str(made.case_id))
    step.save()


@transaction.atomic
def register_assessor(*, by: Actor, membership_id: UUID, tool_id: UUID, agreement: str) -> TrustedAssessor:
    """From today on others may rely on this person's assessments by a tool, under a named agreement."""
    policies.check_can_keep_assessors(by)
    member = Membership.objects.current().select_related("user").filter(pk=membership_id).first()
    if member is None or not member.user.is_active:
        raise Invalid("Choose somebody who works here now.", field="person")
    tool = AssessmentTool.objects.in_force().filter(pk=tool_id).first()
    if tool is None:
        raise Invalid("Choose an assessment that is in use.", field="tool")
    if not agreement.strip():
        raise Invalid("Name the agreement and its version", field="agreement")
    named = TrustedAssessor(
        user=member.user, organisation_id=member.organisation_id, tool=tool, agreement=agreement.strip(),
        valid_from=timezone.localdate(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            named.save(force_insert=True)
    except IntegrityError as known:
        raise DomainError("This person is already registered for this assessment.") from known
    record(Kind.ASSESSOR_REGISTERED, by=by, subject=named, user=str(member.user_id), tool=tool.slug)
    return named


@transaction.atomic
def end_assessor(*, by: Actor, assessor_id: UUID, reason: str) -> TrustedAssessor:
    """From tomorrow nobody relies on new assessments of this person; those made keep what was agreed."""
    policies.check_can_keep_assessors(by)
    cases.need(reason, "Say why the registration ends")
    named = TrustedAssessor.objects.select_for_update().filter(pk=assessor_id, valid_to=None).first()
    if named is None:
        raise IllegalTransition("This registration has already ended.")
    named.valid_to = _day_after(max(timezone.localdate(), named.valid_from))
    named.save(update_fields=["valid_to"])
    record(Kind.ASSESSOR_ENDED, by=by, subject=named, tool=named.tool.slug)
    return named


def _day_after(day: date) -> date:
    return day + timedelta(days=1)
