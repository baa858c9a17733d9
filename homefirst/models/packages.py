"""Packages of care: hours a week at home from a provider, lots with and without one, and hours nobody fills."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.effective import EffectiveDated, InForceQuerySet
from directory.models import Area, Organisation
from directory.models.services import DateRange
from homefirst.codes import PackageAnswer
from homefirst.models.discharge import DischargeCase
from homefirst.models.history import Subject
from homefirst.querysets import PackageQuerySet
from homefirst.states import PackageStatus
from patients.models import Patient
from referrals.models.referral import new_reference


class Lot(models.Model):
    """An area for which one provider is contracted, or nobody is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    council = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lots")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    areas = models.ManyToManyField(Area, related_name="lots")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LotContract(EffectiveDated):
    """Who serves a lot, from when until when, for how many hours a week."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="contracts")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="lot_contracts")
    hours_a_week = models.DecimalField(max_digits=7, decimal_places=1)
    quality_concern = models.CharField(max_length=300, blank=True)

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        constraints = [
            *EffectiveDated.Meta.constraints,
            ExclusionConstraint(
                name="lot_one_provider",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Another provider holds this lot on some of these days.",
            ),
            models.CheckConstraint(condition=Q(hours_a_week__gte=0), name="lot_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"Contract {self.id}"


class CarePackage(Subject):
    """Care at home: wanted, offered by a provider, running, ended; hours a week that a review may release."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=12, default=new_reference, unique=True)
    status = models.CharField(max_length=10, choices=PackageStatus)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="packages")
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, null=True, related_name="packages")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="packages")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="packages")
    rest_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="rests")
    hours_a_week = models.DecimalField(max_digits=5, decimal_places=1)
    visits_a_day = models.PositiveSmallIntegerField()
    carers_a_visit = models.PositiveSmallIntegerField(default=1)
    wanted_from = models.DateField()
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    review_due = models.DateField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PackageStatus.values), name="package_status_known"),
            models.CheckConstraint(
                condition=Q(hours_a_week__gt=0, visits_a_day__gt=0, carers_a_visit__gt=0), name="package_hours_positive"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["offered", "active", "ended"]) | Q(provider__isnull=False),
                name="package_has_provider",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["active", "ended"]) | Q(started_on__isnull=False), name="package_has_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="package_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(status="wanted"),
                name="package_one_search_per_person",
                violation_error_message="A provider is being looked for already for this person.",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "wanted_from", "id"], name="package_unfilled", condition=Q(status="wanted")),
            models.Index(fields=["provider", "status", "review_due"], name="package_provider"),
        ]

    def __str__(self) -> str:
        return self.reference


class ProviderAnswer(models.Model):
    """What one provider said to one package that is wanted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    package = models.ForeignKey(CarePackage, on_delete=models.PROTECT, related_name="answers")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, choices=PackageAnswer, blank=True)
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    can_start = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "provider"], name="provider_answers_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="provider_answer_whole",
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=["offer", "part"]) | Q(hours__gt=0, can_start__isnull=False),
                name="provider_offer_says_hours_and_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.id}"


class PackageReview(models.Model):
    """A review of a running package: the hours it needs from now on. What is no longer needed is released."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    package = models.ForeignKey(CarePackage, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    hours_before = models.DecimalField(max_digits=5, decimal_places=1)
    hours_after = models.DecimalField(max_digits=5, decimal_places=1)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours_after__gte=0), name="packagereview_hours_positive")]

    def __str__(self) -> str:
        return f"Review {self.id}"
