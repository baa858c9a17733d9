"""Wards and beds for tests, small ones made on the spot, and people placed in them by the real actions."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from directory.codes import NeedCode, OrganisationKind, ServiceKind
from directory.models import Organisation, Service
from homefirst.actions import beds as actions
from homefirst.codes import Designation, Source, WardKind
from homefirst.models import Bed, Spell, Ward
from homefirst.suitability import Wanted
from patients.models import Patient
from tests.factories import directory, patients, people

_number = count(1)
REHAB = Wanted(frozenset({Designation.REHABILITATION.value}))


def ward(
    *beds: dict[str, Any],
    kind: str = WardKind.PHYSICAL,
    runs: Organisation | None = None,
    service: Service | None = None,
    **fields: Any,
) -> Ward:
    """A ward with these beds (two for rehabilitation when none are given), run by this organisation."""
    number = next(_number)
    runs = runs or directory.organisation(OrganisationKind.COMMUNITY_TRUST)
    service = service or directory.service(
        f"beds-{number}",
        kind=ServiceKind.COMMUNITY_BEDS,
        employer=runs,
        needs=[NeedCode.REHABILITATION.value, NeedCode.FALLS.value],
    )
    made = Ward.objects.create(
        **{
            "slug": f"ward-{number}",
            "name": f"Ward {number}",
            "kind": kind,
            "site": runs,
            "organisation": runs,
            "service": service,
            "source": "Tests",
            "valid_from": directory.LONG_AGO,
        }
        | fields
    )
    made.areas.add(directory.area("leicester"))
    for at, features in enumerate(beds or ({}, {}), start=1):
        bed(made, at, **features)
    return made


def bed(of: Ward, number: int, **features: Any) -> Bed:
    """One bed, for rehabilitation and anybody unless told otherwise."""
    return Bed.objects.create(
        **{
            "ward": of,
            "number": number,
            "label": f"Bed {number}",
            "designation": Designation.REHABILITATION,
            "valid_from": directory.LONG_AGO,
        }
        | features
    )


def virtual_ward(places: int = 3, *, hours: float = 4.5, **fields: Any) -> Ward:
    """Places at home of 1.5 hours a day, with so many hours of staff."""
    place = {"designation": Designation.HOME, "hours_a_day": 1.5}
    made = ward(*[place] * places, kind=WardKind.VIRTUAL, cleaning_minutes=0, staff_hours_a_day=hours, **fields)
    made.refresh_from_db()
    return made


def manager(of: Ward) -> Actor:
    """Somebody who manages the beds of whoever runs this ward."""
    return people.actor("bed_manager", at=of.organisation)


def person(of: Ward, **details: Any) -> Patient:
    """Somebody whom this ward's organisation may place."""
    return patients.patient(seen_by=of.organisation, **details)


def reserved(of: Bed, *, by: Actor, until: datetime | None = None, whom: Patient | None = None, **more: Any) -> Spell:
    """This bed kept for somebody, for four hours unless told otherwise."""
    return actions.reserve(
        bed_id=of.pk,
        by=by,
        patient_id=(whom or person(of.ward)).pk,
        until=until or timezone.now() + timedelta(hours=4),
        **{"wanted": REHAB} | more,
    )


def occupied(of: Bed, *, by: Actor, whom: Patient | None = None, **more: Any) -> Spell:
    """Somebody in this bed, from home unless told otherwise."""
    return actions.occupy(
        bed_id=of.pk, by=by, patient_id=(whom or person(of.ward)).pk, **{"source": Source.HOME, "wanted": None} | more
    )


def earlier(spell: Spell, by: timedelta) -> Spell:
    """The same as if it had begun, and would end, so much earlier."""
    span = spell.span
    moved = type(span)(span.lower - by, span.upper - by if span.upper else None)
    Spell.objects.filter(pk=spell.pk).update(span=moved, updated_at=spell.updated_at - by)
    spell.refresh_from_db()
    return spell


def used_for(bed: Bed, at: datetime | None = None) -> str:
    """What the bed is used for then, or now; nothing when it is free."""
    spell = Spell.objects.filter(bed=bed).at(at or timezone.now()).first()
    return spell.kind if spell else ""


def today() -> date:
    """The day in London."""
    return timezone.localdate()
