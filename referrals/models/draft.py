"""What somebody has typed so far: kept as typed, right or wrong, until it is sent or thrown away."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from audit.ids import new_id
from directory.models import Organisation
from patients.models import Patient


class Draft(models.Model):
    """An unsent referral. It belongs to one person in one organisation; nobody else sees it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="+")
    typed = models.JSONField(default=dict)
    sent_as = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, null=True, related_name="+")
    discarded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "organisation", "-updated_at"],
                name="draft_open",
                condition=models.Q(sent_as=None, discarded_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Draft {self.id}"
