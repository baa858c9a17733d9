"""The filters of the lists, declared once: an address holds them, so they survive reload and can be bookmarked."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from accounts.actors import Actor
from directory.codes import Channel, Urgency
from directory.models import Area, Service
from pages.keeping import kept
from referrals.models import Referral, ReferralOffer
from referrals.states import OPEN, Status

Choices = Sequence[tuple[str, str]]
OPEN_STATUSES = [(status.value, status.label) for status in Status if status in OPEN]
ME, NOBODY = "me", "nobody"
PLACES, SERVICES = "choices:places", "choices:services"
WHOSE = [(ME, "Me"), (NOBODY, "Nobody")]


def _choice(label: str, empty: str, **options: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, empty_label=empty, **options)


class ActorFilterSet(django_filters.FilterSet):
    """Filters that know who asks, and lists of choices that were read for this request."""

    def __init__(self, *args: Any, actor: Actor, options: dict[str, Choices], **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        for name, choices in options.items():
            self.filters[name].extra["choices"] = choices

    def whose(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Mine, or nobody's."""
        return rows.filter(**{name: self.actor.id if value == ME else None})

    @property
    def chosen(self) -> dict[str, str]:
        """What the address asks for and makes sense."""
        return {name: value for name, value in self.form.cleaned_data.items() if value} if self.form.is_bound else {}

    @property
    def problems(self) -> list[str]:
        """What the address asks for and makes no sense, in words."""
        return [f"{self.form[name].label}: choose from the list" for name in self.errors]


class WorklistFilter(ActorFilterSet):
    """Filters of the triage worklist."""

    place = _choice("Place", "Any place", field_name="place__slug")
    service = _choice("Offered to", "Any or no service", method="offered")
    urgency = _choice("Urgency", "Any urgency", choices=Urgency.choices)
    source = _choice("Source", "Any source", field_name="channel", choices=Channel.choices)
    status = _choice("Status", "Any status", choices=OPEN_STATUSES)
    assigned = _choice("Assigned to", "Anybody", field_name="assigned_to", method="whose", choices=WHOSE)

    class Meta:
        model = Referral
        fields: list[str] = []

    def offered(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Offered to this service at any time, whatever it answered."""
        return rows.filter(Exists(ReferralOffer.objects.filter(referral=OuterRef("pk"), service__slug=value)))


class TeamFilter(ActorFilterSet):
    """Filters of a team's list."""

    place = _choice("Place", "Any place", field_name="referral__place__slug")
    urgency = _choice("Urgency", "Any urgency", field_name="referral__urgency", choices=Urgency.choices)
    worker = _choice("Worker", "Anybody", field_name="referral__worker", method="whose", choices=WHOSE)

    class Meta:
        model = ReferralOffer
        fields: list[str] = []


def place_choices() -> list[tuple[str, str]]:
    """The places of the system, by slug."""
    return kept(PLACES, lambda: list(Area.objects.places().in_force().values_list("slug", "name")))


def service_choices() -> list[tuple[str, str]]:
    """Every service in force, by slug."""
    return kept(SERVICES, lambda: list(Service.objects.in_force().order_by("name").values_list("slug", "name")))
