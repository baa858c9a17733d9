"""What information governance asks: who looked at this person, what did that person look at, was it justified.

Nothing clinical is answered here: identities and the access log only. Reading the log is itself logged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import User
from audit.access import INFORMATION_GOVERNANCE, log_list, log_read
from audit.models import Access
from patients import policies
from patients.details import clean_number
from patients.models import BreakGlass, Patient
from patients.nhs_number import normalise

PAGE = 50
MOST_IN_A_FILE = 10_000
RECENT_DAYS = 7
ACCESS_LOG = "access log"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of an access log is wanted; days are days in London, both included."""

    who: str = ""
    since: date | None = None
    until: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in reading order, and the id after which the next page begins."""

    rows: list[Access]
    next: int | None


def counts(by: Actor) -> dict[str, Any]:
    """What waits: emergency accesses to review, and refusals of the last 7 days, with the first of those days."""
    policies.check_can_govern(by)
    since = timezone.localdate() - timedelta(days=RECENT_DAYS)
    return {
        "since": since,
        "to_review": BreakGlass.objects.to_review().count(),
        "refusals": Access.objects.refused().since(_midnight(since)).count(),
    }


def find_patient(by: Actor, typed: str) -> Patient | None:
    """The record in use for an NHS number or a record's id, as it stands in an address. Raises Invalid for neither."""
    policies.check_can_govern(by)
    records = Patient.objects.findable_by(by).select_related("merged_into")
    record_id = _uuid(typed)
    if record_id:
        found = records.filter(pk=record_id).first()
    else:
        found = records.with_number(clean_number(normalise(typed), typed=False)).first()
    return found.merged_into or found if found else None


def find_staff(by: Actor, words: str) -> list[User]:
    """People whose name or e-mail address contains these words, at most twenty."""
    policies.check_can_govern(by)
    return list(User.objects.filter(Q(name__icontains=words) | Q(email__icontains=words)).order_by("name", "pk")[:20])


def name_of(by: Actor, actor_id: UUID) -> str:
    """The name of somebody with an account; empty for anybody else."""
    policies.check_can_govern(by)
    return User.objects.filter(pk=actor_id).values_list("name", flat=True).first() or ""


def looks_at(by: Actor, patient: Patient, filters: Filters) -> QuerySet[Access]:
    """Who looked at any of this person's records; the reading is logged."""
    policies.check_can_govern(by)
    log_read(by=by, patient_id=patient.pk, what=ACCESS_LOG, purpose=INFORMATION_GOVERNANCE)
    return _filtered(Access.objects.of_patients(patient.record_ids), filters)


def looks_by(by: Actor, actor_id: UUID, filters: Filters) -> QuerySet[Access]:
    """What one person or partner system looked at."""
    policies.check_can_govern(by)
    return _filtered(Access.objects.by_actor(actor_id), filters)


def refusals(by: Actor, filters: Filters) -> QuerySet[Access]:
    """Attempts of everybody that were refused."""
    policies.check_can_govern(by)
    return _filtered(Access.objects.refused(), filters)


def page_of(looks: QuerySet[Access], before: int | None) -> Page:
    """Fifty rows by key: as quick on the last page as on the first."""
    rows = list((looks.older_than(before) if before else looks)[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def people_in(by: Actor, looks: Iterable[Access]) -> dict[UUID, Patient]:
    """Whose records the rows are about; ids that never existed are missing. The reading is logged."""
    policies.check_can_govern(by)
    shown = Patient.objects.findable_by(by).in_bulk({look.patient_id for look in looks})
    log_list(by=by, patient_ids=shown, what=ACCESS_LOG, purpose=INFORMATION_GOVERNANCE)
    return shown


def glasses(by: Actor, state: str = "", who: str = "") -> QuerySet[Any]:
    """Emergency accesses: those to review, oldest first, or those judged one way, newest first."""
    policies.check_can_govern(by)
    rows = BreakGlass.objects.reviewed().filter(review=state) if state else BreakGlass.objects.to_review()
    return rows.filter(Q(user__name__icontains=who) | Q(user__email__icontains=who)).with_people()


def glass_with_looks(by: Actor, glass_id: UUID) -> tuple[BreakGlass, list[Access]] | None:
    """One emergency access and everything that was looked at under it."""
    policies.check_can_govern(by)
    glass = BreakGlass.objects.with_people().filter(pk=glass_id).first()
    if glass is None:
        return None
    log_read(by=by, patient_id=glass.patient_id, what=ACCESS_LOG, purpose=INFORMATION_GOVERNANCE)
    looks = Access.objects.of_patients(glass.patient.record_ids).by_actor(glass.user_id)
    return glass, list(looks.since(glass.granted_at).until(glass.expires_at).newest_first()[:100])


def _filtered(looks: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    if filters.who:
        looks = looks.named(filters.who)
    if filters.since:
        looks = looks.since(_midnight(filters.since))
    if filters.until:
        looks = looks.until(_midnight(filters.until + timedelta(days=1)))
    if filters.outcome:
        looks = looks.filter(outcome=filters.outcome)
    return looks.newest_first()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed.strip())
    except ValueError:
        return None
