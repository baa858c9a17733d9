"""A person, the ways they are known, who may open their record, and merges that can be taken back.

A merge moves nothing: the absorbed record points at the kept one (merged_into), and reads of the kept record
include the absorbed ones. Separating them again clears the pointer, so nothing can be lost (docs/adr).
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from accounts.models import User
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
    given_name = models.CharField(max_length=100)
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
        ]

    def __str__(self) -> str:
        return f"Patient {self.id}"

    @property
    def display_name(self) -> str:
        """FAMILY, Given: the order that clinicians scan."""
        return f"{self.family_name.upper()}, {self.given_name}"


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


class Relationship(models.Model):
    """Why an organisation may open this record: written by referring, triaging, offering, registering."""

    class Kind(models.TextChoices):
        REFERRER = "referrer", "Referred the person"
        POINT_OF_ACCESS = "point_of_access", "Received the referral"
        SERVICE = "service", "Was offered the referral"

    id = models.BigAutoField(primary_key=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="relationships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
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


class Merge(models.Model):
    """One decision that two records are the same person; undone by a second decision, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by_name = models.CharField(max_length=200)
    by_id = models.UUIDField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_by_id = models.UUIDField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_two_records"),
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by_id=None) | (~Q(undone_at=None) & ~Q(undone_by_id=None)),
                name="merge_undone_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Merge {self.id}"


class NotDuplicate(models.Model):
    """Two records that look alike and were judged to be different people: not offered again."""

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    by_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_duplicate_ordered"),
            models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"
