"""Where people live, from system to neighbourhood, and how many people live there."""

from django.db import models
from django.db.models import Q

from audit.ids import new_id
from directory.codes import AreaLevel
from directory.effective import EffectiveDated
from directory.querysets import AreaQuerySet


class Area(EffectiveDated):
    """One area at one level. Neighbourhoods and districts hang under a place, so that figures add up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=20, choices=AreaLevel)
    gss_code = models.CharField("GSS code", max_length=9, null=True, blank=True, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    synthetic = models.BooleanField(default=False, help_text="Invented for this portal, not a published area.")
    note = models.TextField(blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["level", "name"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="area_parent",
                condition=Q(level=AreaLevel.SYSTEM, parent=None)
                | (~Q(level=AreaLevel.SYSTEM) & Q(parent__isnull=False)),
                violation_error_message="Every area except the system needs an area above it.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """How many people of an age live in an area in a year, and who says so: the denominator of a rate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="populations")
    age_band = models.CharField(max_length=10, help_text="For example 65-74 or 85+.")
    year = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    illustrative = models.BooleanField(default=False, help_text="Not from a published source: for demonstration only.")

    class Meta:
        ordering = ["area", "year", "age_band"]
        constraints = [models.UniqueConstraint(fields=["area", "age_band", "year", "source"], name="population_once")]

    def __str__(self) -> str:
        return f"{self.area}, {self.age_band}, {self.year}"
