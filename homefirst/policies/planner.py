"""Who may ask the planner."""

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import NotPermitted


def check_can_plan(by: Actor) -> None:
    """Raise NotPermitted unless the role plans places."""
    if not by.is_system and not by.can(Permission.PLAN_PLACES):
        raise NotPermitted(f"Your role ({by.role_name}) cannot do this.")
