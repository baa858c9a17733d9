"""The joint decision: each organisation says what it agrees to; two that agree decide, and once."""

from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from homefirst import cases, pathways, steps
from homefirst.models import Act, Agreement, DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.states import DISCHARGE_EVENTS, DISCHARGE_TRANSITIONS, DischargeStatus
from homefirst.steps import StepInHand

OTHERS_MAY = ("agree", "fill", "ask", "add_task", "take")
"""What may have happened since the page was opened without changing what the organisation agrees to."""


@transaction.atomic
def agree(
    *,
    case_id: UUID,
    by: Actor,
    pathway: int | None,
    destination: str,
    support: str,
    home_first_considered: bool | None,
    not_home_reason: str = "",
    expected_version: int | None = None,
) -> DischargeCase:
    """My organisation agrees to this way home. One NHS organisation and one council that agree on pathway and
    destination decide; pathway 0 the ward decides by itself. Without a pathway, it is worked out from the rest."""
    case = cases.locked(case_id, by)
    _check_version(case, expected_version)
    policies.check_can(CaseVerb.AGREE, by, case)
    mine = cases.answers_for(by)
    plan = pathways.suggest(destination, support) if pathway is None else pathways.check(pathway, destination, support)
    _check_plan(case, by, plan)
    pathway = plan.pathway
    pathways.check_home_first(pathway, considered=home_first_considered, reason=not_home_reason)
    step = StepInHand(case, "agree", by, patient_id=case.patient_id)
    agreement = Agreement(
        case=case, organisation_id=mine, user_id=by.id, user_name=by.name, pathway=pathway,
        destination=destination, support=support, home_first_considered=bool(home_first_considered),
        not_home_reason=not_home_reason.strip() if pathway > pathways.Pathway.P1 else "", at=step.at,
    )  # fmt: skip
    case.agreements.filter(organisation=mine, superseded_at=None).update(superseded_at=step.at)
    agreement.save()
    step.event(Kind.DISCHARGE_AGREED, organisation=str(mine), pathway=pathway)
    if _is_decided(case, agreement):
        _decide(case, agreement, step)
    step.save()
    return case


def _check_version(case: DischargeCase, expected: int | None) -> None:
    """Two organisations may agree at the same time: what only others' agreements changed is still what I saw."""
    if expected is None or expected == case.version:
        return
    since = Act.objects.filter(subject_id=case.pk, version__gt=expected).exclude(verb__in=OTHERS_MAY)
    if expected > case.version or since.exists():
        steps.check_version(case, expected)


def _check_plan(case: DischargeCase, by: Actor, plan: pathways.Suggestion) -> None:
    """Pathway 0 is the ward's alone; every other pathway is decided by members of the hub."""
    alone = policies.decides_alone(by, case)
    if plan.is_ward_led and not alone:
        raise Invalid(f"{plan.why} Tell the ward: they record it.", field="pathway", code="WARD_LED")
    if not plan.is_ward_led and not by.can(policies.Permission.DECIDE_DISCHARGE):
        raise Invalid(f"{plan.why} The hub’s members record what they agree to.", field="pathway", code="HUB_LED")


def _is_decided(case: DischargeCase, mine: Agreement) -> bool:
    """The ward alone for pathway 0; otherwise one of the NHS and one council agree on the same."""
    if mine.pathway == pathways.Pathway.P0:
        return True
    same = case.agreements.filter(superseded_at=None, pathway=mine.pathway, destination=mine.destination)
    kinds = set(same.values_list("organisation__kind", flat=True))
    return any(map(policies.is_nhs, kinds)) and any(map(policies.is_council, kinds))


def _decide(case: DischargeCase, agreed: Agreement, step: StepInHand) -> None:
    case.pathway, case.destination, case.support = agreed.pathway, agreed.destination, agreed.support
    case.home_first_considered, case.not_home_reason = agreed.home_first_considered, agreed.not_home_reason
    case.decided_at = step.at
    step.move(
        DischargeStatus.DECIDED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, pathway=agreed.pathway,
        destination=agreed.destination, place=str(case.place_id),
    )  # fmt: skip


@transaction.atomic
def reconsider(*, case_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> DischargeCase:
    """What was decided does not fit any more: everybody agrees anew. The person stays ready, and waits."""
    case = cases.take(CaseVerb.RECONSIDER, case_id, by=by, expected_version=expected_version)
    cases.need(reason, "Say why it must be decided again")
    step = StepInHand(case, "reconsider", by, reason=reason, patient_id=case.patient_id)
    cases.forget_decision(case, step.at)
    step.move(DischargeStatus.READY, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, again=True)
    step.save()
    return case
