"""Adding a person, keeping who they are up to date, and recording that they died."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, StaleVersion
from audit.events import Kind, record
from patients import policies
from patients.areas import areas_of
from patients.details import FIELDS, Details, check_death, checked
from patients.errors import AlreadyHere
from patients.history import note_change, values_of
from patients.models import Change, Identifier, NumberStatus, Patient, Relationship
from patients.nhs_number import is_valid

NEWBORN = timedelta(weeks=6)
TWICE_WITHIN = timedelta(minutes=10)
NUMBER_ONCE = "patient_verified_number_once"


@transaction.atomic
def add_patient(
    *,
    by: Actor,
    typed: bool = True,
    verified: bool = False,
    source: str = "portal",
    synthetic: bool = False,
    identifiers: tuple[tuple[str, str], ...] = (),
    **details: Any,
) -> Patient:
    """Add a person. `details` are the fields of patients.details.Details.

    `typed`: a person typed it, so a number that fails modulus 11 is refused; a partner's is stored and flagged.
    `verified`: the sender says that the number was traced. `identifiers`: (system, value) of other systems.
    Raises Invalid with .field, and AlreadyHere with .patient_id when this person has a record.
    """
    policies.check_can_add(by)
    known = checked(Details(**details), typed=FIELDS if typed else ())
    _queue_behind_same_person(known)
    _check_not_here(known, typed=typed)
    patient = Patient(source=source, synthetic=synthetic)
    _set(patient, known)
    _set_number(patient, known.nhs_number, verified=verified)
    with number_held_once(patient.nhs_number):
        patient.save(force_insert=True)
    Identifier.objects.bulk_create(
        [Identifier(patient=patient, system=system, value=value) for system, value in identifiers]
    )
    if by.organisation_id:
        added = Relationship.Kind.ADDED
        Relationship.objects.create(patient=patient, organisation_id=by.organisation_id, kind=added)
    note_change(patient, Change.What.ADDED, by=by)
    record(
        Kind.PATIENT_CREATED,
        by=by,
        subject=patient,
        patient_id=patient.pk,
        source=source,
        number_status=patient.nhs_number_status,
    )
    return patient


@transaction.atomic
def update_details(
    *, by: Actor, patient_id: UUID, expected_version: int | None = None, typed: bool = True, **changes: Any
) -> Patient:
    """Change some fields of patients.details.Details, apart from the death. A changed number is no longer verified.

    Raises StaleVersion when somebody else changed the record since `expected_version`, Invalid, AlreadyHere.
    """
    patient = lock(by, patient_id)
    policies.check_can_edit(by, patient)
    _check_version(patient, expected_version)
    present = {name: getattr(patient, name) for name in FIELDS}
    typed_now = [name for name in changes if typed and changes[name] != present[name]]
    known = checked(Details(**present | changes), typed=typed_now)
    changed = [name for name in FIELDS if getattr(known, name) != present[name] and name != "deceased_at"]
    if not changed:
        return patient
    before = values_of(patient, changed)
    _set(patient, known)
    if "nhs_number" in changed:
        _check_number_free(known.nhs_number, patient.pk)
        _set_number(patient, known.nhs_number)
    save(patient)
    note_change(patient, Change.What.UPDATED, by=by, before=before)
    record(Kind.PATIENT_UPDATED, by=by, subject=patient, patient_id=patient.pk, changed=changed)
    return patient


@transaction.atomic
def verify_number(*, by: Actor, patient_id: UUID, checked_with: str, expected_version: int | None = None) -> Patient:
    """Record that a person checked the number against a trusted source, and which (the portal has no tracing service).

    Raises AlreadyHere when another record holds this number as verified: merge the two instead.
    """
    patient = lock(by, patient_id)
    policies.check_can_edit(by, patient)
    _check_version(patient, expected_version)
    note = policies.check_reason(checked_with, field="checked_with", longest=200)
    if not patient.nhs_number_valid:
        raise Invalid("Only an NHS number that passes the check can be verified. Correct it first.", field="nhs_number")
    if patient.nhs_number_status == NumberStatus.VERIFIED:
        return patient
    before = values_of(patient, ["nhs_number_status"])
    patient.nhs_number_status = NumberStatus.VERIFIED
    with number_held_once(patient.nhs_number):
        save(patient)
    note_change(patient, Change.What.NUMBER_VERIFIED, by=by, before=before, note=note)
    record(Kind.PATIENT_NUMBER_VERIFIED, by=by, subject=patient, patient_id=patient.pk)
    return patient


@transaction.atomic
def record_death(*, by: Actor, patient_id: UUID, on: date) -> Patient:
    """Record that the person died on a day. Rooms above read the event and close what is open for them."""
    patient = lock(by, patient_id)
    policies.check_can_edit(by, patient)
    if patient.deceased_at == on:
        return patient
    check_death(on, patient.date_of_birth)
    before = values_of(patient, ["deceased_at"])
    patient.deceased_at = on
    save(patient)
    note_change(patient, Change.What.DIED, by=by, before=before)
    record(Kind.PATIENT_DECEASED, by=by, subject=patient, patient_id=patient.pk, on=on.isoformat())
    return patient


@transaction.atomic
def withdraw_death(*, by: Actor, patient_id: UUID, reason: str) -> Patient:
    """Take back a death recorded by mistake. Referrals that were closed because of it stay closed: send them again."""
    patient = lock(by, patient_id)
    policies.check_can_edit(by, patient)
    note = policies.check_reason(reason)
    if patient.deceased_at is None:
        return patient
    before = values_of(patient, ["deceased_at"])
    patient.deceased_at = None
    save(patient)
    note_change(patient, Change.What.DEATH_WITHDRAWN, by=by, before=before, note=note)
    record(Kind.PATIENT_DEATH_WITHDRAWN, by=by, subject=patient, patient_id=patient.pk)
    return patient


def lock(by: Actor, patient_id: UUID) -> Patient:
    """The record, held until the transaction ends, if this actor may open it."""
    visible = Patient.objects.visible_to(by).select_for_update(of=("self",))
    patient = visible.filter(pk=patient_id).first()
    if patient is None:
        raise policies.unseen()
    return patient


def save(patient: Patient) -> None:
    """Write the record and count its version up."""
    patient.updated_at = timezone.now()
    patient.version += 1
    patient.save(force_update=True)


@contextmanager
def number_held_once(number: str) -> Iterator[None]:
    """Turns the database's refusal of a second verified holder into the answer that names the first."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if NUMBER_ONCE not in str(error):
            raise
        raise AlreadyHere(_holder(number).pk) from error


