"""What is on offer: services with their criteria, hours and places."""

from datetime import date, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from audit.ids import new_id
from directory.codes import Channel, CriterionRule, CriterionSense, NeedCode, ServiceKind, Urgency, Weekday
from directory.effective import EffectiveDated, InForceQuerySet
from directory.hours import Opening, OpenState, Timetable
from directory.models.areas import Area
from directory.models.organisations import Organisation
from directory.querysets import BankHolidayQuerySet, CapacityQuerySet, ServiceQuerySet


def _codes(choices: type[models.TextChoices], **options: object) -> ArrayField:
    return ArrayField(models.CharField(max_length=30, choices=choices), default=list, blank=True, **options)


class Service(EffectiveDated):
    """One service of one organisation. A service that closed keeps its row and its history."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=ServiceKind)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    summary = models.TextField()
    min_age = models.PositiveSmallIntegerField("youngest age", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("oldest age", null=True, blank=True)
    urgencies = _codes(Urgency, help_text="The urgencies this service accepts.")
    channels = _codes(Channel, help_text="Who may refer. Empty means anybody.")
    needs = _codes(NeedCode, help_text="The needs this service meets.")
    areas = models.ManyToManyField(Area, related_name="services")
    phone = models.CharField(max_length=30, blank=True)
    twenty_four_hours = models.BooleanField("open day and night", default=False)
    predecessor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors")

    objects = ServiceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["name"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.CheckConstraint(
                name="service_ages",
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                violation_error_message="The oldest age must not be below the youngest.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def timetable(self, bank_holidays: frozenset[date] | None = None) -> Timetable:
        """When this service is open; uses prefetched hours, and reads bank holidays unless they are given."""
        if bank_holidays is None:
            bank_holidays = BankHoliday.objects.days()
        openings = tuple(Opening(row.weekday, row.opens, row.closes) for row in self.opening_hours.all())
        return Timetable(openings, always=self.twenty_four_hours, bank_holidays=bank_holidays)

    def open_state(self, at: datetime) -> OpenState:
        """Whether this service is open at a moment, and when that next changes."""
        return self.timetable().state(at)

    def is_open(self, at: datetime) -> bool:
        """Whether this service is open at a moment."""
        return self.open_state(at).open

    def places_on(self, day: date) -> int | None:
        """Places on a day; None when the service does not work in places."""
        return Capacity.objects.places_on(day).get(self.pk)


class Criterion(EffectiveDated):
    """One reason a service may or may not take a person. Only a criterion declines; capacity never does."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="criteria")
    code = models.SlugField()
    text = models.CharField(max_length=300)
    hard = models.BooleanField(default=True, help_text="A hard criterion may decline; others only advise.")
    sense = models.CharField(max_length=10, choices=CriterionSense, default=CriterionSense.MUST_MEET)
    rule = models.CharField(max_length=10, choices=CriterionRule, default=CriterionRule.NONE)

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["service", "-hard", "code"]
        verbose_name_plural = "criteria"
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["service", "code"], name="criterion_once"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def refusal(self) -> str:
        """This criterion as the reason for a "no": "Does not meet: is aged 18 or over"."""
        text = f"{self.text[:1].lower()}{self.text[1:]}"
        must = self.sense == CriterionSense.MUST_MEET
        return f"Does not meet: {text}" if must else f"Cannot help somebody who {text}"


class OpeningHours(models.Model):
    """One spell of opening, in London time. It closes the next day when `closes` is not after `opens`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField(help_text="The same time as opening means a full day.")

    class Meta:
        ordering = ["service", "weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.UniqueConstraint(fields=["service", "weekday", "opens"], name="openinghours_once"),
            models.CheckConstraint(name="openinghours_weekday", condition=Q(weekday__in=Weekday.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class BankHoliday(models.Model):
    """A bank holiday in England."""

    date = models.DateField(primary_key=True)
    name = models.CharField(max_length=80)

    objects = BankHolidayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.name}, {self.date:%-d %B %Y}"


class DateRange(Func):
    """PostgreSQL's daterange, so that two rows of one thing cannot hold on one day."""

    function = "daterange"
    output_field = models.Field()


class Capacity(EffectiveDated):
    """How many people a service can look after at once, in beds or in staff."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="capacities")
    places = models.PositiveIntegerField()

    objects = CapacityQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["service", "valid_from"]
        verbose_name_plural = "capacities"
        constraints = [
            *EffectiveDated.Meta.constraints,
            ExclusionConstraint(
                name="capacity_no_overlap",
                expressions=[
                    ("service", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Another capacity of this service holds on some of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.places} places from {self.valid_from}"
