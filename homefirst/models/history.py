"""Append-only history of Home First: who did what, when, to which episode, case, bed or package."""

from django.db import models

from audit.ids import new_id
from audit.models import ActorKind
from patients.models import Patient


class Act(models.Model):
    """One verb by one actor on one subject, with the status it changed, if any."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    verb = models.CharField(max_length=40)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10, choices=ActorKind)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=80, blank=True)
    by_organisation = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "version"], name="act_one_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at}"


class Subject(models.Model):
    """What acts happen to: a version that every act raises, so that the second of two people is told."""

    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True
