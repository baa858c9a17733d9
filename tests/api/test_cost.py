"""What each endpoint asks of the database: statements decide how fast the portal is, and they can be counted."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.scopes import Scope
from audit.models import Access
from tests.api.world import PERSON, World, offered, partner, sent

CONTROL = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)")
JOINED = re.compile(r"; (?:EXECUTE|INSERT) ")
"""Before each further statement of several that go to the database together."""
LIST = "/api/v1/referrals"


@pytest.fixture
def count() -> Callable[[Callable[[], object]], int]:
    def counted(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as caught:
            answer = call()
        assert answer.status_code < 300, answer.content
        asked = [query["sql"] for query in caught.captured_queries if not CONTROL.match(query["sql"])]
        return sum(1 + len(JOINED.findall(sql)) for sql in asked)

    return counted


def test_list(world: World, count):
    for _ in range(3):
        sent(world)
    assert count(lambda: world.surgery.get(LIST)) == 3  # who, rows, log
    assert count(lambda: world.surgery.get(LIST)) == 2  # logged within the hour
    for _ in range(20):
        sent(world)
    assert count(lambda: world.surgery.get(LIST)) == 2


def test_list_of_somebody_who_sends_and_answers(world: World, count):
    offered(world)
    both = partner(world.trust, *Scope)
    both.send()
    assert count(lambda: both.get(LIST)) == 3


def test_read(world: World, count):
    referral, _ = offered(world)
    path = f"{LIST}/{referral.pk}"
    assert count(lambda: world.surgery.get(path)) == 3  # who, everything, log
    assert count(lambda: world.provider.get(path)) == 3
    assert Access.objects.filter(what="referral", patient_id=referral.patient_id).count() == 2


def test_not_modified_costs_no_log(world: World, count):
    referral = sent(world)
    with CaptureQueriesContext(connection) as caught:
        world.surgery.get(f"{LIST}/{referral.pk}", **{"If-None-Match": 'W/"1"'})
    assert len(caught) == 2


def test_patient(world: World, count):
    path = f"/api/v1/patients/{sent(world).patient_id}"
    assert count(lambda: world.surgery.get(path)) == 3


def test_send_for_somebody_known(world: World, count):
    person = {"id": str(sent(world).patient_id)}
    assert count(lambda: world.surgery.send(patient=person)) == 9
    assert count(lambda: world.surgery.send()) == 9


def test_send_for_somebody_new(world: World, count):
    person = PERSON | {"nhs_number": "9990000026", "practice_ods_code": world.practice.ods_code}
    assert count(lambda: world.surgery.send(patient=person)) <= 21


def test_the_steps_of_a_service(world: World, count):
    """Who and key; referral, offers, history, clocks; referral, offer, each clock; step, what moved, events, what else
    is written; everything; the key."""
    referral, offer = offered(world)

    def cost(step: str, body: dict | None = None) -> int:
        referral.refresh_from_db()
        headers = {"If-Match": f'W/"{referral.version}"', "Idempotency-Key": step}
        return count(lambda: world.provider.post(f"{LIST}/{referral.pk}/{step}", body or {}, **headers))

    mine = f"offers/{offer.pk}"
    assert cost(f"{mine}/acknowledge") == 12
    assert cost(f"{mine}/waitlist", {"note": "Full", "hours": 3.5}) == 15
    assert cost(f"{mine}/accept") == 13
    assert cost("set-out") == 12
    assert cost("first-contact") == 14
    assert cost("complete", {"outcome": "at_home_with_support", "avoided_admission": "yes", "next_step": "Home"}) == 14
    assert cost("reopen", {"reason": "Fell again"}) == 14


def test_directory(world: World, count):
    assert count(lambda: world.surgery.get("/api/v1/services")) <= 5  # clock policies now and then
    assert count(lambda: world.surgery.get("/api/v1/services/crisis-response")) <= 5
    assert count(lambda: world.surgery.get("/api/v1/organisations")) == 2
    assert count(lambda: world.surgery.get(f"/api/v1/organisations/{world.trust.pk}")) == 2


def test_the_document_and_its_page_cost_nothing(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/api/v1/openapi.json").status_code == 200
        assert client.get("/api/v1/").status_code == 200
