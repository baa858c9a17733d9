"""The timetable's work in Home First: each task only calls a function; twice is as good as once."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from homefirst import following
from homefirst.planner import running


@shared_task(ignore_result=True)
def follow_referrals() -> None:
    """Open, end and time what follows from referrals that changed lately."""
    following.keep_up(timezone.now(), following.LATELY)


@shared_task(ignore_result=True)
def catch_up() -> None:
    """The same for everything that may still change: what the frequent sweep missed while it did not run."""
    following.keep_up(timezone.now())


@shared_task(ignore_result=True)
def run_plan(plan_id: str) -> None:
    """Answer a question to the planner."""
    running.run(UUID(plan_id))
