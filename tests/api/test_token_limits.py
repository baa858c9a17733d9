"""How often a token may be asked for: a system that repeats itself is stopped, and no stranger can stop it."""

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client as Browser
from structlog.testing import capture_logs

from api import limits
from api.models import Client
from api.token_limits import network_of
from tests.api.world import FORM, SECRET, World

AT = datetime.now(UTC).replace(second=15, microsecond=0)
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def few(settings) -> None:
    """Two tokens a minute for a known system, three tries for everybody else, and nothing counted or known yet."""
    limits.counter.cache_clear()
    settings.API_TOKENS_A_MINUTE, settings.API_TOKEN_TRIES_A_MINUTE = 2, 3
    valkey = limits.counter(settings.REDIS_URL).valkey
    for key in valkey.scan_iter("tokens:*"):
        valkey.delete(key)
    with time_machine.travel(AT, tick=False):
        yield


def ask(world: World, *, at: str = HERE, client=None, headers=None, **change: str):
    known = (client or world.surgery).client
    form = {"grant_type": "client_credentials", "client_id": known.client_id, "client_secret": SECRET} | change
    browser = Browser(raise_request_exception=False, REMOTE_ADDR=at)
    return browser.post("/oauth2/token", urlencode(form), content_type=FORM, headers=headers or {})


def statuses(*answers) -> list[int]:
    return [answer.status_code for answer in answers]


@pytest.mark.usefixtures("few")
class TestLimit:
    def test_a_system_that_repeats_itself_waits_for_the_next_minute(self, world: World):
        answers = [ask(world) for _ in range(4)]
        assert statuses(*answers) == [200, 200, 200, 429]  # the first made it known
        refused = answers[3]
        assert refused.json()["error"] == "temporarily_unavailable"
        assert (refused["Retry-After"], refused["Cache-Control"]) == ("45", "no-store")
        assert statuses(ask(world, at=THERE)) == [429], "wherever it asks from"
        with time_machine.travel(AT.replace(second=59), tick=False) as clock:
            clock.shift(1)
            assert statuses(ask(world)) == [200]

    def test_each_system_has_its_own(self, world: World):
        for _ in range(4):
            ask(world)
        assert statuses(ask(world, client=world.provider)) == [200]

    def test_what_is_tried_from_one_address_is_counted_whatever_the_id(self, world: World):
        ids = ["nobody", "", "\x00", world.surgery.client.client_id]
        tries = [ask(world, client_id=name, client_secret="wrong") for name in ids]
        assert statuses(*tries) == [401, 401, 401, 429]
        assert statuses(ask(world, at=THERE, client_id="nobody")) == [401]

    def test_no_secret_is_checked_for_whoever_is_refused(self, world: World, django_assert_num_queries):
        for _ in range(3):
            ask(world, client_secret="wrong")
        with django_assert_num_queries(0):
            assert statuses(ask(world, client_secret="wrong")) == [429]


@pytest.mark.usefixtures("few")
class TestStrangers:
    def test_none_locks_out_a_known_system_from_elsewhere(self, world: World):
        ask(world)
        for _ in range(9):
            ask(world, at=THERE, client_secret="wrong")
        assert statuses(ask(world), ask(world, at=THERE)) == [200, 200]

    def test_nor_from_its_own_address(self, world: World):
        ask(world)
        tries = [ask(world, client_secret=f"wrong {number}") for number in range(9)]
        assert tries[-1].status_code == 429
        assert statuses(ask(world), ask(world)) == [200, 200]

    def test_nor_before_it_is_known_from_elsewhere(self, world: World):
        for _ in range(9):
            ask(world, at=THERE, client_secret="wrong")
        assert statuses(ask(world)) == [200]

    def test_nobody_makes_a_wrong_secret_known(self, world: World):
        guess = b64encode(f"{world.surgery.client.client_id}:wrong".encode()).decode()
        own = {"client": world.provider, "headers": {"Authorization": f"Basic {guess}"}}
        for scheme in ("Basic", "basic"):
            own["headers"] = {"Authorization": f"{scheme} {guess}"}
            answer = ask(world, **own)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    def test_headers_do_not_make_another_address(self, world: World):
        games = [{"X-Forwarded-For": f"203.0.113.{number}", "X-Real-Ip": "203.0.113.9"} for number in range(4)]
        assert ask(world, client_secret="wrong", headers=games[0]).status_code == 401
        assert [ask(world, client_secret="wrong", headers=game).status_code for game in games][-1] == 429

    def test_a_known_secret_of_an_ended_system_gets_nothing(self, world: World):
        ask(world)
        Client.objects.filter(pk=world.surgery.client.pk).update(ended_at=AT)
        assert statuses(ask(world)) == [401]

    def test_neither_id_nor_secret_is_kept_in_valkey(self, world: World, settings):
        ask(world)
        keys = b" ".join(limits.counter(settings.REDIS_URL).valkey.scan_iter("tokens:*"))
        assert keys
        assert SECRET.encode() not in keys and world.surgery.client.client_id.encode() not in keys


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1::1", "2001:db8:0:1::"),
        ("2001:db8:0:1:ffff::2", "2001:db8:0:1::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("not one", "unknown"),
    ],
)
def test_who_is_at_an_address(address: str, network: str):
    assert network_of(address) == network


def test_nobody_is_turned_away_while_valkey_is(world: World, settings):
    settings.API_TOKENS_A_MINUTE = settings.API_TOKEN_TRIES_A_MINUTE = 1
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits.counter.cache_clear()
    with capture_logs() as lines:
        assert {ask(world).status_code for _ in range(3)} == {200}
    assert len([line for line in lines if line["event"] == "requests_not_counted"]) == 1
    limits.counter.cache_clear()


def test_no_limit_counts_and_remembers_nothing(world: World, settings):
    valkey = limits.counter(settings.REDIS_URL).valkey
    for key in valkey.scan_iter("tokens:*"):
        valkey.delete(key)
    assert {ask(world).status_code for _ in range(3)} == {200}
    assert not list(valkey.scan_iter("tokens:*"))
