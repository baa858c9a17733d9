"""Figures as they were known: an observation is never lost, only followed by another."""

from django.db import models
from django.db.models import F, Q

from bcf.periods import Period


class Level(models.TextChoices):
    """What a figure is for. The first four are levels of area."""

    SYSTEM = "system", "System"
    PLACE = "place", "Place"
    LOCALITY = "locality", "Locality"
    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood"
    SERVICE = "service", "Service"


class Observation(models.Model):
    """One figure of one metric for one scope and period, as it was known from one day until another.

    What changes within a day replaces what that day knew, so history grows by days and not by events. `scope_id` is
    an area's or a service's id. A share keeps its numerator and denominator; a centile the number it was taken over.
    """

    id = models.BigAutoField(primary_key=True)
    metric = models.CharField(max_length=50)
    version = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=15, choices=Level)
    scope_id = models.UUIDField()
    period = models.CharField(max_length=8, choices=Period)
    start = models.DateField()
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    known_from = models.DateField()
    known_to = models.DateField(null=True)
    computed_at = models.DateTimeField()
    restated = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "level", "scope_id", "period", "start"],
                condition=Q(known_to=None),
                name="observation_one_current",
            ),
            models.CheckConstraint(
                condition=Q(known_to=None) | Q(known_to__gt=F("known_from")), name="observation_known_for_a_day"
            ),
            models.CheckConstraint(condition=Q(restated=False) | ~Q(reason=""), name="observation_restated_says_why"),
        ]
        indexes = [
            models.Index(fields=["metric", "level", "scope_id", "period", "start"], name="observation_series"),
            models.Index(fields=["metric", "period", "start"], name="observation_compared", condition=Q(known_to=None)),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.level} {self.period} {self.start}"


class Disclosure(models.Model):
    """The finest period of a quarter at which a scope's figures give nobody away (bcf/disclosure.py), as known then.

    `counts` is for the denominator, `parts` for the numerator and the value; empty means not even the quarter.
    """

    id = models.BigAutoField(primary_key=True)
    metric = models.CharField(max_length=50)
    quarter = models.DateField()
    level = models.CharField(max_length=15, choices=Level)
    scope_id = models.UUIDField()
    counts = models.CharField(max_length=8, choices=Period, blank=True)
    parts = models.CharField(max_length=8, choices=Period, blank=True)
    known_from = models.DateField()
    known_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "level", "scope_id", "quarter"],
                condition=Q(known_to=None),
                name="disclosure_one_current",
            ),
        ]
        indexes = [models.Index(fields=["metric", "level", "scope_id", "quarter"], name="disclosure_series")]

    def __str__(self) -> str:
        return f"{self.metric} {self.level} {self.quarter}"

    @property
    def both(self) -> tuple[str, str]:
        return self.counts, self.parts
