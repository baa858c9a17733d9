"""Who may say who works when: somebody who manages the rota of that team."""

from uuid import UUID

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import IllegalTransition, NotPermitted
from homefirst.models import Shift
from homefirst.policies import allows


def check_can_manage(by: Actor, team_id: UUID) -> None:
    """Raise NotPermitted unless the actor manages this team's rota."""
    if by.is_system:
        return
    if not by.can(Permission.MANAGE_ROTA):
        raise NotPermitted(f"Your role ({by.role_name}) cannot change the rota. Ask your service lead.")
    if team_id not in by.team_ids:
        raise NotPermitted("That is the rota of another team.", code="NO_RELATIONSHIP")


def check_can_cancel(by: Actor, shift: Shift) -> None:
    """Raise unless the actor manages the rota and the shift stands."""
    check_can_manage(by, shift.team_id)
    if shift.cancelled_at is not None:
        raise IllegalTransition("This shift was cancelled already.")


def can_manage(by: Actor, team_id: UUID) -> bool:
    """True when check_can_manage would not raise."""
    return allows(check_can_manage, by, team_id)
