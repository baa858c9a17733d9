"""Who a referral is about: a person already here, or one added with whatever is known, flagged rather than refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from accounts.actors import Actor
from accounts.prepared import Slots, rows, shape_of
from api.problems import Code, FieldCode, FieldError, Problem
from audit.errors import Invalid
from audit.inserting import new_row
from directory.codes import OrganisationKind
from directory.models import Area, Organisation, PointOfAccess
from patients.actions import add_patient
from patients.models import NumberStatus, Patient
from patients.nhs_number import is_valid, normalise

WARNINGS: dict[str, str] = {
    "NHS_NUMBER_CHECK_DIGIT": "The NHS number fails its check digit. It is stored and flagged: check it.",
    "NHS_NUMBER_NOT_VERIFIED": "The person is new here. The NHS number will be treated as not verified.",
    "NHS_NUMBER_CONFLICT": (
        "The NHS number belongs to a record with another date of birth. The person was added without the number: "
        "check both."
    ),
    "NO_NHS_NUMBER": "The person was added without an NHS number.",
    "NO_DATE_OF_BIRTH": "The person was added without a date of birth.",
    "UNKNOWN_PRACTICE": "No current GP practice has this ODS code. The person was added without a practice.",
}


AREAS = ("place_id", "locality_id", "neighbourhood_id")
KNOWN = ("id", *AREAS, "place__slug", "date_of_birth", "merged_into_id", "door")
DOOR = ("id", "slug", "name", "phone", "organisation_id")


@dataclass(frozen=True, slots=True)
class Door:
    """The point of access that receives referrals for somebody, and the slug of their place."""

    point: PointOfAccess
    place: str | None


@dataclass(slots=True)
class Identified:
    """The person, what the sender should look at again, and who receives the referral."""

    patient: Patient | None = None
    warnings: list[str] = field(default_factory=list)
    read_door: Door | None = None

    @property
    def door(self) -> Door:
        """Read together with somebody known; looked up for somebody new."""
        if self.read_door:
            return self.read_door
        place_id = self.patient.place_id
        slug = Area.objects.filter(pk=place_id).values_list("slug", flat=True)
        point = PointOfAccess.objects.nearest(place_id).annotate(place_slug=Subquery(slug[:1])).first()
        return _checked(point, point and point.place_slug)

    def take(self, row: Mapping[str, Any], by: Actor) -> None:
        """Somebody known, from a row of KNOWN; a record that was merged leads to the one that speaks for it."""
        if row["merged_into_id"]:
            self.patient = Patient.objects.findable_by(by).get(pk=row["merged_into_id"])
            return
        columns = ["id", *AREAS]
        self.patient = Patient.from_db(DEFAULT_DB_ALIAS, columns, [row[name] for name in columns])
        self.read_door = _checked(new_row(PointOfAccess, **row["door"]) if row["door"] else None, row["place__slug"])


def _checked(point: PointOfAccess | None, place: str | None) -> Door:
    if point is None:
        raise Problem(Code.NO_POINT_OF_ACCESS)
    return Door(point, place)


def _with_door(people: Any) -> Any:
    """These people as rows of KNOWN, each with their point of access and place."""
    nearest = PointOfAccess.objects.nearest(OuterRef(OuterRef("place")))
    door = nearest.values(row=JSONObject(**{name: name for name in DOOR}))
    return people.annotate(door=Subquery(door[:1])).values(*KNOWN)


def identify(by: Actor, given: Mapping[str, Any], begin: Callable[[], None]) -> Identified:
    """Find the person by id, or by number and date of birth; otherwise add them, having begun a transaction."""
    result = Identified()
    if "id" in given:
        result.take(_by_id(by, given["id"]), by)
        return result
    number = normalise(given.get("nhs_number", ""))
    if is_valid(number):
        _match(by, number, given, result)
    if result.patient is None:
        begin()
        _add(by, number, given, result)
    return result


def _by_id(by: Actor, patient_id: UUID) -> dict[str, Any]:
    person = _with_door(Patient.objects.related_to(by).filter(pk=patient_id)).first()
    if person is None:
        message = "There is no such person, or your organisation has no relationship with them."
        errors = [FieldError("patient.id", FieldCode.INVALID_VALUE, message)]
        raise Problem(Code.VALIDATION_FAILED, message, errors=errors)
    return person


def _match(by: Actor, number: str, given: Mapping[str, Any], result: Identified) -> None:
    """A verified number with the same date of birth is the person; so is any number with the same birth and name."""
    born = given.get("date_of_birth")
    values = {"number": number, "name": given["family_name"].strip()} | ({"born": born} if born else {})
    people = rows(("people", shape_of(by), born is None), values, lambda slots: _holders(by, slots))
    same = next((row for row in people if born is not None and row["date_of_birth"] == born), None)
    if same:
        result.take(same, by)
    elif people:
        result.warnings.append("NHS_NUMBER_CONFLICT")


def _holders(by: Actor, slots: Slots) -> Any:
    """Whoever holds the number: verified, or born on the same day with the same family name."""
    alike = Q(date_of_birth=slots.get("born"), family_name__iexact=slots["name"])
    held = Patient.objects.findable_by(by).with_number(slots["number"])
    return _with_door(held.filter(Q(nhs_number_status=NumberStatus.VERIFIED) | alike))


def _add(by: Actor, number: str, given: Mapping[str, Any], result: Identified) -> None:
    details = {name: value for name, value in given.items() if name not in {"nhs_number", "practice_ods_code"}}
    if "NHS_NUMBER_CONFLICT" not in result.warnings:
        details["nhs_number"] = number
        result.warnings += _about_number(number)
    if given.get("date_of_birth") is None:
        result.warnings.append("NO_DATE_OF_BIRTH")
    if code := given.get("practice_ods_code", "").strip():
        details["practice"] = Organisation.objects.in_force().coded(code).of_kind(OrganisationKind.PRACTICE).first()
        result.warnings += [] if details["practice"] else ["UNKNOWN_PRACTICE"]
    try:
        result.patient = add_patient(by=by, typed=False, source="api", **details)
    except Invalid as error:
        raise Invalid(error.message, field=f"patient.{error.field}") from error


def _about_number(number: str) -> list[str]:
    if not number:
        return ["NO_NHS_NUMBER"]
    return ["NHS_NUMBER_NOT_VERIFIED"] if is_valid(number) else ["NHS_NUMBER_CHECK_DIGIT"]


def warnings(codes: list[str]) -> list[dict[str, str]]:
    """As partners read them."""
    return [{"code": code, "message": WARNINGS[code]} for code in codes]
