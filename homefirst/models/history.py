"""Append-only history of Home First: who did what, when, to which episode, case, bed or package."""

from datetime import datetime
from typing import Any

from django.db import models

from audit.actors import Acting
from audit.ids import new_id
from audit.signed import Signed, signed
from patients.models import Patient


class Act(Signed):
    """One verb by one actor on one subject, with the status it changed, if any."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    verb = models.CharField(max_length=40)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000, blank=True)
    by_organisation_id = models.UUIDField(
        null=True, help_text="For whom they did it: names change, and two may be alike."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "version"], name="act_one_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at}"

    @classmethod
    def of(cls, subject: "Subject", verb: str, *, by: Acting, at: datetime, **columns: Any) -> "Act":
        """An unsaved act on this subject, at the version that it has now unless another is given."""
        known: dict[str, Any] = {
            "subject_kind": subject._meta.model_name,
            "subject_id": subject.pk,
            "version": subject.version,
        }
        whose = {"by_organisation_id": by.organisation_id}
        return cls(verb=verb, at=at, **known | columns, **signed(by), **whose)


class Subject(models.Model):
    """What acts happen to: a version that every act raises, so that the second of two people is told."""

    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True
