"""Tidying what partners leave behind."""

from celery import shared_task
from oauth2_provider.models import clear_expired

from api.models import IdempotencyRecord


@shared_task
def forget_what_ran_out() -> None:
    """Delete idempotency keys past their time and tokens that have expired."""
    IdempotencyRecord.objects.outlived().delete()
    clear_expired()
