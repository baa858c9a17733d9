"""Who works when: one rota for a team whose staff have several employers."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.models import Organisation, Team
from directory.models.clocks import Moments
from homefirst.models.history import Subject
from homefirst.querysets import ShiftQuerySet


class Shift(Subject):
    """One person's working time in a team, and how many visits an hour it is good for."""

    class Cover(models.TextChoices):
        DAY = "day", "Day"
        NIGHT = "night", "Night"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="shifts")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    employer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    cover = models.CharField(max_length=5, choices=Cover, default=Cover.DAY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    visits_an_hour = models.DecimalField(max_digits=3, decimal_places=1, default=1)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.CheckConstraint(condition=Q(visits_an_hour__gte=0), name="shift_visits_positive"),
            ExclusionConstraint(
                name="shift_one_at_a_time",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    (Moments("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message="This person already works at some of these hours.",
            ),
        ]
        indexes = [models.Index(fields=["team", "starts_at"], name="shift_team", condition=Q(cancelled_at=None))]

    def __str__(self) -> str:
        return f"Shift {self.id}"
