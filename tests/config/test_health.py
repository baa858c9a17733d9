"""Machines ask two questions; the answers are short and hold no secret."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.events import Kind, event
from config import health
from config.tasks import HEARTBEAT_KEY, heartbeat
from stack.processes import Child, wait_until
from tests.factories.people import SYSTEM, user


def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_a_worker_beats(client: Client) -> None:
    heartbeat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    checks = {"database": True, "migrations": True, "history": True, "broker": True, "worker": True}
    assert answer.json() == {"status": "ok", "checks": checks}


@pytest.mark.django_db
@pytest.mark.parametrize("age", [None, timedelta(seconds=91)])
def test_not_ready_without_a_recent_heartbeat(client: Client, age: timedelta | None) -> None:
    if age is not None:
        cache.set(HEARTBEAT_KEY, (timezone.now() - age).timestamp())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"]["worker"] is False


@pytest.mark.django_db
def test_not_ready_with_a_migration_missing(client: Client) -> None:
    heartbeat()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] is False


@pytest.mark.django_db
def test_not_ready_when_events_of_another_cluster_stand_ahead(client: Client) -> None:
    heartbeat()
    written = event(Kind.SIGNED_IN, by=SYSTEM, subject=user())
    written.transaction_id = 2**60
    written.save(force_insert=True)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["history"] is False


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:hidden@127.0.0.1:1/0"
    health.broker.cache_clear()
    answer = client.get("/readyz")
    health.broker.cache_clear()
    assert answer.json()["checks"]["broker"] is False
    assert b"hidden" not in answer.content


def test_a_check_that_cannot_be_made_has_failed() -> None:
    def unreachable() -> bool:
        raise OperationalError("could not connect to server: secret-host")

    assert health.passes(unreachable) is False


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_a_real_worker_beats(celery_worker: Child) -> None:
    cache.delete(HEARTBEAT_KEY)
    heartbeat.delay()
    wait_until(lambda: cache.get(HEARTBEAT_KEY) is not None, celery_worker, seconds=300, stopping=lambda: None)
