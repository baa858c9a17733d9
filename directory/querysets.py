"""The questions people ask of the directory, each a method named for the question."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject

from directory.codes import AreaLevel
from directory.effective import InForceQuerySet

AreaIds = Collection[UUID] | models.QuerySet[Any]


class OrganisationQuerySet(InForceQuerySet):
    """Organisations, by kind and code."""

    def of_kind(self, *kinds: str) -> Self:
        """Organisations of any of these kinds."""
        return self.filter(kind__in=kinds)

    def coded(self, code: str) -> Self:
        """Organisations with this ODS or GSS code, in any case and with stray spaces."""
        tidy = code.strip().upper()
        return self.filter(Q(ods_code=tidy) | Q(gss_code=tidy))


class PracticeQuerySet(models.QuerySet[Any]):
    """GP practices."""

    def with_areas(self) -> Self:
        """Practices with organisation and areas, in one query."""
        return self.select_related("organisation", "neighbourhood", "place", "district", "locality")


class AreaQuerySet(InForceQuerySet):
    """Areas, by level."""

    def places(self) -> Self:
        """Leicester, Leicestershire and Rutland, in that order of name."""
        return self.filter(level=AreaLevel.PLACE).order_by("name")

    def at_level(self, level: str) -> Self:
        """Areas of one level."""
        return self.filter(level=level)

    def around(self, slug: str) -> Self:
        """An area with the one above it and those directly below it: whoever works in any of them works here."""
        return self.filter(Q(slug=slug) | Q(children__slug=slug) | Q(parent__slug=slug))

    def names(self) -> dict[UUID, str]:
        """The name of every area, by id."""
        return dict(self.values_list("pk", "name"))


class PointOfAccessQuerySet(models.QuerySet[Any]):
    """The front doors."""

    def nearest(self, place: UUID | models.F | None) -> Self:
        """Active points of access, those that cover the place first; a referral goes to the first, whoever sends it."""
        covers = self.model.areas.through.objects.filter(pointofaccess=OuterRef("pk"), area=place)
        return self.filter(active=True).annotate(covers=Exists(covers)).order_by("-covers", "slug")


class ServiceQuerySet(InForceQuerySet):
    """Services, by what they offer, where and when."""

    def covering(self, area_ids: AreaIds) -> Self:
        """Services that work in any of these areas."""
        through = self.model.areas.through.objects.filter(area_id__in=area_ids)
        return self.filter(pk__in=through.values("service_id"))

    def accepting(self, urgency: str) -> Self:
        """Services that accept this urgency."""
        return self.filter(urgencies__contains=[urgency])

    def meeting(self, *needs: str) -> Self:
        """Services that meet at least one of these needs."""
        return self.filter(needs__overlap=list(needs))

    def open_at(self, at: datetime) -> Self:
        """Services open at this moment, by the same rules as Timetable; two small queries find them."""
        bank_holidays = apps.get_model("directory", "BankHoliday").objects.days()
        rows = self.prefetch_related("opening_hours")
        return self.filter(pk__in=[row.pk for row in rows if row.timetable(bank_holidays).is_open(at)])

    def with_details(self, on: date) -> Self:
        """Services with areas, hours, criteria in force and places as arrays: one query, nothing per row."""
        model = apps.get_model
        ours = {"service": OuterRef("pk")}
        hours = model("directory", "OpeningHours").objects.filter(**ours)
        criteria = model("directory", "Criterion").objects.filter(**ours).in_force(on).order_by("-hard", "code")
        places = model("directory", "Capacity").objects.filter(**ours).in_force(on)
        areas = self.model.areas.through.objects.filter(service_id=OuterRef("pk"))
        return self.select_related("organisation").annotate(
            area_ids=ArraySubquery(areas.values("area_id")),
            hours_rows=ArraySubquery(hours.values(row=JSONObject(weekday="weekday", opens="opens", closes="closes"))),
            criteria_rows=ArraySubquery(
                criteria.values(row=JSONObject(code="code", text="text", hard="hard", sense="sense", rule="rule"))
            ),
            places=models.Subquery(places.values("places")[:1]),
        )


class BankHolidayQuerySet(models.QuerySet[Any]):
    """Bank holidays."""

    def days(self) -> frozenset[date]:
        """Every bank holiday known: some forty dates."""
        return frozenset(self.values_list("date", flat=True))


class CapacityQuerySet(InForceQuerySet):
    """How many places services have."""

    def places_on(self, day: date) -> dict[UUID, int]:
        """Places by service id on a day; services that do not work in places are absent."""
        return dict(self.in_force(day).values_list("service_id", "places"))


class TeamQuerySet(InForceQuerySet):
    """Teams, by service and area."""

    def of_service(self, service_id: UUID) -> Self:
        """The teams of one service."""
        return self.filter(service_id=service_id)

    def covering(self, area_ids: AreaIds) -> Self:
        """Teams that work in any of these areas."""
        through = self.model.areas.through.objects.filter(area_id__in=area_ids)
        return self.filter(pk__in=through.values("team_id"))


class ClockPolicyQuerySet(models.QuerySet[Any]):
    """Clock policies, by moment."""

    def in_force_at(self, at: datetime) -> Self:
        """Every policy that holds at this moment."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)

    def in_force(
        self, code: str, at: datetime, service: models.Model | UUID | None = None, urgency: str | None = None
    ) -> Self:
        """Policies for one step that apply to this service and urgency, the most specific first."""
        service_id = getattr(service, "pk", service)
        rank = Case(
            When(service__isnull=False, urgency__isnull=False, then=Value(0)),
            When(service__isnull=False, then=Value(1)),
            When(urgency__isnull=False, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
        matching = self.in_force_at(at).filter(code=code).filter(Q(service=None) | Q(service=service_id))
        return matching.filter(Q(urgency=None) | Q(urgency=urgency)).order_by(rank)
