"""The directory in memory: read once, in an order that does not depend on identifiers."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from directory.candidates import Candidate, candidates_at
from directory.codes import OrganisationKind, Weekday
from directory.hours import LONDON
from directory.models import (
    Area,
    BankHoliday,
    Capacity,
    ClockPolicy,
    Criterion,
    Organisation,
    PointOfAccess,
    Practice,
    Service,
)
from synthetic.errors import NotReady

CARE_HOME_PLACES = {"Leicester": "leicester", "Oakham": "rutland"}


@dataclass
class Phonebook:
    """Services, organisations, practices and policies, by the keys that people use."""

    services: dict[UUID, Service]
    candidates: list[Candidate]
    criteria: dict[UUID, list[Criterion]]
    capacities: dict[UUID, int]
    practices: list[Practice]
    organisations: dict[str, Organisation]
    areas: dict[str, Area]
    point_of_access: PointOfAccess
    policies: dict[UUID, ClockPolicy]
    bank_holidays: frozenset[date]
    homes: dict[str, list[Organisation]] = field(default_factory=dict)
    open_hours: dict[tuple[int, int, int], frozenset[UUID]] = field(default_factory=dict)
    areas_of_practice: dict[UUID, frozenset[UUID]] = field(default_factory=dict)

    @classmethod
    def read(cls, now: datetime) -> Self:
        """Everything, in some ten queries."""
        services = Service.objects.in_force(now.date()).select_related("organisation").prefetch_related("teams__areas")
        points = list(PointOfAccess.objects.select_related("organisation").order_by("slug"))
        practices = list(Practice.objects.with_areas().order_by("organisation__ods_code"))
        if not services or not points or not practices:
            raise NotReady("The directory is empty. Run `manage.py load_reference_data` first.")
        criteria: dict[UUID, list[Criterion]] = {}
        for criterion in Criterion.objects.in_force(now.date()).filter(hard=True).order_by("service__slug", "code"):
            criteria.setdefault(criterion.service_id, []).append(criterion)
        book = cls(
            services={service.pk: service for service in sorted(services, key=lambda row: row.slug)},
            candidates=sorted(candidates_at(now), key=lambda row: row.slug),
            criteria=criteria,
            capacities=Capacity.objects.places_on(now.date()),
            practices=practices,
            organisations=organisations_by_key(),
            areas={area.slug: area for area in Area.objects.current()},
            point_of_access=points[0],
            policies={policy.pk: policy for policy in ClockPolicy.objects.prefetch_related("steps")},
            bank_holidays=BankHoliday.objects.days(),
        )
        book.homes = book._homes_by_place()
        book.areas_of_practice = {practice.pk: practice.area_ids for practice in practices}
        return book

    def _homes_by_place(self) -> dict[str, list[Organisation]]:
        homes: dict[str, list[Organisation]] = {}
        for organisation in sorted(set(self.organisations.values()), key=lambda row: row.name):
            if organisation.kind == OrganisationKind.CARE_HOME:
                town = organisation.address.rsplit(", ", 1)[-1]
                homes.setdefault(CARE_HOME_PLACES.get(town, "leicestershire"), []).append(organisation)
        return homes

    def is_open(self, service_id: UUID, at: datetime) -> bool:
        """Whether the service is open at the start of this hour."""
        return service_id in self.open_at(at)

    def open_at(self, at: datetime) -> frozenset[UUID]:
        """The services open at the start of this hour: worked out once for each hour of each kind of day."""
        local = at.astimezone(LONDON).replace(minute=0, second=0, microsecond=0)
        key = (self._kind(local.date()), self._kind(local.date() - timedelta(days=1)), local.hour)
        if key not in self.open_hours:
            self.open_hours[key] = frozenset(row.id for row in self.candidates if row.timetable.is_open(local))
        return self.open_hours[key]

    def _kind(self, day: date) -> int:
        return Weekday.BANK_HOLIDAY if day in self.bank_holidays else day.weekday()


def organisations_by_key() -> dict[str, Organisation]:
    """Current organisations by ODS code, GSS code and name."""
    found: dict[str, Organisation] = {}
    for organisation in Organisation.objects.in_force().order_by("name", "kind"):
        for key in (organisation.ods_code, organisation.gss_code, organisation.name):
            if key:
                found.setdefault(key, organisation)
    return found
