"""The timetable's work on the tables kept by month."""

from celery import shared_task
from django.utils import timezone

from audit import partitions


@shared_task(ignore_result=True, autoretry_for=(partitions.Busy,), retry_backoff=600, max_retries=5)
def make_partitions() -> None:
    """Months ahead, and none left without a month of its own."""
    partitions.make(timezone.now())
