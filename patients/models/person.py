"""A person and the ways they are known."""

from uuid import UUID

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from audit.ids import new_id
from directory.models import Area, Organisation
from patients.querysets import PatientQuerySet


class NumberStatus(models.TextChoices):
    """NHS NUMBER STATUS INDICATOR (NHS data dictionary; UK Core verification status)."""

    VERIFIED = "01", "Verified"
    NOT_TRACED = "02", "Present, not traced"
    TRACE_REQUIRED = "03", "Trace required"
    TRACE_ATTEMPTED = "04", "Trace attempted, no match"
    TO_RESOLVE = "05", "Trace needs to be resolved"
    IN_PROGRESS = "06", "Trace in progress"
    NOT_REQUIRED = "07", "No number, trace not required"
    POSTPONED = "08", "Trace postponed"


class Sex(models.TextChoices):
    """Administrative gender (FHIR)."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "unknown", "Not known"


class Residence(models.TextChoices):
    """Usual place of residence."""

    OWN_HOME = "own_home", "Own home"
    FAMILY_HOME = "family_home", "Living with family or friends"
    SHELTERED = "sheltered", "Sheltered or extra care housing"
    CARE_HOME = "care_home", "Care home"
    NURSING_HOME = "nursing_home", "Nursing home"
    NO_FIXED_ABODE = "no_fixed_abode", "No fixed abode"
    UNKNOWN = "unknown", "Not known"


class Patient(models.Model):
    """A person who may need care. They may be unknown to the NHS spine, or have no number at all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    nhs_number = models.CharField("NHS number", max_length=10, blank=True)
    nhs_number_status = models.CharField(max_length=2, choices=NumberStatus, default=NumberStatus.NOT_REQUIRED)
    nhs_number_valid = models.BooleanField(default=False)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    residence = models.CharField(max_length=15, choices=Residence, default=Residence.UNKNOWN)
    care_home = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    practice = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="registered_patients"
    )
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locality = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    neighbourhood = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    contact_needs = models.CharField(max_length=300, blank=True)
    deceased_at = models.DateField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed")
    source = models.CharField(max_length=40, default="portal")
    synthetic = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number"],
                condition=Q(nhs_number_status=NumberStatus.VERIFIED, merged_into=None) & ~Q(nhs_number=""),
                name="patient_verified_number_once",
            ),
            models.CheckConstraint(
                condition=Q(nhs_number="") | Q(nhs_number__regex=r"^[0-9]{10}$"), name="patient_number_ten_digits"
            ),
            models.CheckConstraint(
                condition=~Q(nhs_number_status=NumberStatus.VERIFIED) | Q(nhs_number_valid=True),
                name="patient_verified_number_is_valid",
            ),
            models.CheckConstraint(
                condition=~Q(nhs_number_status=NumberStatus.NOT_REQUIRED) | Q(nhs_number=""),
                name="patient_no_number_not_required",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="patient_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(deceased_at=None) | Q(date_of_birth=None) | Q(deceased_at__gte=F("date_of_birth")),
                name="patient_dies_after_birth",
            ),
        ]
        indexes = [
            models.Index(fields=["nhs_number"], name="patient_number", condition=~Q(nhs_number="")),
            models.Index(fields=["date_of_birth", "family_name"], name="patient_born"),
            models.Index(fields=["practice", "family_name"], name="patient_practice"),
            models.Index(fields=["merged_into"], name="patient_merged", condition=~Q(merged_into=None)),
            GinIndex(OpClass(Lower("family_name"), name="gin_trgm_ops"), name="patient_family_trgm"),
            GinIndex(OpClass(Lower("given_name"), name="gin_trgm_ops"), name="patient_given_trgm"),
        ]

    def __str__(self) -> str:
        return f"Patient {self.id}"

    @cached_property
    def record_ids(self) -> list[UUID]:
        """The ids of all records of this person: this one and those merged into it."""
        return list(type(self).objects.family_of(self.pk).values_list("pk", flat=True))

    @property
    def display_name(self) -> str:
        """FAMILY, Given: the order that clinicians scan. Some people have one name only."""
        return ", ".join(name for name in (self.family_name.upper(), self.given_name) if name)


class Identifier(models.Model):
    """Another system's number for the same person."""

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.system}|…"
