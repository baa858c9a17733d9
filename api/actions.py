"""Registering and ending partner systems; each writes its event in the same transaction."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from oauth2_provider.generators import generate_client_id, generate_client_secret

from accounts.actors import Actor
from api import policies
from api.models import Client
from audit.errors import Invalid
from audit.events import Kind, record
from directory.models import Organisation, Team

SHORTEST_SECRET = 32


@transaction.atomic
def register_client(
    *,
    by: Actor,
    name: str,
    organisation: Organisation,
    scopes: Sequence[str],
    team: Team | None = None,
    client_id: str = "",
    secret: str | None = None,
    is_demo: bool = False,
) -> tuple[Client, str]:
    """Register a partner's system. The secret is answered here once; only its hash is kept."""
    policies.check_can_administer(by)
    policies.check_team(organisation, team)
    granted = policies.check_scopes(scopes)
    if not name.strip():
        raise Invalid("Enter a name for the system.", field="name")
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise Invalid(f"A secret has at least {SHORTEST_SECRET} characters.", field="secret")
    plain = secret or generate_client_secret()
    client = Client(
        name=name,
        client_id=client_id or generate_client_id(),
        client_secret=plain,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        organisation=organisation,
        team=team,
        scopes=granted,
        is_demo=is_demo,
    )
    client.save(force_insert=True)
    record(Kind.CLIENT_REGISTERED, by=by, subject=organisation, client=str(client.public_id), scopes=granted)
    return client, plain


@transaction.atomic
def end_client(*, by: Actor, client_id: str) -> Client:
    """End a partner's system: its tokens are refused from the next request on."""
    policies.check_can_administer(by)
    client = Client.objects.select_for_update(of=("self",)).select_related("organisation").filter(client_id=client_id)
    found = client.first()
    if found is None:
        raise Invalid("There is no such partner system.", field="client_id")
    if found.ended_at:
        raise Invalid("This partner system has already ended.", code="INVALID_STATE")
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    record(Kind.CLIENT_ENDED, by=by, subject=found.organisation, client=str(found.public_id))
    return found
