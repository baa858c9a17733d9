"""The partner system at the door: its bearer token becomes an actor, in one statement."""

from dataclasses import dataclass, replace
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.actors import Actor
from api.idempotency import usable_key
from api.models import Client
from api.problems import Code, Problem
from api.scopes import READING, permissions_of
from audit.models import ActorKind

REALM = 'Bearer realm="api"'
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that showed a valid token, and the scopes it may use now."""

    actor: Actor
    scopes: frozenset[str]
    client_pk: int
    answered: bool = False
    """Whether there is an answer under the idempotency key of this request."""
    ods_code: str | None = None
    is_authenticated: bool = True

    @property
    def acting(self) -> Actor:
        """Who takes a step: a scope that only reads lends no permission to change anything."""
        return replace(self.actor, permissions=permissions_of(self.scopes - READING))

    def only(self, *scopes: str) -> Actor:
        """Who acts or reads with these scopes alone, where two that one system holds see different rows."""
        return replace(self.actor, permissions=permissions_of(self.scopes.intersection(scopes)))


class BearerAuthentication(BaseAuthentication):
    """Authorization: Bearer … Tokens are never taken from the address or the body."""

    def authenticate(self, request: Request) -> tuple[Caller, str]:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip()
        if not scheme or scheme.lower() != "bearer" or not token:
            raise Problem(
                Code.NOT_AUTHENTICATED,
                "Send a bearer token: Authorization: Bearer … . Get one from /oauth2/token.",
                headers={"WWW-Authenticate": REALM},
            )
        row = Client.objects.holding(token, usable_key(request)) if len(token) <= LONGEST_TOKEN else None
        if row is None:
            raise Problem(
                Code.INVALID_TOKEN,
                "The token is unknown, has expired, or its system has ended. Get a new one from /oauth2/token.",
                headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
            )
        return caller(row), token

    def authenticate_header(self, request: Request) -> str:
        return REALM


def caller(row: dict[str, Any]) -> Caller:
    """The caller of a row read with holding(). A scope taken from the client is gone from its tokens at once."""
    scopes = frozenset(row["granted"].split()) & frozenset(row["scopes"])
    team_ids = [row["team_id"]] if row["team_id"] else row["organisation_team_ids"]
    actor = Actor(
        kind=ActorKind.CLIENT,
        id=row["public_id"],
        name=row["name"],
        role="partner_client",
        role_name="Partner system",
        organisation_id=row["organisation_id"],
        organisation_name=row["organisation__name"],
        team_ids=frozenset(team_ids),
        permissions=permissions_of(scopes),
    )
    return Caller(
        actor=actor,
        scopes=scopes,
        client_pk=row["pk"],
        ods_code=row["organisation__ods_code"],
        answered=row["answered"],
    )
