"""Loading areas, organisations, practices, populations, bank holidays and points of access."""

from pathlib import Path
from typing import Any

from directory.codes import OrganisationKind
from directory.models import Area, BankHoliday, Organisation, PointOfAccess, Population, Practice
from directory.reference.files import Row, csv_rows, toml_rows
from directory.reference.tables import Report, Table

PRACTICE_SOURCE = (
    "NHS Organisation Data Service (epraccur), September 2025, Open Government Licence v3.0. "
    "Neighbourhood invented; place and district judged from code, postcode and town."
)


class Areas:
    """The areas of a load, found by slug."""

    def __init__(self, folder: Path, *, update: bool):
        self.table = Table(Area, lambda row: (row.slug,), update=update)
        for row in csv_rows(folder / "areas.csv"):
            self._put(row)

    def _put(self, row: Row) -> None:
        self.table.put(
            row,
            slug=row.required("slug"),
            name=row.required("name"),
            level=row.required("level"),
            gss_code=row.code("gss_code"),
            parent=self.named(row, row.text("parent")) if row.text("parent") else None,
            valid_from=row.required_day("valid_from"),
            valid_to=row.day("valid_to"),
            synthetic=row.flag("synthetic"),
            note=row.text("note"),
        )

    def named(self, row: Row, slug: str) -> Area:
        """The area with this slug."""
        area = self.table.rows.get((slug,))
        if area is None:
            raise row.error(f"there is no area {slug!r}; if it is new, put it above this line")
        return area

    def several(self, row: Row, name: str) -> list[Area]:
        """The areas listed under a name; at least one."""
        slugs = row.items(name)
        if not slugs:
            raise row.error(f"{name} is missing")
        return [self.named(row, slug) for slug in slugs]


class Organisations:
    """The organisations of a load, found by ODS code, GSS code or name."""

    def __init__(self, folder: Path, *, update: bool):
        self.table = Table(Organisation, _organisation_key, update=update)
        self.by_reference: dict[str, Organisation] = {}
        for organisation in self.table.rows.values():
            self._remember(organisation)
        for row in csv_rows(folder / "organisations.csv"):
            self._put(row)

    def _put(self, row: Row) -> None:
        self._remember(
            self.table.put(
                row,
                name=row.required("name"),
                kind=row.required("kind"),
                ods_code=row.code("ods_code"),
                gss_code=row.code("gss_code"),
                parent=self._optional(row, "parent"),
                successor=self._optional(row, "successor"),
                phone=row.text("phone"),
                address=row.text("address"),
                postcode=row.text("postcode"),
                valid_from=row.required_day("valid_from"),
                valid_to=row.day("valid_to"),
                source=row.text("source"),
                synthetic=row.flag("synthetic"),
            )
        )

    def practice(self, row: Row) -> Organisation:
        """The organisation of a practice row; made from it when new."""
        organisation: Organisation = self.table.put(
            row,
            name=row.required("name"),
            kind=OrganisationKind.PRACTICE,
            ods_code=row.required("ods_code"),
            parent=self.named(row, row.required("sub_icb")),
            address=", ".join(part for part in (row.text("address"), row.text("town")) if part),
            postcode=row.text("postcode"),
            valid_from=row.required_day("opened"),
            source=PRACTICE_SOURCE,
        )
        self._remember(organisation)
        return organisation

    def named(self, row: Row, reference: str) -> Organisation:
        """The current organisation with this ODS code, GSS code or name."""
        organisation = self.by_reference.get(reference)
        if organisation is None:
            raise row.error(f"there is no organisation {reference!r}; if it is new, put it above this line")
        return organisation

    def _optional(self, row: Row, name: str) -> Organisation | None:
        return self.named(row, row.text(name)) if row.text(name) else None

    def _remember(self, organisation: Organisation) -> None:
        if organisation.valid_to is None:
            for reference in (organisation.ods_code, organisation.gss_code, organisation.name):
                if reference:
                    self.by_reference[reference] = organisation


def load_practices(folder: Path, areas: Areas, organisations: Organisations, *, update: bool) -> Table:
    """The practices, and through them their organisations; the caller saves."""
    table = Table(Practice, lambda row: (row.organisation_id,), update=update)
    for row in csv_rows(folder / "practices.csv"):
        table.put(
            row,
            organisation=organisations.practice(row),
            sub_icb=organisations.named(row, row.required("sub_icb")),
            opened=row.required_day("opened"),
            neighbourhood=areas.named(row, row.required("neighbourhood")),
            place=areas.named(row, row.required("place")),
            district=areas.named(row, row.text("district")) if row.text("district") else None,
            locality=areas.named(row, row.text("locality")) if row.text("locality") else None,
        )
    return table


def load_populations(folder: Path, areas: Areas, *, update: bool) -> Report:
    """How many people live where."""
    table = Table(Population, lambda row: (row.area_id, row.age_band, row.year, row.source), update=update)
    for row in csv_rows(folder / "populations.csv"):
        table.put(
            row,
            area=areas.named(row, row.required("area")),
            age_band=row.required("age_band"),
            year=row.number("year"),
            source=row.required("source"),
            count=row.number("count"),
            illustrative=row.flag("illustrative"),
        )
    return table.save()


def load_bank_holidays(folder: Path, *, update: bool) -> Report:
    """Bank holidays in England."""
    table = Table(BankHoliday, lambda row: (row.date,), update=update)
    for row in csv_rows(folder / "bank_holidays.csv"):
        table.put(row, date=row.required_day("date"), name=row.required("name"))
    return table.save()


def load_points_of_access(folder: Path, areas: Areas, organisations: Organisations, *, update: bool) -> Report:
    """The front doors."""
    table = Table(PointOfAccess, lambda row: (row.slug,), update=update)
    for row in toml_rows(folder / "points_of_access.toml", "point_of_access"):
        point = table.put(
            row,
            slug=row.required("slug"),
            name=row.required("name"),
            organisation=organisations.named(row, row.required("organisation")),
            phone=row.required("phone"),
            out_of_hours_phone=row.text("out_of_hours_phone"),
            hours=row.text("hours"),
        )
        table.link(row, point, "areas", areas.several(row, "areas"))
    return table.save()


def _organisation_key(row: Any) -> tuple[Any, ...]:
    code = row.ods_code or row.gss_code
    return (code, row.valid_from) if code else (row.kind, row.name, row.valid_from)
