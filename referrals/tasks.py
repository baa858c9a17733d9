"""The timetable's work: each task only calls an action; twice is as good as once."""

from celery import shared_task
from django.utils import timezone

from accounts.actors import ESCALATION
from referrals import watch


@shared_task(ignore_result=True)
def sweep_clocks() -> None:
    """Warn, escalate and record breaches."""
    watch.sweep(by=ESCALATION, now=timezone.now())


@shared_task(ignore_result=True)
def expire_offers() -> None:
    """Close offers that nobody answered and ask the next service; then fill places that came free."""
    watch.expire_offers(by=ESCALATION, now=timezone.now())
    watch.fill_places(by=ESCALATION)


@shared_task(ignore_result=True)
def expire_questions() -> None:
    """Carry on where no answer came in time."""
    watch.expire_questions(by=ESCALATION, now=timezone.now())


@shared_task(ignore_result=True)
def follow_deaths() -> None:
    """Close the referrals of people who have died."""
    watch.follow_deaths(by=ESCALATION)
