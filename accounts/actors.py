"""Whoever acts: a signed-in person in one role, a partner system, or the portal itself."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.roles import Permission
from audit.models import ActorKind

if TYPE_CHECKING:
    from accounts.models import Membership, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does or reads something. Every action takes one as `by`."""

    kind: str
    id: UUID
    name: str
    role: str
    role_name: str
    organisation_id: UUID | None = None
    organisation_name: str = ""
    team_ids: frozenset[UUID] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)

    def can(self, permission: Permission) -> bool:
        """True when the role holds the permission."""
        return permission in self.permissions

    @property
    def is_person(self) -> bool:
        return self.kind == ActorKind.PERSON

    @property
    def is_client(self) -> bool:
        return self.kind == ActorKind.CLIENT

    @property
    def is_system(self) -> bool:
        return self.kind == ActorKind.SYSTEM

    @property
    def label(self) -> str:
        """How history shows the actor: name, role and organisation."""
        return ", ".join(part for part in (self.name, self.role_name, self.organisation_name) if part)


def person_actor(membership: "Membership") -> Actor:
    """A person acting in one role, from a membership read with profiles().

    A membership of one team acts for that team; one of a whole organisation acts for all its current teams.
    """
    team_ids = [membership.team_id] if membership.team_id else membership.organisation_team_ids
    return Actor(
        kind=ActorKind.PERSON,
        id=membership.user_id,
        name=membership.user.name,
        role=membership.role_id,
        role_name=membership.role.name,
        organisation_id=membership.organisation_id,
        organisation_name=membership.organisation.name,
        team_ids=frozenset(team_ids),
        permissions=frozenset(membership.role.permissions),
    )


def roleless(user: "User") -> Actor:
    """A person who has signed in but not chosen a role: may do nothing but that."""
    return Actor(kind=ActorKind.PERSON, id=user.pk, name=user.name, role="", role_name="")


def system_actor(name: str) -> Actor:
    """The portal acting by itself under a name; holds every permission, sees every row."""
    return Actor(
        kind=ActorKind.SYSTEM,
        id=uuid5(NAMESPACE_URL, f"portal:{name}"),
        name="The portal",
        role=name,
        role_name=name.replace("_", " "),
        permissions=frozenset(Permission),
    )


ESCALATION = system_actor("escalation")
