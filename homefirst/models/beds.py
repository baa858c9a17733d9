"""Beds and places: what there is, who is in it, who is coming, and until when.

A bed is used in spells. One exclusion constraint keeps the spells of a bed apart, whatever they are for, so no two
people can be promised or given the same bed. A reservation ends by itself: its span has an end.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from audit.ids import new_id
from directory.effective import EffectiveDated
from directory.models import Area, Organisation, Service
from homefirst.codes import BedSex, Designation, Destination, Mobility, Source, WardKind
from homefirst.models.history import Subject
from homefirst.querysets import BedQuerySet, SpellQuerySet, WardQuerySet
from homefirst.states import SpellKind
from patients.models import Patient
from referrals.models import Referral


class Ward(EffectiveDated):
    """One ward: a place with rooms, or places at people's homes that are hours of staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=WardKind)
    site = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="wards")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="run_wards", help_text="Whoever runs it."
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="wards")
    areas = models.ManyToManyField(Area, related_name="wards")
    phone = models.CharField(max_length=30, blank=True)
    cleaning_minutes = models.PositiveSmallIntegerField(default=60)
    staff_hours_a_day = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    source = models.CharField(max_length=300)
    confirmed_at = models.DateTimeField(null=True, help_text="When somebody on the ward last said the board is right.")

    objects = WardQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["name"]
        constraints = [*EffectiveDated.Meta.constraints]

    def __str__(self) -> str:
        return self.name


class Bed(EffectiveDated):
    """One bed or place. A phased opening is beds that hold from later days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="beds")
    label = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    designation = models.CharField(max_length=16, choices=Designation)
    sex = models.CharField(max_length=6, choices=BedSex, default=BedSex.ANY)
    side_room = models.BooleanField(default=False)
    hoist = models.BooleanField(default=False)
    hours_a_day = models.DecimalField("staff hours a day", max_digits=4, decimal_places=1, null=True)

    objects = BedQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["ward", "number"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["ward", "number"], name="bed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ward}, {self.label}"


class Spell(Subject):
    """What a bed is used for during a span: open at its end while nobody knows when it ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="spells")
    kind = models.CharField(max_length=10, choices=SpellKind)
    span = DateTimeRangeField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="bed_spells")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="bed_spells")
    source = models.CharField(max_length=16, choices=Source, blank=True)
    destination = models.CharField(max_length=16, choices=Destination, blank=True)
    leaving_on = models.DateField("expected to leave on", null=True)
    mobility = models.CharField(max_length=12, choices=Mobility, blank=True)
    infection = models.BooleanField("needs a side room for infection", default=False)
    needs = ArrayField(models.CharField(max_length=16, choices=Designation), default=list, blank=True)
    hours_a_day = models.DecimalField("staff hours a day", max_digits=4, decimal_places=1, null=True)
    reason = models.CharField(max_length=300, blank=True)
    back_on = models.DateField("expected back on", null=True)
    let_go_at = models.DateTimeField(null=True, help_text="When a reservation was given up, not used.")

    objects = SpellQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="spell_one_at_a_time",
                expressions=[("bed", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                violation_error_message="This bed is not free at that time.",
            ),
            ExclusionConstraint(
                name="stay_one_bed_at_a_time",
                expressions=[("patient", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(kind=SpellKind.OCCUPIED),
                violation_error_message="This person is already in another bed or place.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[SpellKind.RESERVED, SpellKind.OCCUPIED], patient__isnull=False)
                | Q(kind__in=[SpellKind.CLEANING, SpellKind.CLOSED], patient=None),
                name="spell_person_where_one_is",
            ),
            models.CheckConstraint(condition=~Q(kind=SpellKind.CLOSED) | ~Q(reason=""), name="spell_closed_has_reason"),
            models.CheckConstraint(
                condition=~Q(kind=SpellKind.RESERVED) | Q(span__upper_inf=False), name="reservation_ends"
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind"], name="spell_patient")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def status(self) -> str:
        """What the bed is: a new spell starts as what the bed was, and moves by the table."""
        return self.kind

    @status.setter
    def status(self, to: str) -> None:
        self.kind = to
