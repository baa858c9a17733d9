"""People with roles, in the fewest words."""

from datetime import date, datetime
from uuid import UUID

from accounts import actions
from accounts.actors import Actor, system_actor
from accounts.models import Membership, User
from directory.codes import OrganisationKind, ServiceKind
from directory.models import Organisation, Service, Team

START = date(2020, 4, 1)
PASSWORD = "twelve tired badgers"
LOADER = system_actor("loading")


def organisation(name: str = "Community trust", **values: object) -> Organisation:
    known = {"kind": OrganisationKind.COMMUNITY_TRUST, "valid_from": START}
    return Organisation.objects.create(name=name, **{**known, **values})


def team(of: Organisation, name: str = "Crisis team", **values: object) -> Team:
    slug = name.lower().replace(" ", "-")
    service = Service.objects.create(
        slug=slug, name=name, kind=ServiceKind.THERAPY, summary="Helps.", organisation=of, valid_from=START
    )
    return Team.objects.create(slug=slug, name=name, service=service, organisation=of, valid_from=START, **values)


def person(email: str = "colleague@example.nhs.uk", *, password: str | None = PASSWORD, **values: object) -> User:
    return actions.add_person(by=LOADER, email=email, name="Triage Clinician", password=password, **values)


def grant(user: User, role: str, at: Organisation, team: Team | None = None, **values: datetime) -> Membership:
    return actions.grant_membership(by=LOADER, user=user, role=role, organisation=at, team=team, **values)


def actor(membership_id: UUID) -> Actor:
    from accounts.actors import person_actor

    return person_actor(Membership.objects.profiles().get(pk=membership_id))
