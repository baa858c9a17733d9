"""Figures that somebody else published, as they were known: brought in by file, corrected and undone, never lost."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import new_id
from bcf.periods import Period
from bcf.rag import Rag
from directory.models import Area


class Batch(models.Model):
    """One file of figures, from its upload until it was imported, undone or thrown away."""

    class State(models.TextChoices):
        FAULTY = "faulty", "Has mistakes"
        READY = "ready", "Not imported yet"
        IMPORTED = "imported", "Imported"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Thrown away"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=150)
    content = models.TextField()
    checksum = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=State)
    rows = models.PositiveIntegerField()
    mistakes = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(null=True)
    changed = models.PositiveIntegerField(null=True)
    unchanged = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why figures were changed.")
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by_id = models.UUIDField()
    uploaded_by_name = models.CharField(max_length=200)
    imported_at = models.DateTimeField(null=True)
    imported_by_name = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(
                name="batch_imported", condition=Q(imported_at__isnull=False) | ~Q(state__in=["imported", "undone"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PublishedFigure(models.Model):
    """One published figure for one area and period, as it was known from one moment until another.

    A row is never changed but for `known_to`. `follows` is what it took the place of, and what an undo brings back.
    `small` says that it counts so few people that it is not shown.
    """

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        FINAL = "final", "Final"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    metric = models.CharField(max_length=50)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="published_figures")
    period = models.CharField(max_length=8, choices=Period)
    start = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    target = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    rag = models.CharField(max_length=5, choices=[(rag.value, rag.name) for rag in Rag], blank=True)
    rag_reason = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=11, choices=Status)
    source = models.CharField(max_length=300)
    small = models.BooleanField()
    restated = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="figures")
    row = models.PositiveIntegerField(help_text="The row of the file.")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    known_from = models.DateTimeField(default=timezone.now)
    known_to = models.DateTimeField(null=True)

    class Meta:
        ordering = ["metric", "area", "start", "known_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "area", "period", "start"], condition=Q(known_to=None), name="published_one_current"
            ),
            models.CheckConstraint(
                name="published_known", condition=Q(known_to=None) | Q(known_to__gte=F("known_from"))
            ),
            models.CheckConstraint(name="published_restated_says_why", condition=Q(restated=False) | ~Q(reason="")),
            models.CheckConstraint(name="published_rated_by_a_target", condition=Q(rag="") | Q(target__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["metric", "area", "period", "start", "known_from"], name="published_series"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.period} {self.start}"
