"""The people of the demonstration, and the actors that the synthetic history is told with.

Those of data/staff.toml can sign in. Every other team has a worker whose account is closed: somebody must have
answered its offers. Practices, homes and trusts without a person refer through their own systems.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts.actions import add_person, grant_membership
from accounts.actors import Actor, person_actor, system_actor
from accounts.models import Membership, Role, User
from accounts.passwords import DEMO_PASSWORD
from accounts.roles import Permission
from audit.models import ActorKind
from directory.models import Organisation, Team
from synthetic.errors import NotReady
from synthetic.phonebook import organisations_by_key

STAFF = Path(__file__).parent / "data" / "staff.toml"
SYNTHETIC = system_actor("synthetic")
PARTNER_PERMISSIONS = frozenset({Permission.REFER, Permission.TRACK_SENT, Permission.VIEW_PATIENT})


def listed() -> dict[str, list[dict[str, Any]]]:
    """People and clients of the file."""
    return tomllib.loads(STAFF.read_text(encoding="utf-8"))


@transaction.atomic
def ensure_people() -> list[User]:
    """Everybody of the demonstration, added if missing; a second time changes nothing. Returns who can sign in."""
    if not Role.objects.exists():
        raise NotReady("There are no roles. Run `manage.py load_roles` first.")
    organisations = organisations_by_key()
    teams = {team.slug: team for team in Team.objects.in_force().select_related("organisation")}
    if not teams:
        raise NotReady("There are no teams. Run `manage.py load_reference_data` first.")
    known = {user.email: user for user in User.objects.filter(is_demo=True)}
    held = set(Membership.objects.filter(user__is_demo=True).values_list("user", "role", "organisation", "team"))
    people = [_ensure(person, known, held, organisations, teams) for person in listed()["person"]]
    _ensure_password(people)
    _ensure_workers(known, held, teams)
    return people


def _ensure(
    person: dict[str, Any],
    known: dict[str, User],
    held: set[tuple[Any, ...]],
    organisations: dict[str, Organisation],
    teams: dict[str, Team],
) -> User:
    user = known.get(person["email"])
    user = user or add_person(by=SYNTHETIC, email=person["email"], name=person["name"], is_demo=True)
    for role in person["roles"]:
        organisation, team = organisations[role["organisation"]], teams.get(role.get("team", ""))
        if (user.pk, role["role"], organisation.pk, team.pk if team else None) not in held:
            grant_membership(by=SYNTHETIC, user=user, role=role["role"], organisation=organisation, team=team)
    return user


def _ensure_password(people: list[User]) -> None:
    """The one public password, hashed once: hashing is slow on purpose."""
    encoded = next((user.password for user in people if user.has_usable_password()), "")
    if not encoded or not check_password(DEMO_PASSWORD, encoded):
        encoded = make_password(DEMO_PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people]).exclude(password=encoded).update(password=encoded)


def _ensure_workers(known: dict[str, User], held: set[tuple[Any, ...]], teams: dict[str, Team]) -> None:
    """A worker with a closed account for each team that nobody of the file belongs to."""
    staffed = {role["team"] for person in listed()["person"] for role in person["roles"] if "team" in role}
    for slug, team in sorted(teams.items()):
        email = f"{slug}@demo.example"
        if slug in staffed or email in known:
            continue
        user = add_person(by=SYNTHETIC, email=email, name=f"Worker, {team.name}", is_demo=True)
        grant_membership(by=SYNTHETIC, user=user, role="community_worker", organisation=team.organisation, team=team)
        User.objects.filter(pk=user.pk).update(is_active=False)


@dataclass
class Staff:
    """Actors by role, team and organisation."""

    by_role: dict[str, list[Actor]] = field(default_factory=dict)
    by_team: dict[UUID, list[Actor]] = field(default_factory=dict)
    by_organisation: dict[UUID, list[Actor]] = field(default_factory=dict)
    partners: dict[UUID, Actor] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Staff":
        """From the memberships in the database, in the order of e-mail addresses."""
        staff = cls()
        for membership in Membership.objects.profiles().filter(user__is_demo=True).order_by("user__email", "role"):
            actor = person_actor(membership)
            staff.by_role.setdefault(actor.role, []).append(actor)
            if membership.team_id:
                staff.by_team.setdefault(membership.team_id, []).append(actor)
            if actor.can(Permission.REFER):
                staff.by_organisation.setdefault(membership.organisation_id, []).append(actor)
        return staff

    @cached_property
    def works_at(self) -> frozenset[tuple[UUID, UUID | None]]:
        """Who works where."""
        actors = [actor for group in self.by_role.values() for actor in group]
        return frozenset((actor.id, actor.organisation_id) for actor in actors)

    def referrers(self, organisation: Organisation, roles: tuple[str, ...]) -> list[Actor]:
        """People in one of these roles who refer for the organisation, else the organisation's own system."""
        people = [actor for actor in self.by_organisation.get(organisation.pk, []) if actor.role in roles]
        return people or [self.partner(organisation)]

    def partner(self, organisation: Organisation) -> Actor:
        """The organisation's own system, as a partner of the portal."""
        if organisation.pk not in self.partners:
            key = organisation.ods_code or organisation.gss_code or organisation.name
            self.partners[organisation.pk] = Actor(
                kind=ActorKind.CLIENT,
                id=uuid5(NAMESPACE_URL, f"portal:synthetic-partner:{key}"),
                name=f"System of {organisation.name}",
                role="partner_client",
                role_name="Partner system",
                organisation_id=organisation.pk,
                organisation_name=organisation.name,
                permissions=PARTNER_PERMISSIONS,
            )
        return self.partners[organisation.pk]
