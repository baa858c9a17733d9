"""How many home places are needed? A simulated answer, kept with everything that is needed to run it again."""

from django.db import models
from django.db.models import Q

from audit.ids import new_id
from homefirst.models.history import Subject
from homefirst.querysets import PlanQuerySet
from homefirst.states import PlanStatus


class PlanRun(Subject):
    """One question to the planner: its assumptions and seed, how far it is, and what came out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    status = models.CharField(max_length=8, choices=PlanStatus)
    assumptions = models.JSONField()
    history = models.JSONField(help_text="Demand and stays by day, as counted from the portal when asked.")
    seed = models.PositiveBigIntegerField()
    model_version = models.PositiveSmallIntegerField()
    progress = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status_known"),
            models.CheckConstraint(condition=~Q(status="done") | Q(result__isnull=False), name="plan_done_has_result"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="plan_progress_per_cent"),
        ]
        indexes = [models.Index(fields=["-created_at"], name="plan_newest")]

    def __str__(self) -> str:
        return f"Plan {self.id}"
