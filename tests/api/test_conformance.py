"""The OpenAPI document against the running application: made-up requests find no failure and nothing undocumented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from api.scopes import Scope
from config.wsgi import application
from referrals.models import Referral
from tests.api.homefirst_world import HOME_FIRST, HomeFirst
from tests.api.world import PERSON, SECRET, World, accepted, offered, partner, sent

CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
)
EXAMPLES = 6
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
SEEN: set[tuple[str, int]] = set()


class Known:
    """Ids that exist, so that requests get past "not found"."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.system = partner(world.trust, *Scope)
        waiting, self.offer = offered(world)
        own = self.system.send(patient=PERSON | {"family_name": "Own"}).json()["id"]
        self.referrals = [waiting.pk, own, accepted(world).pk, sent(world).pk]
        self.home = HomeFirst(world)

    def fill(self, case: Any, draw: Any) -> None:
        """Put known ids, the present version and this system's token into a made-up request."""
        case.headers["Authorization"] = f"Bearer {self.system.token}"
        if not draw(st.integers(0, 3)):
            return
        named = case.path_parameters or {}
        known = self._ids(draw) | self.home.ids(draw)
        named.update({name: str(known[name]) for name in set(named) & set(known)})
        if "offer" in named:
            named["referral"] = str(self.referrals[0])
        if isinstance(case.body, dict):
            self.home.fill(case.body)
        if "If-Match" in case.headers:
            case.headers["If-Match"] = f'W/"{self._version(case.path, named)}"'

    def _ids(self, draw: Any) -> dict[str, Any]:
        return {
            "referral": draw(st.sampled_from(self.referrals)),
            "offer": self.offer.pk,
            "patient": Referral.objects.get(pk=self.referrals[0]).patient_id,
            "organisation": self.world.trust.pk,
            "service": self.world.service.slug,
        }

    def _version(self, path: str, named: dict[str, str]) -> int:
        """As it is now, of whatever the address names."""
        if path.startswith(HOME_FIRST):
            return self.home.version(self.system, named)
        referral = Referral.objects.filter(pk=named.get("referral")).first()
        return referral.version if referral else 1


@pytest.fixture
def known(world: World) -> Iterator[Known]:
    """Requests through WSGI share the test's transaction, so its connection must not be closed between them."""
    found = Known(world)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_out(known: Known, operation: schemathesis.APIOperation, mode: GenerationMode) -> None:
    """Made-up requests of one operation, the same ones every time."""

    @seed(20261122)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: schemathesis.Case, data: st.DataObject) -> None:
        if operation.path == "/oauth2/token":
            if isinstance(case.body, dict) and data.draw(st.booleans()):
                case.body |= {"client_id": known.system.client.client_id, "client_secret": SECRET}
        else:
            known.fill(case, data.draw)
        SEEN.add((operation.label, case.call_and_validate(checks=CHECKS).status_code))

    run()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_what_is_answered_is_what_is_documented(known: Known, mode: GenerationMode):
    found = {}
    for operation in OPERATIONS:
        try:
            try_out(known, operation, mode)
        except FailureGroup as failures:
            found[operation.label] = "\n".join(str(failure) for failure in failures.exceptions)
        except Unsatisfiable:
            continue  # nothing wrong can be sent to an operation without parameters or body
    assert not found, "\n\n".join(f"{label}: {words}" for label, words in found.items())
    if mode.is_positive:
        assert {status for _, status in SEEN} >= {200, 201, 404, 409}
        reads = [one.label for one in OPERATIONS if one.method == "get" and one.path.startswith(HOME_FIRST)]
        assert len(reads) == 11
        assert not [label for label in reads if (label, 200) not in SEEN], "known ids were read"
