"""Two append-only tables: what happened (Event) and who looked (Access).

There are no foreign keys: the audit must never interfere with live data, nor live data with the audit.
A database trigger refuses UPDATE and DELETE on both. Both are partitioned by month (partitions.py); in the database
their primary keys therefore also hold the moment.
"""

from django.db import models
from django.db.models.functions import Now

from audit.context import correlation_id
from audit.ids import new_id
from audit.querysets import AccessQuerySet


class TransactionId(models.Func):
    """PostgreSQL's id of the writing transaction: readers use it to wait for older ones to finish."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Position(TransactionId):
    """The same, above the ids of every cluster that this database was restored from (positions.py)."""

    template = "(pg_current_xact_id()::text::bigint + transaction_offset())"


class ActorKind(models.TextChoices):
    PERSON = "person", "Person"
    CLIENT = "client", "Partner system"
    SYSTEM = "system", "The portal"


class Event(models.Model):
    """One thing that happened, written in the transaction that made it so; read by metrics and webhooks."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(default=new_id)
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    transaction_id = models.BigIntegerField(db_default=Position())
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.UUIDField()
    actor_role = models.CharField(max_length=40)
    organisation_id = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    correlation_id = models.UUIDField(default=correlation_id)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="event_subject"),
            models.Index(fields=["transaction_id", "id"], name="event_cursor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Access(models.Model):
    """One read of a person's record, or one refusal."""

    class Via(models.TextChoices):
        PAGE = "page", "Page"
        API = "api", "Partner system"

    class Outcome(models.TextChoices):
        ALLOWED = "allowed", "Allowed"
        BREAK_GLASS = "break_glass", "Emergency access"
        REFUSED = "refused", "Refused"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=40)
    organisation_id = models.UUIDField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    patient_id = models.UUIDField()
    what = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60)
    reason = models.CharField(max_length=500, blank=True)
    via = models.CharField(max_length=10, choices=Via)
    outcome = models.CharField(max_length=12, choices=Outcome)
    correlation_id = models.UUIDField(default=correlation_id)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "accesses"
        indexes = [
            models.Index(fields=["patient_id", "-id"], name="access_patient"),
            models.Index(fields=["actor_id", "-id"], name="access_actor"),
            models.Index(fields=["at"], name="access_refused", condition=models.Q(outcome="refused")),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.outcome} {self.at}"
