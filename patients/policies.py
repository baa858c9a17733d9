"""Who may change, merge, restrict or open a record. Each refusal is a sentence fit for the user."""

from uuid import UUID

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, Invalid, NotPermitted
from patients.models import BreakGlass, Patient

EDITORS = (Permission.REFER, Permission.ACKNOWLEDGE, Permission.RESPOND)
UNSEEN = (
    "There is no record here that you may open. You have no part in this person’s care, the record is restricted, "
    "or it does not exist."
)
SHORTEST_REASON = 10


def unseen() -> NotPermitted:
    """The one answer for records that are not there and records that are not this actor's to see."""
    return NotPermitted(UNSEEN, code="NO_RELATIONSHIP")


def check_can_add(by: Actor) -> None:
    """Whoever may refer may add the person to refer."""
    if not by.can(Permission.REFER):
        raise NotPermitted("Your role does not add people. Ask a colleague who refers.")


def can_edit(by: Actor) -> bool:
    """Whether the role changes records at all; which records is decided by visible_to."""
    return by.can(Permission.VIEW_PATIENT) and any(by.can(permission) for permission in EDITORS)


def check_can_edit(by: Actor, patient: Patient) -> None:
    """Roles that refer, triage or respond keep the details of the people they see up to date."""
    if not can_edit(by):
        raise NotPermitted("Your role does not change people’s details.")
    check_not_merged(patient)


def check_not_merged(patient: Patient) -> None:
    """An absorbed record is kept as it was."""
    if patient.merged_into_id:
        raise IllegalTransition("This record was merged into another. Change that one instead.", code="MERGED")


def check_can_merge(by: Actor) -> None:
    """Two records are joined, separated and judged different by shift leads and managers."""
    if not by.can(Permission.MERGE_PATIENTS):
        raise NotPermitted("Your role does not merge records. Ask your shift lead.")


def can_restrict(by: Actor) -> bool:
    """Information governance, and whoever supervises those who see the record."""
    return by.can(Permission.GOVERN) or by.can(Permission.SUPERVISE)


def check_can_restrict(by: Actor) -> None:
    """A restriction is set at once by a supervisor or by information governance."""
    if not can_restrict(by):
        raise NotPermitted("Your role does not restrict records. Ask your shift lead or the Caldicott Guardian.")


def check_can_govern(by: Actor) -> None:
    """The access log, lifting restrictions and judging emergency access."""
    if not by.can(Permission.GOVERN):
        raise NotPermitted("Only information governance does this. Ask the Caldicott Guardian.")


def check_can_break_glass(by: Actor) -> UUID:
    """Emergency access is for roles that care in emergencies. Returns the organisation that answers for it."""
    if not (by.is_person and by.organisation_id and by.can(Permission.BREAK_GLASS)):
        raise NotPermitted("Your role has no emergency access. Ask a clinician who is on duty.")
    return by.organisation_id


def check_reason(reason: str, *, field: str = "reason", longest: int = 500) -> str:
    """A reason another person can judge later."""
    text = " ".join(reason.replace("\x00", "").split())
    if len(text) < SHORTEST_REASON:
        raise Invalid(f"Say why in at least {SHORTEST_REASON} characters", field=field)
    if len(text) > longest:
        raise Invalid(f"Say why in {longest} characters or fewer", field=field)
    return text


def check_can_review(by: Actor, glass: BreakGlass) -> None:
    """Emergency access is judged once, by somebody else."""
    check_can_govern(by)
    if glass.user_id == by.id:
        raise NotPermitted("You cannot review your own emergency access. Ask another Caldicott Guardian.")
    if glass.reviewed_at:
        raise IllegalTransition("This emergency access has already been reviewed.")
