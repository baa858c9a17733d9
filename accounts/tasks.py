"""Housekeeping of sessions."""

from celery import shared_task
from django.contrib.sessions.backends.cached_db import SessionStore


@shared_task
def forget_ended_sessions() -> None:
    """Sessions that ended leave a row behind; remove those that no cookie can open any more."""
    SessionStore.clear_expired()
