"""Who may change people and roles, and which role a person may act in."""

from datetime import datetime

from accounts.actors import Actor
from accounts.models import Membership, Role, User
from accounts.roles import Permission
from audit.errors import Invalid, NotPermitted
from directory.models import Organisation, Team


def check_can_administer(by: Actor) -> None:
    """People and roles are changed by administrators, and by the portal itself when it loads data."""
    if not by.can(Permission.ADMINISTER):
        raise NotPermitted("Only an administrator can change people and roles.")


def check_can_end(by: Actor, membership: Membership) -> None:
    """An administrator may end any role but the one that lets them do so, lest nobody is left to give it back."""
    check_can_administer(by)
    if membership.user_id == by.id and Permission.ADMINISTER in membership.role.permissions:
        raise NotPermitted("You cannot end your own administrator role. Ask another administrator.")


def check_can_act_in(by: Actor, membership: Membership | None, now: datetime) -> Membership:
    """A person acts only in their own roles, and only while they hold."""
    if membership is None or membership.user_id != by.id or not membership.holds_at(now):
        raise NotPermitted("You do not hold this role now. Choose one of the roles listed.", code="ROLE_ENDED")
    return membership


def check_fits(role: Role, organisation: Organisation, team: Team | None) -> None:
    """A team role needs a team; a team belongs to the organisation or is shared with it."""
    if role.team_scoped and team is None:
        raise Invalid(f"Choose the team in which this person is a {role.name.lower()}.", field="team")
    if team is None or team.organisation_id == organisation.pk:
        return
    if not team.shared_employers.filter(pk=organisation.pk).exists():
        raise Invalid("This team does not belong to the organisation. Choose another team.", field="team")


def check_can_deactivate(by: Actor, user: User) -> None:
    """An administrator cannot lock themselves out."""
    check_can_administer(by)
    if user.pk == by.id:
        raise NotPermitted("You cannot close your own account. Ask another administrator.")
