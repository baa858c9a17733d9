"""Who may register a partner's system, and with what."""

from collections.abc import Sequence

from accounts.actors import Actor
from accounts.roles import Permission
from api.scopes import Scope
from audit.errors import Invalid, NotPermitted
from directory.models import Organisation, Team


def check_can_administer(by: Actor) -> None:
    """Clients are kept by administrators, and by the portal itself when it loads data."""
    if not by.can(Permission.ADMINISTER):
        raise NotPermitted("Only an administrator can change partner systems.")


def check_scopes(scopes: Sequence[str]) -> list[str]:
    """The scopes in their own order; Invalid for none or an unknown one."""
    unknown = sorted(set(scopes) - set(Scope))
    if unknown:
        raise Invalid(f"There is no scope {unknown[0]}. Choose from {', '.join(Scope)}.", field="scopes")
    if not scopes:
        raise Invalid("Choose at least one scope.", field="scopes")
    return [scope.value for scope in Scope if scope in scopes]


def check_team(organisation: Organisation, team: Team | None) -> None:
    """A client of one team acts for the team's own organisation."""
    if team is not None and team.organisation_id != organisation.pk:
        raise Invalid("This team does not belong to the organisation. Choose another team.", field="team")
