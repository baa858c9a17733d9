"""Where counting stands: how far events were read, what must be counted again, what could not be read."""

from django.db import models
from django.utils import timezone


class Cursor(models.Model):
    """How far a reader of events has come. Its row is the lock that lets one worker count at a time."""

    name = models.CharField(max_length=30, primary_key=True)
    transaction_id = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction_id}/{self.event_id}"


class Stale(models.Model):
    """A metric's figures for the periods and scopes that hold this day and these areas must be counted again.

    Rows are only added and taken: no uniqueness, so that two transactions never wait for each other or lose a mark.
    """

    id = models.BigAutoField(primary_key=True)
    metric = models.CharField(max_length=50)
    day = models.DateField()
    place_id = models.UUIDField(null=True)
    locality_id = models.UUIDField(null=True)
    neighbourhood_id = models.UUIDField(null=True)
    service_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "stale figures"

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class SetAside(models.Model):
    """An event that could not be counted. It stops nothing else, is tried again by itself, and people can see it."""

    event_id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=60)
    error = models.CharField(max_length=100, help_text="What kind of error; its text may hold what a person typed.")
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    try_again_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "event set aside"
        verbose_name_plural = "events set aside"
        indexes = [
            models.Index(fields=["try_again_at"], name="set_aside_waiting", condition=models.Q(counted_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
