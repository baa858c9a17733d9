"""Who may do what with beds, places and changes of capacity."""

from uuid import UUID

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import NotPermitted
from homefirst.models import CapacityChange, Ward
from homefirst.policies import allows


def check_can_manage(by: Actor, ward: Ward) -> None:
    """Raise NotPermitted unless the actor manages beds for whoever runs this ward."""
    check_can_manage_of(by, ward.organisation_id, ward.name)


def check_can_manage_of(by: Actor, organisation_id: UUID, name: str) -> None:
    """As check_can_manage, from what a list has read of the ward."""
    if by.is_system:
        return
    if not by.can(Permission.MANAGE_BEDS):
        raise NotPermitted(f"Your role ({by.role_name}) can look at beds, not change them.")
    if organisation_id != by.organisation_id:
        raise NotPermitted(f"{name} is run by another organisation. Telephone the ward.", code="NO_RELATIONSHIP")


def can_manage(by: Actor, organisation_id: UUID) -> bool:
    """True when check_can_manage would not raise."""
    return allows(check_can_manage_of, by, organisation_id, "")


def check_can_change(by: Actor, change: CapacityChange) -> None:
    """Raise NotPermitted unless the actor manages the ward, or the rota of the team, that the change is about."""
    if change.ward is not None:
        check_can_manage(by, change.ward)
        return
    if by.is_system:
        return
    if not by.can(Permission.MANAGE_ROTA) or change.team_id not in by.team_ids:
        raise NotPermitted("Only somebody who manages the rota of this team can change it.")


def can_change(by: Actor, change: CapacityChange) -> bool:
    """True when check_can_change would not raise."""
    return allows(check_can_change, by, change)
