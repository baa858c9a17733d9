"""Things that hold from a date until a date, and the one reading of those dates used everywhere.

`valid_from` is the first day a row holds; `valid_to` is the first day it no longer does, null while it does.
Nothing is deleted: what has ended is still needed to explain what was done while it held.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class InForceQuerySet(models.QuerySet[Any]):
    """Rows that hold on a day."""

    def in_force(self, on: date | None = None) -> Self:
        """Rows that hold on this day; today in London when no day is given."""
        day = on or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def current(self) -> Self:
        """Rows that hold today."""
        return self.in_force()


class EffectiveDated(models.Model):
    """Holds from the start of valid_from up to, not including, valid_to."""

    valid_from = models.DateField(help_text="The first day this holds.")
    valid_to = models.DateField(
        null=True, blank=True, help_text="The first day this no longer holds. Leave empty while it does."
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_dates",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="The end date must be after the start date.",
            )
        ]

    def holds_on(self, day: date) -> bool:
        """Whether this holds on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
