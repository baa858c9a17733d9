"""Every endpoint against every scope: exactly the documented ones open it."""

from uuid import uuid4

import pytest

from api.schema import document
from api.scopes import Scope
from tests.api.world import World, partner

NOWHERE = {"referral": str(uuid4()), "offer": str(uuid4()), "patient": str(uuid4()), "organisation": str(uuid4())}
NOWHERE |= {"ward": "none", "bed": str(uuid4()), "package": str(uuid4())}
NOWHERE |= {"service": "none", "metric": "none", "case": str(uuid4()), "task": str(uuid4())}
OPERATIONS = [
    (method, path, frozenset(scope for option in operation["security"] for scope in option["oauth2"]))
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if path.startswith("/api/")
]


def test_every_operation_names_a_scope_and_every_scope_opens_one():
    assert all(scopes for _, _, scopes in OPERATIONS)
    assert set().union(*(scopes for _, _, scopes in OPERATIONS)) == set(Scope)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_opens_its_own_operations_and_no_others(world: World, scope: Scope):
    system = partner(world.practice, scope)
    for method, path, scopes in OPERATIONS:
        address = path.format(**NOWHERE)
        answer = system.get(address) if method == "get" else system.post(address, {})
        refused = answer.status_code == 403 and answer.json()["code"] == "INSUFFICIENT_SCOPE"
        assert refused is (scope not in scopes), (scope, method, path, answer.status_code)
        if refused:
            assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_without_a_token_every_operation_is_refused(world: World):
    for method, path, _ in OPERATIONS:
        answer = getattr(world.surgery.browser, method)(path.format(**NOWHERE))
        assert answer.status_code == 401, path
        assert answer["Content-Type"] == "application/problem+json"


def test_a_reading_scope_lends_no_permission_to_change(world: World):
    reader = partner(world.practice, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND)
    sent = world.surgery.send().json()
    assert reader.get(sent["href"]).json()["allowed_actions"] == ["messages"]
    answer = reader.post(f"{sent['href']}/withdraw", {"reason": "No"}, **{"If-Match": 'W/"1"'})
    assert answer.status_code in {403, 404}
