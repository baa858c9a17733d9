"""Loading services with their criteria, hours and places, teams, and clock policies with their steps."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from directory.hours import LONDON
from directory.models import Capacity, ClockPolicy, Criterion, EscalationStep, OpeningHours, Service, Team
from directory.reference.files import Row, toml_rows, toml_tables
from directory.reference.places import Areas, Organisations
from directory.reference.tables import Report, Table

CHANGEABLE_ONCE_STARTED = {"valid_to", "description", "source"}


class Services:
    """The services of a load with everything that hangs on them, found by slug."""

    def __init__(self, folder: Path, areas: Areas, organisations: Organisations, *, update: bool):
        self.update, self.areas, self.organisations = update, areas, organisations
        path = folder / "services.toml"
        self.library: dict[str, dict[str, Any]] = toml_tables(path).get("criteria", {})
        self.table = Table(Service, lambda row: (row.slug,), update=update)
        self.criteria = Table(Criterion, lambda row: (row.service_id, row.code), update=update)
        self.capacities = Table(Capacity, lambda row: (row.service_id, row.valid_from), update=update)
        self.hours = Hours(update=update)
        rows = list(toml_rows(path, "service"))
        for row in rows:
            self._put(row)
        for row in rows:
            self._follow(row)

    def named(self, row: Row, slug: str) -> Service:
        """The service with this slug."""
        service = self.table.rows.get((slug,))
        if service is None:
            raise row.error(f"there is no service {slug!r}")
        return service

    def save(self) -> list[Report]:
        """Write services first, then what hangs on them."""
        return [table.save() for table in (self.table, self.criteria, self.capacities, self.hours)]

    def _put(self, row: Row) -> None:
        slug = row.required("slug")
        known = self.table.rows.get((slug,))
        service = self.table.put(
            row,
            slug=slug,
            name=row.required("name"),
            kind=row.required("kind"),
            organisation=self.organisations.named(row, row.required("organisation")),
            summary=row.required("summary"),
            min_age=row.number("min_age"),
            max_age=row.number("max_age"),
            urgencies=row.items("urgencies"),
            channels=row.items("channels"),
            needs=row.items("needs"),
            phone=row.text("phone"),
            twenty_four_hours=row.flag("twenty_four_hours"),
            valid_from=row.required_day("valid_from"),
            valid_to=row.day("valid_to"),
        )
        self.table.link(row, service, "areas", self.areas.several(row, "areas"))
        self.hours.put(row, service, row.spells(), new=known is None)
        for criterion in self._criteria(row):
            self._put_criterion(row, service, criterion)
        self._put_places(row, service)

    def _follow(self, row: Row) -> None:
        """Set the predecessor of a new service, which may stand lower in the file."""
        slug = row.text("predecessor")
        if not slug:
            return
        service, predecessor = self.named(row, row.required("slug")), self.named(row, slug)
        if service in self.table.new:
            service.predecessor = predecessor
        elif service.predecessor_id != predecessor.pk:
            self.table.difference(row, f"service {service.slug}: predecessor differs; change it in the admin")

    def _criteria(self, row: Row) -> Iterable[Row]:
        for code in row.items("criteria"):
            if code not in self.library:
                raise row.error(f"there is no criterion {code!r} in the library at the top of the file")
            yield Row(row.file, row.line, {**self.library[code], "code": code})
        yield from row.children("criterion")

    def _put_criterion(self, row: Row, service: Service, criterion: Row) -> None:
        self.criteria.put(
            criterion,
            service=service,
            code=criterion.required("code"),
            text=criterion.required("text"),
            hard=criterion.values.get("hard", True),
            sense=criterion.text("sense", "must_meet"),
            rule=criterion.text("rule", "none"),
            valid_from=criterion.day("valid_from") or row.required_day("valid_from"),
            valid_to=criterion.day("valid_to"),
        )

    def _put_places(self, row: Row, service: Service) -> None:
        if row.number("places") is not None:
            start = row.required_day("valid_from")
            self.capacities.put(row, service=service, places=row.number("places"), valid_from=start)
        for ramp in row.children("capacity"):
            self.capacities.put(
                ramp,
                service=service,
                places=ramp.number("places"),
                valid_from=ramp.required_day("valid_from"),
                valid_to=ramp.day("valid_to"),
            )


class Hours:
    """Opening hours: one value per service, compared and replaced as a whole."""

    def __init__(self, *, update: bool):
        self.update = update
        self.report = Report("opening hours")
        self.held: dict[Any, set[tuple[Any, ...]]] = {}
        for row in OpeningHours.objects.all():
            self.held.setdefault(row.service_id, set()).add((row.weekday, row.opens, row.closes))
        self.replaced: list[Any] = []
        self.new: list[OpeningHours] = []

    def put(self, row: Row, service: Service, spells: list[tuple[Any, ...]], *, new: bool) -> None:
        """Take the hours of one service."""
        held = self.held.get(service.pk, set())
        if not held and not spells:
            return
        if held == set(spells):
            self.report.unchanged += len(spells)
            return
        if not new:
            self.report.differences.append(f"{row.file}:{row.line}: hours of {service.slug} differ")
            if not self.update:
                self.report.differing += 1
                return
            self.replaced.append(service.pk)
            self.report.changed += len(spells)
        else:
            self.report.created += len(spells)
        self.new += [OpeningHours(service=service, weekday=d, opens=o, closes=c) for d, o, c in spells]

    def save(self) -> Report:
        """Write the new hours."""
        OpeningHours.objects.filter(service__in=self.replaced).delete()
        OpeningHours.objects.bulk_create(self.new)
        return self.report


def load_teams(folder: Path, areas: Areas, organisations: Organisations, services: Services, *, update: bool) -> Report:
    """The teams."""
    table = Table(Team, lambda row: (row.slug,), update=update)
    for row in toml_rows(folder / "teams.toml", "team"):
        team = table.put(
            row,
            slug=row.required("slug"),
            name=row.required("name"),
            service=services.named(row, row.required("service")),
            organisation=organisations.named(row, row.required("organisation")),
            base_postcode=row.text("base_postcode"),
            phone=row.text("phone"),
            valid_from=row.required_day("valid_from"),
            valid_to=row.day("valid_to"),
        )
        table.link(row, team, "areas", areas.several(row, "areas"))
        shared = [organisations.named(row, reference) for reference in row.items("shared_employers")]
        table.link(row, team, "shared_employers", shared)
    return table.save()


def load_policies(folder: Path, services: Services, *, update: bool) -> list[Report]:
    """The clock policies and who is told when."""
    policies = Table(ClockPolicy, lambda row: (row.code, row.service_id, row.urgency, row.version), update=update)
    policies.frozen = _frozen
    steps = Table(EscalationStep, lambda row: (row.policy_id, row.step), update=update)
    for row in toml_rows(folder / "policies.toml", "policy"):
        policy = policies.put(
            row,
            code=row.required("code"),
            service=services.named(row, row.text("service")) if row.text("service") else None,
            urgency=row.code("urgency"),
            version=row.number("version") or 1,
            minutes=row.number("minutes"),
            warn_minutes=row.number("warn_minutes"),
            may_pause=row.flag("may_pause"),
            description=row.required("description"),
            source=row.required("source"),
            valid_from=_midnight(row.required_day("valid_from")),
            valid_to=_midnight(row.day("valid_to")),
        )
        for number, step in enumerate(row.children("steps"), start=1):
            minutes, role = step.number("after_minutes"), step.required("role")
            steps.put(step, policy=policy, step=number, after_minutes=minutes, role_slug=role)
    return [policies.save(), steps.save()]


def _frozen(policy: ClockPolicy) -> set[str]:
    if policy.valid_from > timezone.now():
        return set()
    return {field.name for field in ClockPolicy._meta.fields} - CHANGEABLE_ONCE_STARTED


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON) if day else None
