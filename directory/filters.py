"""What people narrow the list of services by, declared once for pages and partners."""

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from directory.codes import NeedCode, Urgency
from directory.models import Area, Service
from directory.querysets import ServiceQuerySet


class ServiceFilter(django_filters.FilterSet):
    """Place, need, urgency and open now."""

    place = django_filters.ChoiceFilter(method="in_place", label="Place", empty_label="Any place")
    need = django_filters.ChoiceFilter(
        choices=NeedCode.choices, method="for_need", label="Need", empty_label="Any need"
    )
    urgency = django_filters.ChoiceFilter(
        choices=Urgency.choices, method="for_urgency", label="Urgency", empty_label="Any urgency"
    )
    open_now = django_filters.BooleanFilter(method="open_at_once", label="Open now", widget=forms.CheckboxInput)

    class Meta:
        model = Service
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = Area.objects.current().places().values_list("slug", "name")
        self.filters["place"].extra["choices"] = list(places)

    def in_place(self, services: ServiceQuerySet, name: str, place: str) -> ServiceQuerySet:
        """Services for the whole place, for part of it, or for the whole system."""
        return services.covering(Area.objects.around(place).values("pk"))

    def for_need(self, services: ServiceQuerySet, name: str, need: str) -> ServiceQuerySet:
        """Services that meet this need."""
        return services.meeting(need)

    def for_urgency(self, services: ServiceQuerySet, name: str, urgency: str) -> ServiceQuerySet:
        """Services that accept this urgency."""
        return services.accepting(urgency)

    def open_at_once(self, services: ServiceQuerySet, name: str, wanted: bool) -> ServiceQuerySet:
        """Services open at this moment, when that was asked."""
        return services.open_at(timezone.now()) if wanted else services
