"""Questions that information governance asks of the access log. It only grows, so its ids are in order of time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models


class AccessQuerySet(models.QuerySet[Any]):
    """Who looked, at whom, when."""

    def of_patients(self, patient_ids: Iterable[UUID]) -> Self:
        """Looks at any of these records."""
        return self.filter(patient_id__in=list(patient_ids))

    def by_actor(self, actor_id: UUID) -> Self:
        """Looks by one person or partner system."""
        return self.filter(actor_id=actor_id)

    def named(self, words: str) -> Self:
        """Looks by people whose name, role or organisation contains these words."""
        return self.filter(
            models.Q(actor_name__icontains=words)
            | models.Q(actor_role__icontains=words)
            | models.Q(organisation_name__icontains=words)
        )

    def since(self, moment: datetime) -> Self:
        """Looks from this moment on."""
        return self.filter(at__gte=moment)

    def until(self, moment: datetime) -> Self:
        """Looks before this moment."""
        return self.filter(at__lt=moment)

    def refused(self) -> Self:
        """Attempts that were refused."""
        return self.filter(outcome="refused")

    def newest_first(self) -> Self:
        """In reading order."""
        return self.order_by("-id")

    def older_than(self, access_id: int) -> Self:
        """The rows that follow this one in reading order."""
        return self.filter(id__lt=access_id)
