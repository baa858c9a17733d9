"""Who owns the hours of waiting: the hub says, the owner agrees or disputes, the hub settles."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.errors import Invalid, NotFound
from audit.events import Kind
from directory.models import Organisation
from homefirst import cases, waiting
from homefirst.models import DelayReason, DelaySpell, DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.relating import relate
from homefirst.steps import StepInHand

State = DelaySpell.State


@transaction.atomic
def reattribute(
    *,
    case_id: UUID,
    by: Actor,
    at: datetime,
    organisation_id: UUID,
    reason_id: UUID,
    note: str = "",
    expected_version: int | None = None,
) -> DelaySpell:
    """From a moment on, until the owner changes next, the hours belong to another organisation or reason.

    After a dispute this is the hub's answer, so the hours count as agreed; their new owner may still dispute them.
    """
    case = cases.take(CaseVerb.REATTRIBUTE, case_id, by=by, expected_version=expected_version)
    moment = cases.happened(at)
    owner = Organisation.objects.in_force().filter(pk=organisation_id).first()
    if owner is None:
        raise Invalid("Choose the organisation that owns these hours.", field="organisation")
    reason = DelayReason.objects.in_force().filter(pk=reason_id).first()
    if reason is None:
        raise Invalid("Choose a reason from the list.", field="reason")
    spell = waiting.spell_at(case, moment)
    before, settles = spell.organisation_id, spell.state == State.DISPUTED
    relate(case.patient_id, [owner.pk])
    step = StepInHand(case, "reattribute", by, reason=note.strip(), patient_id=case.patient_id)
    owned = waiting.hand_over(
        spell, moment, organisation_id=owner.pk, reason_id=reason.pk, note=note.strip(), dispute="",
        state=State.AGREED if settles else State.ATTRIBUTED,
    )  # fmt: skip
    step.event(
        Kind.DELAY_REATTRIBUTED, spell=str(owned.pk), organisation=str(owner.pk), before=str(before),
        reason=reason.code, settles=settles,
    )  # fmt: skip
    step.save()
    return owned


@transaction.atomic
def dispute_delay(*, spell_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> DelaySpell:
    """These hours are not ours, and why; the hub answers."""
    case, spell = _take(spell_id, by, expected_version)
    policies.check_can_dispute_delay(by, spell)
    cases.need(reason, "Say why these hours are not yours")
    step = StepInHand(case, "dispute_delay", by, reason=reason.strip(), patient_id=case.patient_id)
    spell.state, spell.dispute = State.DISPUTED, reason.strip()
    spell.save(update_fields=["state", "dispute"])
    step.event(Kind.DELAY_DISPUTED, spell=str(spell.pk), organisation=str(spell.organisation_id))
    step.save()
    return spell


@transaction.atomic
def agree_delay(*, spell_id: UUID, by: Actor, expected_version: int | None = None) -> DelaySpell:
    """These hours are ours."""
    case, spell = _take(spell_id, by, expected_version)
    policies.check_can_agree_delay(by, spell)
    step = StepInHand(case, "agree_delay", by, patient_id=case.patient_id)
    spell.state = State.AGREED
    spell.save(update_fields=["state"])
    step.event(Kind.DELAY_AGREED, spell=str(spell.pk), organisation=str(spell.organisation_id))
    step.save()
    return spell


def _take(spell_id: UUID, by: Actor, expected_version: int | None) -> tuple[DischargeCase, DelaySpell]:
    """The case, locked, and the spell as it stands now."""
    spells = DelaySpell.objects.visible_to(by).filter(pk=spell_id)
    case_id = spells.values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound("There are no such hours of waiting, or you cannot see them.")
    case = cases.locked(case_id, by)
    cases.steps.check_version(case, expected_version)
    return case, spells.get()
