"""What events tell of something that was made."""

from django.db import models

from audit.models import Event


def kinds(subject: models.Model) -> list[str]:
    """Kinds of its events, the oldest first."""
    return list(Event.objects.filter(subject_id=subject.pk).order_by("id").values_list("kind", flat=True))
