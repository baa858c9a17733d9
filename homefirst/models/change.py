"""A change of capacity that touches people: proposed, looked at, and confirmed against what was shown."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audit.ids import new_id
from directory.models import Team
from homefirst.codes import ChangeKind
from homefirst.models.beds import Ward
from homefirst.models.history import Subject
from homefirst.querysets import ChangeQuerySet
from homefirst.states import ChangeStatus


class CapacityChange(Subject):
    """What shall change, whom and which clocks that touched when it was shown, and whether it was confirmed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=ChangeKind)
    status = models.CharField(max_length=10, choices=ChangeStatus)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, null=True, related_name="changes")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    things = ArrayField(models.UUIDField(), help_text="The beds or shifts it is about.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)
    shown = models.CharField(max_length=64, blank=True, help_text="A digest of everything it touched when last shown.")
    confirmed_at = models.DateTimeField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ChangeStatus.values), name="change_status_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_reason"),
            models.CheckConstraint(
                condition=Q(ward__isnull=False, team=None) | Q(ward=None, team__isnull=False),
                name="change_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
