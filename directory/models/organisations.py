"""Organisations with their published codes, GP practices, and the points of access that answer the phone."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from audit.ids import new_id
from directory.codes import ClinicalSystem, OrganisationKind
from directory.effective import EffectiveDated
from directory.models.areas import Area
from directory.querysets import OrganisationQuerySet, PointOfAccessQuerySet, PracticeQuerySet


class Organisation(EffectiveDated):
    """One organisation or hospital site. Codes move and merge: the successor says who took over."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    ods_code = models.CharField("ODS code", max_length=12, null=True, blank=True)  # noqa: DJ001  unknown is not empty
    gss_code = models.CharField("GSS code", max_length=9, null=True, blank=True)  # noqa: DJ001  unknown is not empty
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    source = models.TextField(blank=True, help_text="Where name and codes come from, and whether they were checked.")
    synthetic = models.BooleanField(default=False, help_text="Invented for demonstration; no such organisation exists.")

    objects = OrganisationQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "name"], name="organisation_kind")]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(
                fields=["ods_code"],
                condition=Q(ods_code__isnull=False, valid_to=None),
                name="organisation_ods_code",
                violation_error_message="Another current organisation has this ODS code.",
            ),
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=Q(ods_code=None, gss_code=None, valid_to=None),
                name="organisation_name",
                violation_error_message="Another current organisation of this kind has this name.",
            ),
            models.CheckConstraint(
                name="organisation_ods_shape",
                condition=Q(ods_code=None) | Q(ods_code__regex=r"^[A-Z0-9]{3,12}$"),
                violation_error_message="An ODS code is 3 or more capital letters and digits.",
            ),
            models.CheckConstraint(
                name="organisation_not_itself",
                condition=(Q(successor=None) | ~Q(successor=F("id"))) & (Q(parent=None) | ~Q(parent=F("id"))),
                violation_error_message="An organisation cannot be its own parent or successor.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Practice(models.Model):
    """What a GP practice has beyond other organisations: the areas its registered people count towards."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="practice"
    )
    sub_icb = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="practices")
    neighbourhood = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="neighbourhood_practices")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="place_practices")
    district = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="district_practices"
    )
    locality = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="locality_practices"
    )
    opened = models.DateField(null=True, blank=True)
    clinical_system = models.CharField(max_length=20, choices=ClinicalSystem, blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def area_ids(self) -> frozenset[UUID]:
        """Every area this practice lies in, from neighbourhood to system; no query after with_areas()."""
        ids = {self.neighbourhood_id, self.place_id, self.district_id, self.locality_id, self.place.parent_id}
        return frozenset(area_id for area_id in ids if area_id)


class PointOfAccess(models.Model):
    """A front door with a phone number: what a receipt tells people to call."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="points_of_access")
    phone = models.CharField(max_length=30)
    out_of_hours_phone = models.CharField(max_length=30, blank=True)
    areas = models.ManyToManyField(Area, related_name="points_of_access")
    hours = models.TextField(blank=True, help_text="In words, as people read it on a receipt.")
    active = models.BooleanField(default=True)

    objects = PointOfAccessQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "points of access"

    def __str__(self) -> str:
        return self.name
