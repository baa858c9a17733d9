"""Services as plain values for matching: read in two queries, then no database at all."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from directory.hours import LONDON, Opening, Timetable
from directory.models import BankHoliday, Service


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion of a service, as matching needs it."""

    code: str
    text: str
    hard: bool
    sense: str
    rule: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One service that might help."""

    id: UUID
    slug: str
    name: str
    kind: str
    kind_name: str
    organisation_id: UUID
    organisation_name: str
    summary: str
    phone: str
    min_age: int | None = None
    max_age: int | None = None
    urgencies: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    area_ids: frozenset[UUID] = frozenset()
    criteria: tuple[Rule, ...] = ()
    timetable: Timetable = Timetable()
    places: int | None = None


def candidates_at(at: datetime) -> list[Candidate]:
    """Every service in force at a moment, with criteria, hours, areas and places; two queries."""
    day = at.astimezone(LONDON).date()
    bank_holidays = BankHoliday.objects.days()
    services = Service.objects.in_force(day).with_details(day)
    return [candidate(service, timetable(service, bank_holidays)) for service in services]


def timetable(service: Any, bank_holidays: frozenset[Any]) -> Timetable:
    """The timetable of a service read with with_details()."""
    openings = tuple(
        Opening(row["weekday"], time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        for row in service.hours_rows
    )
    return Timetable(openings, always=service.twenty_four_hours, bank_holidays=bank_holidays)


def candidate(service: Any, hours: Timetable) -> Candidate:
    """A service read with with_details() as a plain value."""
    return Candidate(
        id=service.pk,
        slug=service.slug,
        name=service.name,
        kind=service.kind,
        kind_name=service.get_kind_display(),
        organisation_id=service.organisation_id,
        organisation_name=service.organisation.name,
        summary=service.summary,
        phone=service.phone,
        min_age=service.min_age,
        max_age=service.max_age,
        urgencies=frozenset(service.urgencies),
        channels=frozenset(service.channels),
        needs=frozenset(service.needs),
        area_ids=frozenset(service.area_ids),
        criteria=tuple(Rule(**row) for row in service.criteria_rows),
        timetable=hours,
        places=service.places,
    )
