"""How often a partner's system may ask: counted by the minute in Valkey, said in every answer, never in the way."""

from datetime import UTC, datetime

import pytest
import redis
import time_machine
from structlog.testing import capture_logs

from api import limits
from api.scopes import Scope
from tests.api.world import World, partner

LIST = "/api/v1/services"
AT = datetime.now(UTC).replace(second=15, microsecond=0)


@pytest.fixture
def three(settings) -> None:
    """Three requests a minute, and none counted yet: the systems of a module's tests are the same."""
    limits.counter.cache_clear()
    settings.API_REQUESTS_A_MINUTE = 3
    valkey = limits.counter(settings.REDIS_URL).valkey
    for key in valkey.scan_iter("requests:*"):
        valkey.delete(key)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list:
    """What goes to Valkey from now on, one entry for each trip."""
    packed = redis.connection.Connection.send_packed_command
    trips: list = []

    def watched(self, command, *args, **kwargs):
        trips.append(command)
        return packed(self, command, *args, **kwargs)

    monkeypatch.setattr(redis.connection.Connection, "send_packed_command", watched)
    return trips


@pytest.fixture
def away(three, settings) -> None:
    """Nobody answers where Valkey should be."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits.counter.cache_clear()
    yield
    limits.counter.cache_clear()


@pytest.mark.usefixtures("three")
class TestLimit:
    def test_the_fourth_request_of_a_minute_is_refused_and_says_when_to_come_again(self, world: World):
        with time_machine.travel(AT, tick=False):
            answers = [world.surgery.get(LIST) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer["RateLimit"] for answer in answers] == [f'"minute";r={left};t=45' for left in (2, 1, 0, 0)]
        refused = answers[3]
        assert (refused["Content-Type"], refused.json()["code"]) == ("application/problem+json", "TOO_MANY_REQUESTS")
        assert (refused["Retry-After"], refused["RateLimit-Policy"]) == ("45", '"minute";q=3;w=60')
        assert refused["Cache-Control"] == "no-store"

    def test_the_next_minute_is_a_new_one(self, world: World):
        with time_machine.travel(AT, tick=False) as clock:
            for _ in range(4):
                world.surgery.get(LIST)
            clock.shift(45)
            assert world.surgery.get(LIST).status_code == 200

    def test_each_system_has_its_own_and_all_its_tokens_share_it(self, world: World):
        with time_machine.travel(AT, tick=False):
            other = partner(world.practice, Scope.DIRECTORY_READ)
            again = type(world.surgery)(world.surgery.client)
            assert [again.get(LIST).status_code for _ in range(2)] == [200, 200]
            assert [world.surgery.get(LIST).status_code for _ in range(2)] == [200, 429]
            assert other.get(LIST).status_code == 200

    def test_whatever_becomes_of_a_request_it_counts(self, world: World):
        with time_machine.travel(AT, tick=False):
            assert world.surgery.get("/api/v1/metrics").status_code == 403
            assert world.surgery.get("/api/v1/services/none").status_code == 404
            assert world.surgery.send(urgency="never").status_code == 422
            assert world.surgery.send().status_code == 429

    def test_no_header_of_the_caller_changes_who_is_counted(self, world: World):
        with time_machine.travel(AT, tick=False):
            games = [{"X-Forwarded-For": f"10.0.0.{n}", "X-Client-Id": str(n), "RateLimit": "r=9"} for n in range(4)]
            answers = [world.surgery.get(LIST, **game) for game in games]
        assert answers[3].status_code == 429

    def test_strangers_people_and_machines_are_not_counted(self, world: World, client):
        with time_machine.travel(AT, tick=False):
            for path, status in (("/healthz", 200), ("/api/v1/openapi.json", 200), (LIST, 401), ("/api/none", 404)):
                answers = [client.get(path) for _ in range(5)]
                assert {answer.status_code for answer in answers} == {status}
                assert "RateLimit" not in answers[0]

    def test_it_costs_one_round_trip(self, world: World, sent: list):
        with time_machine.travel(AT, tick=False):
            limits.use(world.surgery.actor.id)
            sent.clear()
            assert limits.use(world.surgery.actor.id).used == 2
        assert len(sent) == 1

    def test_a_busy_system_costs_one_for_a_fiftieth_of_its_limit_or_each_second(self, world, settings, sent):
        settings.API_REQUESTS_A_MINUTE = 500
        counter = limits.counter(settings.REDIS_URL)
        counter.clock = lambda: 1000.0
        with time_machine.travel(AT, tick=False):
            used = [limits.use(world.surgery.actor.id).used for _ in range(21)]
            assert (used, len(sent)) == (list(range(1, 22)), 3)
            counter.clock = lambda: 1001.0
            assert (limits.use(world.surgery.actor.id).used, len(sent)) == (22, 4)

    def test_processes_know_of_each_other_but_for_what_they_have_not_told(self, world: World, settings):
        one, other = (limits.Counter(settings.REDIS_URL) for _ in range(2))
        one.clock = other.clock = lambda: 1000.0
        key = f"requests:{world.surgery.actor.id}:two"
        assert [one.count(key, batch=3) for _ in range(4)] == [1, 2, 3, 4]
        assert [other.count(key, batch=3) for _ in range(4)] == [5, 6, 7, 8]
        assert [one.count(key, batch=3) for _ in range(3)] == [5, 6, 11]

    def test_a_minute_that_has_passed_is_forgotten_here_too(self, world: World, settings):
        counter = limits.Counter(settings.REDIS_URL)
        for name, now in (("before", 1000.0), ("now", 1061.0)):
            counter.clock = lambda now=now: now
            counter.count(f"requests:{world.surgery.actor.id}:{name}")
        assert list(counter.tallies) == [f"requests:{world.surgery.actor.id}:now"]

    def test_a_counter_is_forgotten(self, world: World, settings):
        limits.use(world.surgery.actor.id)
        valkey = limits.counter(settings.REDIS_URL).valkey
        (key,) = valkey.keys(f"requests:{world.surgery.actor.id}:*")
        assert 60 < valkey.ttl(key) <= 120


@pytest.mark.usefixtures("away")
def test_nobody_is_turned_away_while_valkey_is(world: World, monkeypatch: pytest.MonkeyPatch):
    with capture_logs() as lines:
        answers = [world.surgery.get(LIST) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0]
    told = [line for line in lines if line["event"] == "requests_not_counted"]
    assert [(line["log_level"], line["error"]) for line in told] == [("warning", "ConnectionError")], (
        "once, not five times"
    )
    counter = limits.counter("redis://127.0.0.1:1/0")
    monkeypatch.setattr(counter, "asks_again_at", 0.0)
    with capture_logs() as lines:
        assert limits.use(world.surgery.actor.id) is None
    assert lines


def test_no_limit_counts_nothing(world: World, settings):
    settings.API_REQUESTS_A_MINUTE = 0
    assert limits.use(world.surgery.actor.id) is None
    assert "RateLimit" not in world.surgery.get(LIST)
