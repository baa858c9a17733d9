"""What should be reached, from a day until a day: an answer to "is that good?" that itself may change."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.ids import new_id
from bcf.models.figures import Level
from bcf.periods import Period
from directory.effective import EffectiveDated
from directory.models.clocks import EVERY_SERVICE as EVERYWHERE
from directory.models.services import DateRange


class Target(EffectiveDated):
    """The target of one counted metric for one scope, or for every scope when there is none.

    `period` is empty when the target is the same for a day as for a year, as a share's is; a target for a number of
    things says for which period it is. A row is never changed: a correction closes it (`known_to`) and adds another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    metric = models.CharField(max_length=50)
    level = models.CharField(max_length=15, choices=Level, blank=True)
    scope_id = models.UUIDField(null=True)
    period = models.CharField(max_length=8, choices=Period, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    source = models.CharField(max_length=300, help_text="Who set it, and whether that was checked.")
    set_by_id = models.UUIDField()
    known_from = models.DateTimeField(default=timezone.now)
    known_to = models.DateTimeField(null=True)

    class Meta(EffectiveDated.Meta):
        ordering = ["metric", "level", "scope_id", "period", "valid_from"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="target_scope", condition=Q(level="", scope_id=None) | (~Q(level="") & Q(scope_id__isnull=False))
            ),
            models.CheckConstraint(name="target_known", condition=Q(known_to=None) | Q(known_to__gte=F("known_from"))),
            ExclusionConstraint(
                name="target_no_overlap",
                expressions=[
                    ("metric", RangeOperators.EQUAL),
                    (Coalesce("scope_id", models.Value(EVERYWHERE)), RangeOperators.EQUAL),
                    ("period", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(known_to=None),
                violation_error_message="Another target for this holds on some of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value} from {self.valid_from}"
