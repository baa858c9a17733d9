"""Loading every reference file in one transaction: all of it, or nothing."""

from pathlib import Path

from django.db import IntegrityError, transaction

from directory.reference.files import RowError
from directory.reference.offers import Services, load_policies, load_teams
from directory.reference.places import (
    Areas,
    Organisations,
    load_bank_holidays,
    load_points_of_access,
    load_populations,
    load_practices,
)
from directory.reference.tables import Report

DATA = Path(__file__).resolve().parent.parent / "data"


def load_reference_data(folder: Path = DATA, *, update: bool = False) -> list[Report]:
    """Create what the files hold and the database lacks; report what differs, and with `update` change it.

    Raises RowError with file and line, leaving the database as it was.
    """
    try:
        with transaction.atomic():
            return _load(folder, update=update)
    except IntegrityError as error:
        raise RowError(f"{folder.name}: the files contradict each other or the database: {error}") from error


def _load(folder: Path, *, update: bool) -> list[Report]:
    areas = Areas(folder, update=update)
    organisations = Organisations(folder, update=update)
    practices = load_practices(folder, areas, organisations, update=update)
    services = Services(folder, areas, organisations, update=update)
    return [
        areas.table.save(),
        organisations.table.save(),
        practices.save(),
        load_populations(folder, areas, update=update),
        load_bank_holidays(folder, update=update),
        *services.save(),
        load_points_of_access(folder, areas, organisations, update=update),
        load_teams(folder, areas, organisations, services, update=update),
        *load_policies(folder, services, update=update),
    ]
