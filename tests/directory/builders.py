"""The smallest rows that the database accepts."""

from datetime import date, datetime

from directory.codes import AreaLevel, ClockCode, OrganisationKind, ServiceKind
from directory.hours import LONDON
from directory.models import Area, ClockPolicy, Organisation, Service

START = date(2020, 4, 1)


def organisation(**values) -> Organisation:
    known = {"name": "A trust", "kind": OrganisationKind.COMMUNITY_TRUST, "valid_from": START}
    return Organisation.objects.create(**{**known, **values})


def area(**values) -> Area:
    known = {"slug": "all", "name": "All", "level": AreaLevel.SYSTEM, "valid_from": START}
    return Area.objects.create(**{**known, **values})


def service(**values) -> Service:
    known = {
        "slug": "help",
        "name": "Help",
        "kind": ServiceKind.THERAPY,
        "summary": "Helps.",
        "valid_from": START,
    }
    return Service.objects.create(
        **{"organisation": values.pop("organisation", None) or organisation(), **known, **values}
    )


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)


def policy(**values) -> ClockPolicy:
    known = {
        "code": ClockCode.RESPOND,
        "minutes": 120,
        "warn_minutes": 30,
        "description": "Two hours",
        "source": "Test",
        "valid_from": moment(2022, 4, 1),
    }
    return ClockPolicy.objects.create(**{**known, **values})