def _holder(number: str) -> Patient:
    return Patient.objects.current().get(nhs_number=number, nhs_number_status=NumberStatus.VERIFIED)


def _check_version(patient: Patient, expected: int | None) -> None:
    if expected is not None and patient.version != expected:
        raise StaleVersion(
            "Somebody changed this record since you opened it. Check what is there now, then change it again.",
            version=patient.version,
        )


def _set(patient: Patient, known: Details) -> None:
    """Everything but the number and its status."""
    for name in FIELDS:
        if name != "nhs_number":
            setattr(patient, name, getattr(known, name))
    areas = areas_of(known.practice, known.care_home, known.postcode)
    patient.place_id, patient.locality_id, patient.neighbourhood_id = areas


def _set_number(patient: Patient, number: str, *, verified: bool = False) -> None:
    patient.nhs_number = number
    patient.nhs_number_valid = is_valid(number)
    patient.nhs_number_status = _status(patient, verified=verified)


def _status(patient: Patient, *, verified: bool) -> str:
    """The status indicator that a number, or the lack of one, begins with."""
    if patient.nhs_number and not patient.nhs_number_valid:
        return NumberStatus.TO_RESOLVE
    if patient.nhs_number:
        return NumberStatus.VERIFIED if verified else NumberStatus.NOT_TRACED
    newborn = patient.date_of_birth and timezone.localdate() - patient.date_of_birth < NEWBORN
    return NumberStatus.POSTPONED if newborn else NumberStatus.TRACE_REQUIRED


def _queue_behind_same_person(known: Details) -> None:
    """A double click adds nobody twice: the second waits here until the first is stored, then finds it."""
    key = known.nhs_number or f"{known.family_name}|{known.given_name}|{known.date_of_birth}".casefold()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"patient:{key}"])


def _check_not_here(known: Details, *, typed: bool) -> None:
    """Find before adding: a verified holder of the number, or the same details typed minutes ago."""
    _check_number_free(known.nhs_number, None)
    same = Q(
        nhs_number=known.nhs_number,
        family_name__iexact=known.family_name,
        given_name__iexact=known.given_name,
        date_of_birth=known.date_of_birth,
        postcode=known.postcode,
    )
    if not typed:
        return
    recent = Patient.objects.current().filter(same, created_at__gt=timezone.now() - TWICE_WITHIN).first()
    if recent:
        raise AlreadyHere(recent.pk)


def _check_number_free(number: str, own_id: UUID | None) -> None:
    """The number is not held, verified, by another person; an absorbed record speaks for the one it joined."""
    if not number:
        return
    held = Patient.objects.filter(nhs_number=number, nhs_number_status=NumberStatus.VERIFIED).exclude(
        Q(pk=own_id) | Q(merged_into=own_id) if own_id else Q(pk=None)
    )
    holder = held.order_by(F("merged_into").asc(nulls_first=True)).first()
    if holder:
        raise AlreadyHere(holder.merged_into_id or holder.pk)
