"""What was decided about a record: changes to it, merges that can be taken back, and "these are two people"."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import new_id
from patients.models.person import Patient


class Change(models.Model):
    """One change to a record: what it was before, who changed it and why. Append-only."""

    class What(models.TextChoices):
        ADDED = "added", "Record added"
        UPDATED = "updated", "Details changed"
        NUMBER_VERIFIED = "number_verified", "NHS number verified"
        DIED = "died", "Death recorded"
        DEATH_WITHDRAWN = "death_withdrawn", "Death withdrawn: recorded by mistake"
        RESTRICTED = "restricted", "Record restricted"
        UNRESTRICTED = "unrestricted", "Restriction lifted"
        MERGED = "merged", "Merged with another record"
        UNMERGED = "unmerged", "Separated from another record"

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=16, choices=What)
    before = models.JSONField(default=dict, help_text="The old value of each field that changed.")
    note = models.CharField(max_length=500, blank=True)
    by_name = models.CharField(max_length=400)
    by_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["patient", "-id"], name="change_patient")]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"


class Merge(models.Model):
    """One decision that two records are the same person; undone by a second decision, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by_name = models.CharField(max_length=200)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_by_id = models.UUIDField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_two_records"),
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by_id=None) | (~Q(undone_at=None) & ~Q(undone_by_id=None)),
                name="merge_undone_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Merge {self.id}"


class NotDuplicate(models.Model):
    """Two records that look alike and were judged to be different people: not offered again."""

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    by_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_duplicate_ordered"),
            models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
