"""People who sign in, made by the real actions: roles come from the file that production loads."""

from itertools import count

from django.test import Client

from accounts import actions
from accounts.actors import Actor, person_actor, system_actor
from accounts.loading import read_roles
from accounts.models import Membership, Role, User
from directory.models import Organisation, Team
from tests.factories import directory

SYSTEM = system_actor("tests")
PASSWORD = "correct horse battery staple"
_number = count(1)


def role(slug: str = "triage_clinician") -> Role:
    """The role of this slug with the permissions of accounts/data/roles.toml."""
    known = Role.objects.filter(slug=slug).first()
    data = read_roles()[slug]
    return known or Role.objects.create(
        slug=slug,
        name=data["name"],
        description=data["description"],
        permissions=sorted(data["permissions"]),
        team_scoped=data.get("team_scoped", False),
    )


def user(name: str = "", *, email: str = "", password: str | None = None) -> User:
    """A person with an account; without a password they sign in by client.force_login only."""
    number = next(_number)
    return actions.add_person(
        by=SYSTEM, email=email or f"person{number}@example.nhs.uk", name=name or f"Person {number}", password=password
    )


def membership(
    role_slug: str = "triage_clinician",
    *,
    at: Organisation | None = None,
    team: Team | None = None,
    of: User | None = None,
) -> Membership:
    """A role held now, at an organisation (a new trust when none is given) or in a team; roles of a team get one."""
    held = role(role_slug)
    if held.team_scoped and team is None:
        team = directory.team(of=directory.service(employer=at) if at else None)
    at = at or (team.organisation if team else directory.organisation())
    granted = actions.grant_membership(by=SYSTEM, user=of or user(), role=held, organisation=at, team=team)
    return Membership.objects.profiles().get(pk=granted.pk)


def actor(
    role_slug: str = "triage_clinician",
    *,
    at: Organisation | None = None,
    team: Team | None = None,
    of: User | None = None,
) -> Actor:
    """The same Actor a request of this person would carry."""
    return person_actor(membership(role_slug, at=at, team=team, of=of))


def sign_in(
    client: Client,
    role_slug: str = "triage_clinician",
    *,
    at: Organisation | None = None,
    team: Team | None = None,
    of: User | None = None,
) -> Actor:
    """A new person, signed in on this client in their only role; answers who acts."""
    held = membership(role_slug, at=at, team=team, of=of)
    client.force_login(held.user)
    return person_actor(held)
