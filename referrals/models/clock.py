"""Clocks, and what the portal did when they ran out.

A clock row is a projection: what it shows is computed on read from its policy, start, pauses and stop
(clocks.py), so it is right when every worker is down. The rows exist to be ordered, indexed and counted.
"""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.codes import ClockCode
from directory.models import ClockPolicy, Organisation
from referrals.querysets import AlertQuerySet, BreachQuerySet


class Clock(models.Model):
    """One promise of time on one referral (or one offer), by the policy in force when it was received."""

    class Result(models.TextChoices):
        MET = "met", "In time"
        MISSED = "missed", "Late"
        ENDED = "ended", "Stopped without a result"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, db_index=False, related_name="clocks")
    offer = models.ForeignKey("referrals.ReferralOffer", on_delete=models.PROTECT, null=True, related_name="clocks")
    code = models.CharField(max_length=12, choices=ClockCode)
    run = models.PositiveSmallIntegerField(default=1)
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, db_index=False, related_name="+")
    started_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    warn_minutes = models.PositiveIntegerField()
    paused_seconds = models.PositiveIntegerField(default=0)
    paused_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=6, choices=Result, blank=True)
    breached_at = models.DateTimeField(null=True, help_text="When its breach was recorded.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "offer", "code", "run"], name="clock_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="clock_stops_after_start"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, result="") | (Q(stopped_at__isnull=False) & ~Q(result="")),
                name="clock_stopped_has_result",
            ),
        ]
        indexes = [
            models.Index(fields=["referral", "warn_at"], name="clock_running_of", condition=Q(stopped_at=None)),
            models.Index(
                fields=["due_at"],
                name="clock_untold",
                condition=Q(breached_at=None) & (Q(stopped_at=None) | Q(result="missed")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.due_at}"


class Breach(models.Model):
    """A clock that ran out, with the policy version that says so; recorded once, reviewed by a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="breach")
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="breaches")
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, related_name="+")
    policy_version = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    cause = models.CharField(max_length=300, blank=True)
    learning = models.CharField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None) | (Q(reviewed_at__isnull=False) & ~Q(cause="")),
                name="breach_review_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="breach_recent"),
            models.Index(fields=["recorded_at", "id"], name="breach_to_review", condition=Q(reviewed_at=None)),
        ]

    def __str__(self) -> str:
        return f"Breach {self.id}"


class Alert(models.Model):
    """Somebody must look now: told by role at an organisation, until one of them says they have it."""

    class Level(models.TextChoices):
        NEAR = "near", "Running out"
        BREACHED = "breached", "Out of time"
        NO_SERVICE = "no_service", "No service left to ask"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="alerts")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, null=True, related_name="alerts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.SlugField(max_length=40)
    level = models.CharField(max_length=10, choices=Level)
    step = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "step"], condition=Q(clock__isnull=False), name="alert_once_per_step"
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="alert_taken_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "role", "raised_at"], name="alert_open", condition=Q(taken_at=None)),
        ]

    def __str__(self) -> str:
        return f"Alert {self.id}"
