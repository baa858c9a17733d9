"""Two answers for machines: is this process alive, and can it do its work. Neither says anything secret."""

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public
from audit import positions
from config.tasks import HEARTBEAT_KEY

HEARTBEAT_LIMIT_SECONDS = 90


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers; touches nothing else."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database, its migrations, the broker and a worker are all there, else 503 and which is not."""
    checks = {name: passes(check) for name, check in CHECKS.items()}
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "not ready", "checks": checks},
        status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def passes(check: Callable[[], bool]) -> bool:
    """A check that cannot be made has failed; why is in the logs of what failed, not in the answer."""
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError):
        return False


def database_answers() -> bool:
    """One round trip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_applied() -> bool:
    """Whether the database has every migration this release brings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return migrations_on_disk() <= set(cursor.fetchall())


@lru_cache(maxsize=1)
def migrations_on_disk() -> frozenset[tuple[str, str]]:
    """The migrations of this release; a running process's files do not change."""
    return frozenset(MigrationLoader(None).disk_migrations)


def history_goes_on() -> bool:
    """Whether new events stand after those written before; false in a database restored without `after_restore`."""
    return positions.lift_needed() <= 0


def broker_answers() -> bool:
    """One round trip, within a second."""
    return bool(broker().ping())


@lru_cache(maxsize=1)
def broker() -> redis.Redis:
    """A connection of our own, with short time limits: a health check must not hang."""
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)


def worker_beats() -> bool:
    """Whether a worker ran the heartbeat task lately."""
    beat = cache.get(HEARTBEAT_KEY)
    return beat is not None and timezone.now().timestamp() - beat < HEARTBEAT_LIMIT_SECONDS


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "history": history_goes_on,
    "broker": broker_answers,
    "worker": worker_beats,
}
