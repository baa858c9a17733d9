"""The worker's heartbeat: what /readyz looks at to know that background work is being done."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache
from django.utils import timezone

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_KEPT_SECONDS = 3600


@shared_task(name="config.tasks.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Say that the timetable sends and a worker works."""
    cache.set(HEARTBEAT_KEY, timezone.now().timestamp(), timeout=HEARTBEAT_KEPT_SECONDS)


@worker_ready.connect
def first_heartbeat(**signal: Any) -> None:
    """A worker that has just started need not wait for the timetable to be counted."""
    heartbeat()
