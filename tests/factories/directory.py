"""Organisations, areas, services and teams for tests: small ones made on the spot, or the whole reference data."""

from datetime import UTC, date, datetime
from itertools import count

from directory.codes import AreaLevel, ClockCode, OrganisationKind, ServiceKind, Urgency
from directory.models import Area, ClockPolicy, Organisation, PointOfAccess, Practice, Service, Team
from directory.reference.loading import load_reference_data

LONG_AGO = date(2020, 1, 1)
_number = count(1)


def reference_data() -> None:
    """Everything `manage.py load_reference_data` brings, for tests that need real names; takes about a second."""
    load_reference_data()


def area(slug: str = "leicester", *, level: str = AreaLevel.PLACE, name: str = "") -> Area:
    """The area with this slug, made under the system when it is missing."""
    known = Area.objects.filter(slug=slug).first()
    if known:
        return known
    parent = None if level == AreaLevel.SYSTEM else area("llr", level=AreaLevel.SYSTEM)
    return Area.objects.create(
        slug=slug, name=name or slug.replace("-", " ").title(), level=level, parent=parent, valid_from=LONG_AGO
    )


def organisation(kind: str = OrganisationKind.COMMUNITY_TRUST, name: str = "", **fields: object) -> Organisation:
    """A current organisation of a kind; each call makes another."""
    name = name or f"{OrganisationKind(kind).label} {next(_number)}"
    return Organisation.objects.create(
        **{"name": name, "kind": kind, "valid_from": LONG_AGO, "synthetic": True} | fields
    )


def practice(name: str = "", *, place: str = "leicester", neighbourhood: str = "city-centre") -> Organisation:
    """A GP practice with its areas; answers the organisation, which has .practice."""
    number = next(_number)
    surgery = organisation(OrganisationKind.PRACTICE, name or f"Example Practice {number}", ods_code=f"Z{number:05d}")
    Practice.objects.create(
        organisation=surgery,
        sub_icb=Organisation.objects.filter(kind=OrganisationKind.SUB_ICB).first()
        or organisation(OrganisationKind.SUB_ICB),
        place=area(place),
        neighbourhood=area(neighbourhood, level=AreaLevel.NEIGHBOURHOOD),
    )
    return surgery


def point_of_access(
    organisation_: Organisation | None = None, *, slug: str = "single-point-of-access"
) -> PointOfAccess:
    """The front door with this slug, made for an organisation when it is missing."""
    known = PointOfAccess.objects.filter(slug=slug).first()
    if known:
        return known
    door = PointOfAccess.objects.create(
        slug=slug, name="Single point of access", organisation=organisation_ or organisation(), phone="0116 496 0100"
    )
    door.areas.add(area("leicester"))
    return door


def service(
    slug: str = "", *, kind: str = ServiceKind.CRISIS_RESPONSE, employer: Organisation | None = None, **fields: object
) -> Service:
    """A service of everybody and everything, open day and night, in Leicester, unless told otherwise."""
    slug = slug or f"service-{next(_number)}"
    made = Service.objects.create(
        **{
            "slug": slug,
            "name": slug.replace("-", " ").capitalize(),
            "kind": kind,
            "organisation": employer or organisation(),
            "summary": "Comes when called.",
            "urgencies": [str(urgency) for urgency in Urgency],
            "twenty_four_hours": True,
            "valid_from": LONG_AGO,
        }
        | fields
    )
    made.areas.add(area("leicester"))
    return made


def team(slug: str = "", *, of: Service | None = None) -> Team:
    """A team of a service, employed by the service's organisation."""
    of = of or service()
    slug = slug or f"team-{next(_number)}"
    made = Team.objects.create(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        service=of,
        organisation=of.organisation,
        valid_from=LONG_AGO,
    )
    made.areas.add(area("leicester"))
    return made


def clock_policy(
    code: str = ClockCode.RESPOND, *, urgency: str | None = Urgency.CRISIS, minutes: int = 120, **fields: object
) -> ClockPolicy:
    """A clock policy in force since long ago, for every service."""
    return ClockPolicy.objects.create(
        **{
            "code": code,
            "urgency": urgency,
            "minutes": minutes,
            "warn_minutes": minutes // 4,
            "description": "A standard for tests",
            "source": "Tests",
            "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
        }
        | fields
    )
