"""How fast people must be answered: clock policies with dates, and who is told when nobody answers.

The response standard has been four hours, then two; it differs by service and will change again. So a clock
is never a constant: a referral keeps the policy in force when it was received, and a breach its version.
"""

from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from audit.ids import new_id
from directory.codes import ClockCode, Urgency
from directory.models.services import Service
from directory.querysets import ClockPolicyQuerySet

EVERY_SERVICE = UUID(int=0)


class Moments(Func):
    """PostgreSQL's tstzrange, so that two policies for one thing cannot hold at one moment."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class ClockPolicy(models.Model):
    """A number of minutes for one step, for one service or all, one urgency or all, between two moments."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, choices=ClockCode)
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clock_policies",
        help_text="Leave empty for every service.",
    )
    urgency = models.CharField(  # noqa: DJ001  null is every urgency
        max_length=20, choices=Urgency, null=True, blank=True, help_text="Leave empty for every urgency."
    )
    minutes = models.PositiveIntegerField()
    warn_minutes = models.PositiveIntegerField(help_text="Minutes before the deadline from which it counts as near.")
    may_pause = models.BooleanField(default=False, help_text="Whether waiting for the referrer stops this clock.")
    description = models.CharField(max_length=200)
    source = models.CharField(max_length=300, help_text="Who set this standard, and whether that was checked.")
    version = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True, help_text="The first moment this no longer holds.")

    objects = ClockPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["code", "urgency", "service", "valid_from"]
        verbose_name_plural = "clock policies"
        constraints = [
            models.CheckConstraint(
                name="clockpolicy_dates",
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="The end must be after the start.",
            ),
            models.CheckConstraint(
                name="clockpolicy_minutes",
                condition=Q(minutes__gt=0, warn_minutes__lt=F("minutes")),
                violation_error_message="Minutes must be more than 0 and more than the warning.",
            ),
            models.CheckConstraint(
                name="clockpolicy_crisis_never_pauses",
                condition=Q(may_pause=False) | (Q(urgency__isnull=False) & ~Q(urgency=Urgency.CRISIS)),
                violation_error_message="A crisis clock never pauses, nor does one for every urgency.",
            ),
            models.UniqueConstraint(
                fields=["code", "service", "urgency", "version"],
                nulls_distinct=False,
                name="clockpolicy_version",
                violation_error_message="This version number is already used.",
            ),
            ExclusionConstraint(
                name="clockpolicy_no_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Coalesce("service", Value(EVERY_SERVICE)), RangeOperators.EQUAL),
                    (Coalesce("urgency", Value("")), RangeOperators.EQUAL),
                    (Moments("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Another policy for this step, service and urgency overlaps.",
            ),
        ]

    def __str__(self) -> str:
        urgency = self.get_urgency_display() if self.urgency else "every urgency"
        return f"{self.get_code_display()}, {urgency}, {self.minutes} minutes (version {self.version})"


class EscalationStep(models.Model):
    """Who is told when a clock has run this long without an answer, counted from the start of the clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(ClockPolicy, on_delete=models.CASCADE, related_name="steps")
    step = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveIntegerField()
    role_slug = models.SlugField(help_text="The role told, for example shift_lead.")

    class Meta:
        ordering = ["policy", "step"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "step"], name="escalationstep_once"),
            models.CheckConstraint(name="escalationstep_step", condition=Q(step__gt=0, after_minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Step {self.step}: {self.role_slug} after {self.after_minutes} minutes"
