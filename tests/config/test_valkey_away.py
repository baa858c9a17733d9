"""A real Valkey that is killed or frozen: people and partners go on from PostgreSQL, and need do nothing after."""

import os
import signal
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from structlog.testing import capture_logs

from config import caches as ours
from config import health
from config.celery import app
from directory.models import Organisation
from homefirst.planner import running
from stack.embedded import Valkey
from stack.processes import Processes, wait_until
from tests.api.world import make_world
from tests.factories import directory, people
from tests.factories.patients import patient

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "a long password of our own"


class Server:
    """A Valkey that belongs to these tests."""

    def __init__(self, folder: Path) -> None:
        self.processes = Processes(folder / "log")
        self.valkey = Valkey(folder, self.processes)
        self.url = self.valkey.start()

    def end(self) -> None:
        """As when it crashes, after it wrote what it holds."""
        caches["shared"]._cache.get_client(None, write=True).save()
        self.valkey.child.popen.kill()
        self.valkey.child.popen.wait()

    def start(self) -> None:
        child = self.valkey.again()
        wait_until(lambda: self.valkey._ready(self.valkey.port), child, seconds=60, stopping=lambda: None)
        ours.forget_absence()

    def freeze(self) -> None:
        os.kill(self.valkey.child.popen.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.valkey.child.popen.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("valkey"))
    yield started
    started.processes.close()


@pytest.fixture
def valkey(server: Server, settings: Settings) -> Iterator[Server]:
    named = deepcopy(configured.CACHES)
    for one in named.values():
        if "redis" in str(one["LOCATION"]):
            one["LOCATION"] = server.url
    settings.CACHES = named
    settings.REDIS_URL = settings.CELERY_BROKER_URL = server.url
    health.broker.cache_clear()
    caches[ours.MEANWHILE].clear()
    ours.forget_absence()
    yield server
    if server.valkey.child.gone():
        server.start()
    else:
        server.thaw()
    health.broker.cache_clear()


@pytest.fixture
def nurse(valkey: Server) -> Client:
    """Somebody who signed in while Valkey was there."""
    client = Client()
    people.sign_in(client, "shift_lead", at=directory.organisation())
    assert client.get("/").status_code == 200
    return client


def test_whoever_is_signed_in_goes_on(nurse, valkey):
    valkey.end()
    page = nurse.get(reverse("patient_search"))
    assert page.status_code == 200 and page.wsgi_request.actor is not None
    assert nurse.get("/healthz").json() == {"status": "ok"}
    assert nurse.get("/readyz").json()["checks"]["broker"] is False


def test_it_is_used_again_without_anybody_doing_anything(nurse, valkey, monkeypatch):
    monkeypatch.setattr(ours, "PAUSE_SECONDS", 0)
    valkey.end()
    assert _session_reads(nurse) == 1
    child = valkey.valkey.again()
    wait_until(lambda: valkey.valkey._ready(valkey.valkey.port), child, seconds=60, stopping=lambda: None)
    nurse.get("/")
    assert _session_reads(nurse) == 0


def _session_reads(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/").status_code == 200
    return sum('FROM "django_session"' in one["sql"] for one in asked)


def test_a_person_signs_in_and_out_meanwhile(valkey, client):
    somebody = people.user(email="somebody@example.nhs.uk", password=PASSWORD)
    people.membership("shift_lead", of=somebody)
    valkey.end()
    assert client.post(LOGIN, {"login": somebody.email, "password": PASSWORD}).status_code == 302
    assert client.get(reverse("patient_search")).status_code == 200
    client.post("/accounts/logout/")
    assert client.get(reverse("patient_search")).status_code == 302


def test_passwords_cannot_be_guessed_at_will_meanwhile(valkey, client):
    people.user(email="somebody@example.nhs.uk", password=PASSWORD)
    valkey.end()
    for _ in range(5):
        client.post(LOGIN, {"login": "somebody@example.nhs.uk", "password": "wrong"})
    locked = client.post(LOGIN, {"login": "somebody@example.nhs.uk", "password": PASSWORD})
    assert "Too many attempts failed" in locked.text


def test_a_role_chosen_meanwhile_holds_when_it_is_back(nurse, valkey):
    somebody = nurse.get("/").wsgi_request.user
    other = people.membership("triage_clinician", of=somebody)
    old = nurse.cookies["portal_session"].value
    valkey.end()
    assert nurse.post("/accounts/role/", {"membership": str(other.pk)}).status_code == 302
    valkey.start()
    assert nurse.get("/").wsgi_request.actor.role == "triage_clinician"
    assert nurse.cookies["portal_session"].value != old


def test_a_copy_of_a_session_is_believed_for_ninety_seconds_at_most(nurse, valkey):
    shared = caches["sessions"]
    name = shared.make_key(nurse.session.cache_key)
    assert 0 < shared._cache.get_client(None).ttl(name) <= ours.SESSION_SECONDS == 90


def test_a_search_is_answered_at_once_since_nobody_would_keep_it(nurse, valkey):
    home = Organisation.objects.get(pk=nurse.get("/").wsgi_request.actor.organisation_id)
    thompson = patient(given_name="Margaret", family_name="Thompson", seen_by=home)
    valkey.end()
    page = nurse.post(reverse("patient_search"), {"nhs_number": thompson.nhs_number})
    assert page.status_code == 200
    assert reverse("patient", args=[thompson.pk]) in page.text


def test_partners_go_on(valkey):
    world = make_world()
    valkey.end()
    sent = world.surgery.send()
    assert sent.status_code == 201
    assert world.surgery.get(sent["Location"]).status_code == 200


def test_one_that_hangs_is_asked_once_not_by_every_page(nurse, valkey):
    valkey.freeze()
    with capture_logs() as lines:
        for _ in range(3):
            assert nurse.get(reverse("patient_search")).status_code == 200
    assert [line["event"] for line in lines if line["event"] == "cache_away"] == ["cache_away"]


def test_a_plan_waits_for_the_sweep_where_the_broker_hangs(valkey, monkeypatch):
    monkeypatch.setattr(app, "connection_for_write", partial(app.connection_for_write, valkey.url))
    said: list[str] = []
    monkeypatch.setattr(running.log, "warning", lambda words, **_: said.append(words))
    running._send(uuid4())
    assert said == []
    valkey.freeze()
    running._send(uuid4())
    assert said == ["no broker: the sweep sends it again"]


def test_each_question_has_an_answer_without_it(valkey):
    valkey.end()
    shared, here = caches["shared"], cache
    assert shared.add("a", 1) is True and shared.get("a", "none") == "none"
    assert (shared.touch("a"), shared.delete("a"), shared.has_key("a")) == (False, False, False)
    assert (shared.get_many(["a"]), shared.set_many({"a": 1}), shared.delete_many(["a"])) == ({}, ["a"], None)
    assert here.add("b", 1) is True and here.add("b", 2) is False and here.get("b") == 1
