"""Services as people read them: rows of the list, and one service with its rules, hours and standards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from directory.candidates import Candidate, Rule, candidate, timetable
from directory.clock_policies import Policy, PolicyTable
from directory.codes import Channel, ClockCode, CriterionSense, NeedCode, Urgency
from directory.hours import OpenState, week_words
from directory.matching import age_words
from directory.models import Area, BankHoliday, Service
from directory.querysets import ServiceQuerySet

ANYBODY = "Anybody"


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One line of the list."""

    slug: str
    name: str
    kind: str
    organisation: str
    places: str
    urgencies: str
    open: OpenState
    phone: str


SORTS: Mapping[str, Callable[[ServiceRow], Any]] = {
    "name": lambda row: row.name,
    "kind": lambda row: (row.kind, row.name),
    "organisation": lambda row: (row.organisation, row.name),
    "places": lambda row: (row.places, row.name),
    "open": lambda row: (not row.open.open, row.open.text, row.name),
}


def service_rows(services: ServiceQuerySet, at: datetime, sort: str = "name") -> list[ServiceRow]:
    """The list at a moment, sorted by a column; a leading minus turns it round. Three queries."""
    key = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    bank_holidays, names = BankHoliday.objects.days(), Area.objects.names()
    details = services.with_details(timezone.localdate(at))
    rows = (_row(candidate(service, timetable(service, bank_holidays)), names, at) for service in details)
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _row(service: Candidate, names: Mapping[UUID, str], at: datetime) -> ServiceRow:
    return ServiceRow(
        slug=service.slug,
        name=service.name,
        kind=service.kind_name,
        organisation=service.organisation_name,
        places=", ".join(sorted(names[area_id] for area_id in service.area_ids)),
        urgencies=", ".join(short_urgency(code) for code in Urgency.values if code in service.urgencies),
        open=service.timetable.state(at),
        phone=service.phone,
    )


@dataclass(frozen=True, slots=True)
class Standard:
    """How fast this service answers one urgency; a step without a policy has no clock."""

    urgency: str
    steps: tuple[Policy | None, ...]
    sources: tuple[str, ...]


class ServicePage:
    """Everything a page says about one service at a moment."""

    def __init__(self, service: Service, policies: PolicyTable, at: datetime):
        self.service, self.at = service, at
        self.values = candidate(service, timetable(service, BankHoliday.objects.days()))
        self.policies = policies

    @property
    def open(self) -> OpenState:
        """Whether it is open."""
        return self.values.timetable.state(self.at)

    @property
    def week(self) -> list[tuple[str, str]]:
        """The hours, day by day."""
        return [("Every day", "Day and night")] if self.values.timetable.always else week_words(self.openings)

    @property
    def openings(self) -> tuple[Any, ...]:
        """The spells of opening."""
        return self.values.timetable.openings

    @property
    def ages(self) -> str:
        """Who it sees, by age."""
        words = age_words(self.values.min_age, self.values.max_age)
        return f"{words[0].upper()}{words[1:]}"

    @property
    def needs(self) -> list[str]:
        """The needs it meets."""
        return [NeedCode(code).label for code in NeedCode.values if code in self.values.needs]

    @property
    def urgencies(self) -> list[str]:
        """The urgencies it accepts; every one when none is named."""
        return [code for code in Urgency.values if not self.values.urgencies or code in self.values.urgencies]

    @property
    def urgency_labels(self) -> list[str]:
        """The urgencies it accepts, in words."""
        return [Urgency(code).label for code in self.urgencies]

    @property
    def referrers(self) -> list[str]:
        """Who may refer."""
        channels = [Channel(code).label for code in Channel.values if code in self.values.channels]
        return channels or [ANYBODY]

    @property
    def must_meet(self) -> list[Rule]:
        """What must be true of the person."""
        return _of_sense(self.values.criteria, CriterionSense.MUST_MEET)

    @property
    def excludes(self) -> list[Rule]:
        """What must not be true of the person."""
        return _of_sense(self.values.criteria, CriterionSense.EXCLUDES)

    @property
    def standards(self) -> list[Standard]:
        """The response standards in force, one row for each urgency it accepts."""
        return [self._standard(code) for code in self.urgencies]

    def _standard(self, urgency: str) -> Standard:
        steps = tuple(self.policies.pick(code, self.service.pk, urgency) for code in ClockCode.values)
        sources = tuple(dict.fromkeys(f"{policy.source} Version {policy.version}." for policy in steps if policy))
        return Standard(short_urgency(urgency), steps, sources)


def _of_sense(criteria: Iterable[Rule], sense: str) -> list[Rule]:
    return [criterion for criterion in criteria if criterion.sense == sense]


def short_urgency(code: str) -> str:
    """The urgency without its time, which the standards say."""
    return str(Urgency(code).label).partition(":")[0]
