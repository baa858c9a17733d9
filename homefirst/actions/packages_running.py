"""Packages of care that run: the start, reviews that release hours, and the end."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid
from audit.events import Kind
from homefirst import asked
from homefirst.models import CarePackage, PackageReview
from homefirst.policies import packages as policies
from homefirst.states import PACKAGE_EVENTS, PACKAGE_TRANSITIONS, PackageStatus
from homefirst.steps import StepInHand, check_version, locked

FIRST_REVIEW = timedelta(weeks=6)
NEXT_REVIEW = timedelta(weeks=26)
HOURS_IN_A_WEEK = 168


def _open(verb: str, package_id: UUID, by: Actor, expected_version: int | None, reason: str = "") -> StepInHand:
    package: CarePackage = locked(CarePackage.objects.visible_to(by), package_id, "package of care")
    check_version(package, expected_version)
    return StepInHand(package, verb, by, reason=reason, patient_id=package.patient_id)


def _move(step: StepInHand, to: PackageStatus, **data: Any) -> None:
    step.move(to, PACKAGE_TRANSITIONS, PACKAGE_EVENTS, **data)


def _check_day(day: date, field: str, earliest: date | None = None) -> None:
    if day > timezone.localdate():
        raise Invalid("The day is in the future. Enter it once it has come.", field=field)
    if earliest and day < earliest:
        raise Invalid(f"Care started on {earliest:%-d %B %Y}. Enter that day or a later one.", field=field)


@transaction.atomic
def start_package(
    *,
    package_id: UUID,
    by: Actor,
    started_on: date,
    expected_version: int | None = None,
    read_version: int | None = None,
) -> CarePackage:
    """Care has started. The first review, which may release hours, is due in six weeks.

    Pages expect the package's version, partners the one that they read of it (asked.py)."""
    step = _open("start", package_id, by, expected_version)
    package: CarePackage = step.subject
    if read_version is not None:
        asked.check_read(by, package.pk, read_version)
    policies.check_can_start(by, package)
    _check_day(started_on, "started_on")
    package.started_on, package.review_due = started_on, started_on + FIRST_REVIEW
    waited = (started_on - package.wanted_from).days
    _move(step, PackageStatus.ACTIVE, provider=str(package.provider_id), days_waited=max(0, waited))
    step.save()
    return package


@transaction.atomic
def review_package(
    *,
    package_id: UUID,
    by: Actor,
    on: date,
    hours_after: Decimal,
    note: str = "",
    expected_version: int | None = None,
) -> PackageReview:
    """How many hours a week are needed from now on. Fewer release hours for others; none ends the package."""
    if not 0 <= hours_after <= HOURS_IN_A_WEEK:
        raise Invalid("Hours a week are between 0 and 168.", field="hours_after")
    step = _open("review", package_id, by, expected_version)
    package: CarePackage = step.subject
    policies.check_can_follow(by, package)
    _check_day(on, "on", package.started_on)
    before = package.hours_a_week
    review = PackageReview.objects.create(
        package=package, on=on, hours_before=before, hours_after=hours_after, note=note, by_id=by.id
    )
    step.event(Kind.PACKAGE_REVIEWED, hours_before=str(before), hours_after=str(hours_after), lot=str(package.lot_id))
    package.review_due = on + NEXT_REVIEW
    if hours_after > 0:
        package.hours_a_week = hours_after
    else:
        _finish(step, on, "No hours are needed any more.")
    step.save()
    return review


@transaction.atomic
def end_package(
    *, package_id: UUID, by: Actor, ended_on: date, reason: str, expected_version: int | None = None
) -> CarePackage:
    """Care has ended."""
    if not reason.strip():
        raise Invalid("Say why it ended.", field="reason")
    step = _open("end", package_id, by, expected_version, reason)
    package: CarePackage = step.subject
    policies.check_can_follow(by, package)
    _check_day(ended_on, "ended_on", package.started_on)
    _finish(step, ended_on, reason)
    step.save()
    return package


def _finish(step: StepInHand, on: date, reason: str) -> None:
    package: CarePackage = step.subject
    package.ended_on, package.end_reason, package.review_due = on, reason[:300], None
    _move(step, PackageStatus.ENDED, hours=str(package.hours_a_week))


@transaction.atomic
def cancel_package(*, package_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> CarePackage:
    """Nobody needs it any more, and care has not started."""
    if not reason.strip():
        raise Invalid("Say why it is no longer wanted.", field="reason")
    step = _open("cancel", package_id, by, expected_version, reason)
    package: CarePackage = step.subject
    policies.check_can_cancel(by, package)
    package.end_reason = reason[:300]
    _move(step, PackageStatus.CANCELLED)
    step.save()
    return package
