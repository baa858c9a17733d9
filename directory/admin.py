"""Reference data for administrators: added, ended, never deleted; what has started to hold is not rewritten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from directory.models import (
    Area,
    BankHoliday,
    Capacity,
    ClockPolicy,
    Criterion,
    EscalationStep,
    OpeningHours,
    Organisation,
    PointOfAccess,
    Population,
    Practice,
    Service,
    Team,
)

PROVENANCE = ["source", "synthetic", "illustrative"]
CHANGEABLE_ONCE_STARTED = {"valid_to", "description", "source"}


class ReferenceAdmin(admin.ModelAdmin):
    """Rows that others point to: they end, and where they came from is not edited afterwards."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: give it an end date."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Source and labels are set when a row is added, then only read."""
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed + [name for name in PROVENANCE if obj and _has(self.model, name)]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **options: Any) -> Any:
        """A list of codes is ticked, not typed."""
        if isinstance(db_field, ArrayField):
            return forms.MultipleChoiceField(
                choices=db_field.base_field.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                label=db_field.verbose_name.capitalize(),
                help_text=db_field.help_text,
            )
        return super().formfield_for_dbfield(db_field, request, **options)


class Kept(admin.TabularInline):
    """Rows below another that end rather than go."""

    extra = 0
    can_delete = False


class CriterionInline(Kept):
    model = Criterion
    fields = ["code", "text", "hard", "sense", "rule", "valid_from", "valid_to"]


class CapacityInline(Kept):
    model = Capacity
    fields = ["places", "valid_from", "valid_to"]


class OpeningHoursInline(admin.TabularInline):
    """Hours have no history, so these can go."""

    model = OpeningHours
    extra = 0


class ServicePolicyInline(Kept):
    """The service's own clock policies, to read; they are added among the clock policies."""

    model = ClockPolicy
    fields = readonly_fields = ["code", "urgency", "minutes", "version", "valid_from", "valid_to"]
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Added on their own page."""
        return False


class EscalationStepInline(Kept):
    """Who is told; part of the policy, so it is settled when the policy starts."""

    model = EscalationStep
    fields = ["step", "after_minutes", "role_slug"]

    def has_add_permission(self, request: HttpRequest, obj: ClockPolicy | None = None) -> bool:
        """Before the policy starts."""
        return not _started(obj)

    def has_change_permission(self, request: HttpRequest, obj: ClockPolicy | None = None) -> bool:
        """Before the policy starts."""
        return not _started(obj)


class PopulationInline(Kept):
    model = Population
    fields = ["age_band", "year", "count", "source", "illustrative"]


class PracticeInline(admin.StackedInline):
    model = Practice
    fk_name = "organisation"
    extra = 0
    can_delete = False
    autocomplete_fields = ["sub_icb", "neighbourhood", "place", "district", "locality"]


@admin.register(Organisation)
class OrganisationAdmin(ReferenceAdmin):
    list_display = ["name", "kind", "ods_code", "gss_code", "valid_from", "valid_to", "synthetic"]
    list_filter = ["kind", "synthetic", ("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["name", "ods_code", "gss_code", "postcode"]
    autocomplete_fields = ["parent", "successor"]
    inlines = [PracticeInline]


@admin.register(Practice)
class PracticeAdmin(ReferenceAdmin):
    list_display = ["organisation", "sub_icb", "place", "district", "neighbourhood", "clinical_system"]
    list_filter = ["place", "sub_icb", "district", "locality", "clinical_system"]
    list_select_related = ["organisation", "sub_icb", "place", "district", "neighbourhood"]
    search_fields = ["organisation__name", "organisation__ods_code"]
    autocomplete_fields = ["organisation", "sub_icb", "neighbourhood", "place", "district", "locality"]


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["name", "level", "parent", "gss_code", "synthetic", "valid_from", "valid_to"]
    list_filter = ["level", "synthetic"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug", "gss_code"]
    autocomplete_fields = ["parent"]
    inlines = [PopulationInline]


@admin.register(Population)
class PopulationAdmin(ReferenceAdmin):
    list_display = ["area", "age_band", "year", "count", "source", "illustrative"]
    list_filter = ["illustrative", "year", "area__level"]
    list_select_related = ["area"]
    search_fields = ["area__name", "source"]
    autocomplete_fields = ["area"]


@admin.register(PointOfAccess)
class PointOfAccessAdmin(ReferenceAdmin):
    list_display = ["name", "organisation", "phone", "out_of_hours_phone", "active"]
    list_filter = ["active"]
    list_select_related = ["organisation"]
    search_fields = ["name", "phone"]
    autocomplete_fields = ["organisation"]
    filter_horizontal = ["areas"]


@admin.register(Service)
class ServiceAdmin(ReferenceAdmin):
    list_display = ["name", "kind", "organisation", "phone", "twenty_four_hours", "valid_from", "valid_to"]
    list_filter = ["kind", "areas", "twenty_four_hours", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["organisation"]
    search_fields = ["name", "slug", "summary", "organisation__name"]
    autocomplete_fields = ["organisation", "predecessor"]
    filter_horizontal = ["areas"]
    inlines = [CriterionInline, OpeningHoursInline, CapacityInline, ServicePolicyInline]


@admin.register(Criterion)
class CriterionAdmin(ReferenceAdmin):
    list_display = ["service", "code", "text", "hard", "sense", "rule", "valid_from", "valid_to"]
    list_filter = ["hard", "sense", "rule", "service__kind"]
    list_select_related = ["service"]
    search_fields = ["code", "text", "service__name"]
    autocomplete_fields = ["service"]


@admin.register(Capacity)
class CapacityAdmin(ReferenceAdmin):
    list_display = ["service", "places", "valid_from", "valid_to"]
    list_filter = ["service__kind"]
    list_select_related = ["service"]
    search_fields = ["service__name"]
    autocomplete_fields = ["service"]


@admin.register(BankHoliday)
class BankHolidayAdmin(admin.ModelAdmin):
    """The only reference rows that can be taken away: a bank holiday can be moved."""

    list_display = ["date", "name"]
    date_hierarchy = "date"
    search_fields = ["name"]


@admin.register(Team)
class TeamAdmin(ReferenceAdmin):
    list_display = ["name", "service", "organisation", "phone", "valid_from", "valid_to"]
    list_filter = ["service__kind", "organisation", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["service", "organisation"]
    search_fields = ["name", "slug", "service__name"]
    autocomplete_fields = ["service", "organisation"]
    filter_horizontal = ["areas", "shared_employers"]


@admin.register(ClockPolicy)
class ClockPolicyAdmin(ReferenceAdmin):
    """A policy that has started is the ground under referrals: it ends and is followed by a new version."""

    list_display = ["code", "urgency", "service", "minutes", "may_pause", "version", "valid_from", "valid_to"]
    list_filter = ["code", "urgency", "may_pause", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["service"]
    search_fields = ["description", "source", "service__name"]
    autocomplete_fields = ["service"]
    inlines = [EscalationStepInline]

    def get_readonly_fields(self, request: HttpRequest, obj: ClockPolicy | None = None) -> list[str]:
        """Everything but its end and its words, once started."""
        if not _started(obj):
            return []
        return [field.name for field in self.model._meta.fields if field.name not in CHANGEABLE_ONCE_STARTED]


def _started(policy: ClockPolicy | None) -> bool:
    return policy is not None and policy.valid_from is not None and policy.valid_from <= timezone.now()


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.fields)
