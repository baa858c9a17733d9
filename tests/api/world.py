"""A small world for the API tests: a practice that refers, a trust that answers, and a system of each."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client as Browser

from accounts.actors import Actor
from api.actions import register_client
from api.callers import caller
from api.models import Client
from api.scopes import Scope
from directory.codes import ClockCode
from directory.models import Organisation, PointOfAccess, Service, Team
from referrals import actions
from referrals.clocks import forget_policies
from referrals.models import Referral, ReferralOffer
from tests.factories import directory, people

SECRET = "a secret of thirty-two characters or more"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PERSON = {
    "nhs_number": "9990000018",
    "family_name": "Example",
    "given_name": "Ada",
    "date_of_birth": "1941-03-02",
    "sex": "female",
    "postcode": "LE1 1AA",
}
REFERRAL = {
    "patient": PERSON,
    "channel": "gp",
    "needs": ["falls"],
    "need": "Fell this morning, no injury, cannot get up the stairs.",
    "urgency": "crisis",
}


class Partner:
    """A partner's system with a token."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client = client
        self.browser = Browser(raise_request_exception=False)
        self.token = token or self.get_token()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Partner":
        return Partner(deepcopy(self.client, memo), self.token)

    def get_token(self, **more: str) -> str:
        form = {"grant_type": "client_credentials", "client_id": self.client.client_id, "client_secret": SECRET}
        answer = Browser().post("/oauth2/token", urlencode(form | more), content_type=FORM)
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | (more or {})

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.browser.get(path, query or {}, headers=self.headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.browser.post(path, body, content_type=JSON, headers=self.headers(headers))

    def send(self, key: str = "", **changes: Any) -> Any:
        """POST /referrals with a key of its own."""
        return self.post("/api/v1/referrals", REFERRAL | changes, **{"Idempotency-Key": key or str(uuid4())})

    def step(self, referral: Referral, name: str, body: Any = None, **headers: str) -> Any:
        """Take a step with the present version."""
        version = Referral.objects.get(pk=referral.pk).version
        path = f"/api/v1/referrals/{referral.pk}/{name}"
        return self.post(path, {} if body is None else body, **({"If-Match": f'W/"{version}"'} | headers))

    @property
    def actor(self) -> Actor:
        found = Client.objects.holding(self.token)
        assert found is not None
        return caller(found).actor


@dataclass
class World:
    """Who and what there is."""

    practice: Organisation
    trust: Organisation
    door: PointOfAccess
    service: Service
    team: Team
    surgery: Partner
    provider: Partner
    clinician: Actor


def make_world() -> World:
    """Everything a referral needs to travel."""
    practice, trust = directory.practice(), directory.organisation()
    door = directory.point_of_access(trust)
    service = directory.service("crisis-response", employer=trust)
    team = directory.team("crisis-team", of=service)
    for code, minutes in ((ClockCode.ACKNOWLEDGE, 15), (ClockCode.TRIAGE, 60), (ClockCode.RESPOND, 120)):
        directory.clock_policy(code, minutes=minutes)
    directory.clock_policy(ClockCode.OFFER, minutes=30)
    forget_policies()
    surgery = partner(practice, Scope.REFERRALS_READ, Scope.REFERRALS_WRITE, Scope.DIRECTORY_READ, Scope.PATIENTS_READ)
    provider = partner(trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND, Scope.DIRECTORY_READ, Scope.PATIENTS_READ)
    clinician = people.actor("triage_clinician", at=trust)
    return World(practice, trust, door, service, team, surgery, provider, clinician)


def partner(organisation: Organisation, *scopes: str, team: Team | None = None) -> Partner:
    """A registered system with a token."""
    client, _ = register_client(
        by=people.SYSTEM, name="A system", organisation=organisation, scopes=scopes, team=team, secret=SECRET
    )
    return Partner(client)


def sent(world: World, **changes: Any) -> Referral:
    """A referral that the surgery's system sent."""
    answer = world.surgery.send(**changes)
    assert answer.status_code == 201, answer.content
    return Referral.objects.get(pk=answer.json()["id"])


def offered(world: World, *services: Service, **changes: Any) -> tuple[Referral, ReferralOffer]:
    """A referral accepted at triage and offered to the trust's service (or to these)."""
    referral = sent(world, **changes)
    actions.acknowledge(referral_id=referral.pk, by=world.clinician)
    wanted = [service.pk for service in services or (world.service,)]
    actions.accept(referral_id=referral.pk, by=world.clinician, urgency=referral.urgency, services=wanted)
    return referral, ReferralOffer.objects.get(referral=referral, service=wanted[0])


def accepted(world: World, **changes: Any) -> Referral:
    """A referral that the trust's system accepted."""
    referral, offer = offered(world, **changes)
    answer = world.provider.step(referral, f"offers/{offer.pk}/accept")
    assert answer.status_code == 200, answer.content
    return referral
