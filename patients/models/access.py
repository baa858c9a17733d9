"""Why somebody may open a record: a relationship, or an emergency that is reviewed afterwards."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from audit.ids import new_id
from directory.models import Organisation
from patients.models.person import Patient
from patients.querysets import BreakGlassQuerySet


class Relationship(models.Model):
    """Why an organisation may open this record: written by referring, triaging, offering, registering."""

    class Kind(models.TextChoices):
        REFERRER = "referrer", "Referred the person"
        POINT_OF_ACCESS = "point_of_access", "Received the referral"
        SERVICE = "service", "Was offered the referral"
        ADDED = "added", "Added the record"
        CARE = "care", "Takes part in care or in getting home"

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False, related_name="relationships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "organisation", "kind"], name="relationship_once"),
        ]
        indexes = [models.Index(fields=["organisation", "patient"], name="relationship_organisation")]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"


class BreakGlass(models.Model):
    """Emergency access: one person, one record, a reason and an end; reviewed afterwards."""

    class Review(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        NOT_JUSTIFIED = "not_justified", "Not justified"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="break_glasses")
    reason = models.CharField(max_length=500)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.CharField(max_length=15, choices=Review, blank=True)
    review_note = models.CharField(max_length=500, blank=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="break_glass_ends"),
            models.CheckConstraint(condition=~Q(reason=""), name="break_glass_has_reason"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None, review="")
                | (~Q(reviewed_by=None) & ~Q(reviewed_at=None) & ~Q(review="")),
                name="break_glass_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")), name="break_glass_reviewed_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "user", "expires_at"], name="break_glass_open"),
            models.Index(fields=["granted_at"], name="break_glass_to_review", condition=Q(reviewed_at=None)),
        ]

    def __str__(self) -> str:
        return f"Emergency access {self.id}"
