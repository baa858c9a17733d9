"""Who may do what to somebody's way home, and in which state. Each refusal is a sentence fit for the user."""

from collections.abc import Callable
from enum import StrEnum

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.models import DelaySpell, DischargeCase, DischargeTask
from homefirst.policies import allows
from homefirst.states import WAITING_TO_LEAVE, DischargeStatus

NHS = frozenset(
    {
        OrganisationKind.ICB,
        OrganisationKind.SUB_ICB,
        OrganisationKind.COMMUNITY_TRUST,
        OrganisationKind.ACUTE_TRUST,
        OrganisationKind.HOSPITAL,
        OrganisationKind.AMBULANCE,
    }
)
COUNCILS = frozenset({OrganisationKind.COUNCIL})
OWNERS = (
    OrganisationKind.COUNCIL,
    OrganisationKind.DISTRICT_COUNCIL,
    OrganisationKind.COMMUNITY_TRUST,
    OrganisationKind.ACUTE_TRUST,
    OrganisationKind.HOSPITAL,
    OrganisationKind.AMBULANCE,
    OrganisationKind.HOSPICE,
    OrganisationKind.CARE_HOME,
    OrganisationKind.HOME_CARE,
    OrganisationKind.VOLUNTARY,
    OrganisationKind.OUT_OF_HOURS,
    OrganisationKind.ICB,
)
"""Kinds of organisation that do tasks and own hours of waiting."""


class CaseVerb(StrEnum):
    """What people do to a case, in the order of the journey."""

    TAKE = "take"
    PLAN = "plan"
    READY = "ready"
    AGREE = "agree"
    RECONSIDER = "reconsider"
    ADD_TASK = "add_task"
    FILL = "fill"
    ASK = "ask"
    ASSESS = "assess"
    REATTRIBUTE = "reattribute"
    LEAVE = "leave"
    AT_HOME = "at_home"
    CLOSE = "close"
    NOT_READY = "not_ready"
    STOP = "stop"


Check = Callable[[Actor, DischargeCase], bool]


def has_the_person(by: Actor, case: DischargeCase) -> bool:
    """The actor works for the hospital, or the trust, that has the person now."""
    return by.organisation_id in (case.hospital_id, case.hospital.parent_id)


def takes_part(_by: Actor, _case: DischargeCase) -> bool:
    """Whoever sees the case takes part in it: it is shown to organisations related to the person only."""
    return True


def decides_by_system(by: Actor, case: DischargeCase) -> bool:
    """The actor is the system of an organisation that decides: the hub's, or the council's of the person's place."""
    if by.is_person or by.organisation_id == case.hub.organisation_id:
        return not by.is_person
    if not case.place.gss_code:
        return False
    councils = Organisation.objects.in_force().of_kind(*COUNCILS).filter(gss_code=case.place.gss_code)
    return councils.filter(pk=by.organisation_id).exists()


WARD = (Permission.DISCHARGE, has_the_person)
HUB = (Permission.DECIDE_DISCHARGE, takes_part)
DOER = (Permission.DO_TASKS, takes_part)
SYSTEM = (Permission.DISCHARGE, decides_by_system)
BEFORE = (DischargeStatus.IDENTIFIED, DischargeStatus.PLANNING)
STILL_THERE = (*BEFORE, *WAITING_TO_LEAVE)
DECIDED = (DischargeStatus.DECIDED, DischargeStatus.ARRANGING)
LEFT = (DischargeStatus.DISCHARGED, DischargeStatus.ASSESSED)

WHO: dict[CaseVerb, tuple[tuple[Permission, Check], ...]] = {
    CaseVerb.TAKE: (WARD, HUB),
    CaseVerb.PLAN: (WARD, HUB),
    CaseVerb.READY: (WARD,),
    CaseVerb.AGREE: (HUB, WARD),
    CaseVerb.RECONSIDER: (HUB, WARD),
    CaseVerb.ADD_TASK: (HUB, WARD, SYSTEM),
    CaseVerb.FILL: (WARD, HUB, DOER),
    CaseVerb.ASK: (HUB, DOER),
    CaseVerb.ASSESS: (WARD, HUB, DOER),
    CaseVerb.REATTRIBUTE: (HUB,),
    CaseVerb.LEAVE: (WARD,),
    CaseVerb.AT_HOME: (HUB, DOER),
    CaseVerb.CLOSE: (HUB, WARD),
    CaseVerb.NOT_READY: (WARD,),
    CaseVerb.STOP: (WARD, HUB),
}
WHEN: dict[CaseVerb, tuple[DischargeStatus, ...]] = {
    CaseVerb.TAKE: (*STILL_THERE, *LEFT),
    CaseVerb.PLAN: (DischargeStatus.IDENTIFIED,),
    CaseVerb.READY: BEFORE,
    CaseVerb.AGREE: (DischargeStatus.READY,),
    CaseVerb.RECONSIDER: DECIDED,
    CaseVerb.ADD_TASK: STILL_THERE,
    CaseVerb.FILL: STILL_THERE,
    CaseVerb.ASK: STILL_THERE,
    CaseVerb.ASSESS: (*STILL_THERE, *LEFT),
    CaseVerb.REATTRIBUTE: (*WAITING_TO_LEAVE, *LEFT),
    CaseVerb.LEAVE: WAITING_TO_LEAVE,
    CaseVerb.AT_HOME: (DischargeStatus.DISCHARGED,),
    CaseVerb.CLOSE: LEFT,
    CaseVerb.NOT_READY: WAITING_TO_LEAVE,
    CaseVerb.STOP: STILL_THERE,
}


