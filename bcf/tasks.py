"""The timetable's work: each task only calls a function that is safe to run twice, late, or side by side."""

from celery import shared_task

from bcf import counting


@shared_task(ignore_result=True)
def count() -> None:
    """Bring every figure up to the last event."""
    counting.count()


@shared_task(ignore_result=True, time_limit=3600)
def count_everything() -> None:
    """Each night, everything from the beginning: reference data may have changed, which writes no events."""
    counting.count_everything()