def check_can(verb: CaseVerb, by: Actor, case: DischargeCase) -> None:
    """Raise NotPermitted or IllegalTransition with a sentence, or return."""
    if not by.is_system:
        check_who(verb, by, case)
    if case.status not in WHEN[verb]:
        raise IllegalTransition(
            f"This case is now “{DischargeStatus(case.status).label}”, so that is no longer possible.",
            case_status=case.status,
        )


def check_can_take(by: Actor, case: DischargeCase) -> None:
    """Whoever has a case does not take it again."""
    check_can(CaseVerb.TAKE, by, case)
    if case.owner_id == by.id:
        raise IllegalTransition("You have this case already.")


def check_who(verb: CaseVerb, by: Actor, case: DischargeCase) -> None:
    """Role and part in the case."""
    rules = WHO[verb]
    if not any(by.can(permission) for permission, _ in rules):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")
    if not any(by.can(permission) and related(by, case) for permission, related in rules):
        raise NotPermitted("The person is at another hospital, so you cannot do this.", code="NO_RELATIONSHIP")


def can(verb: CaseVerb, by: Actor, case: DischargeCase) -> bool:
    """True when check_can would not raise."""
    return allows(check_can, verb, by, case)


def check_can_identify(by: Actor) -> None:
    """Wards and hubs begin a case."""
    if not (by.can(Permission.DISCHARGE) or by.can(Permission.DECIDE_DISCHARGE)):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")


def decides_alone(by: Actor, case: DischargeCase) -> bool:
    """The ward that has the person leads pathway 0 by itself."""
    return by.is_system or (by.can(Permission.DISCHARGE) and has_the_person(by, case))


def check_can_do_task(by: Actor, task: DischargeTask) -> None:
    """A task is done by the organisation that owns it; the hub keeps its own and helps with others'."""
    mine = task.organisation_id == by.organisation_id and by.can(Permission.DO_TASKS)
    if not (mine or by.can(Permission.DECIDE_DISCHARGE)):
        raise NotPermitted("This task belongs to another organisation, so you cannot do this.", code="NO_RELATIONSHIP")
    if task.done_at or task.cancelled_at:
        raise IllegalTransition("This task is already done or no longer needed.")


def can_do_task(by: Actor, task: DischargeTask) -> bool:
    """True when check_can_do_task would not raise."""
    return allows(check_can_do_task, by, task)


def check_can_answer_delay(by: Actor, spell: DelaySpell) -> None:
    """Whoever owns hours of waiting says whether that is right."""
    if not by.can(Permission.DO_TASKS) or (spell.organisation_id != by.organisation_id and not by.is_system):
        raise NotPermitted("These hours belong to another organisation: only they can answer.", code="NO_RELATIONSHIP")


def check_can_agree_delay(by: Actor, spell: DelaySpell) -> None:
    """Hours that nobody has answered for yet."""
    check_can_answer_delay(by, spell)
    if spell.state == DelaySpell.State.AGREED:
        raise IllegalTransition("Your organisation has already agreed to these hours.")


def check_can_dispute_delay(by: Actor, spell: DelaySpell) -> None:
    """Hours that are not in dispute already."""
    check_can_answer_delay(by, spell)
    if spell.state == DelaySpell.State.DISPUTED:
        raise IllegalTransition("These hours are already disputed. The hub answers next.")


def can_agree_delay(by: Actor, spell: DelaySpell) -> bool:
    """True when check_can_agree_delay would not raise."""
    return allows(check_can_agree_delay, by, spell)


def can_dispute_delay(by: Actor, spell: DelaySpell) -> bool:
    """True when check_can_dispute_delay would not raise."""
    return allows(check_can_dispute_delay, by, spell)


def check_can_keep_assessors(by: Actor) -> None:
    """The hub keeps the register of trusted assessors."""
    if not by.can(Permission.DECIDE_DISCHARGE):
        raise NotPermitted(f"Your role ({by.role_name}) does not keep the register of trusted assessors.")


def is_nhs(kind: str) -> bool:
    """Whether organisations of this kind speak for the NHS in a joint decision."""
    return kind in NHS


def is_council(kind: str) -> bool:
    """Whether organisations of this kind speak for social care in a joint decision."""
    return kind in COUNCILS
