"""Finding care at home: asked for, providers asked, answers, and the one that is chosen."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound, NotPermitted, StaleVersion
from audit.events import Kind
from homefirst import asked
from homefirst.codes import PackageAnswer
from homefirst.lots import lot_of, next_to_ask
from homefirst.models import CarePackage, DischargeCase, Lot, ProviderAnswer
from homefirst.policies import packages as policies
from homefirst.states import PACKAGE_EVENTS, PACKAGE_TRANSITIONS, PackageStatus
from homefirst.steps import StepInHand, check_version, locked
from patients.models import Patient, Relationship
from referrals.references import drawn_again

HOURS_IN_A_WEEK = 168
OFFERS = (PackageAnswer.OFFER, PackageAnswer.PART)


def _open(verb: str, package_id: UUID, by: Actor, expected_version: int | None, reason: str = "") -> StepInHand:
    rows = CarePackage.objects.visible_to(by).select_related("lot")
    package: CarePackage = locked(rows, package_id, "package of care")
    check_version(package, expected_version)
    return StepInHand(package, verb, by, reason=reason, patient_id=package.patient_id)


def _move(step: StepInHand, to: PackageStatus, **data: Any) -> None:
    step.move(to, PACKAGE_TRANSITIONS, PACKAGE_EVENTS, **data)


@drawn_again
@transaction.atomic
def ask_for_package(
    *,
    patient_id: UUID,
    by: Actor,
    hours_a_week: Decimal,
    visits_a_day: int,
    wanted_from: date,
    carers_a_visit: int = 1,
    case_id: UUID | None = None,
    lot_id: UUID | None = None,
) -> CarePackage:
    """Say what somebody needs at home and from when. One search at a time for each person."""
    policies.check_can_ask(by)
    if not 0 < hours_a_week <= HOURS_IN_A_WEEK:
        raise Invalid("Hours a week are more than 0 and at most 168.", field="hours_a_week")
    patient = Patient.objects.visible_to(by).select_related("practice__practice").filter(pk=patient_id).first()
    if patient is None:
        raise NotFound("There is no such person, or you cannot open their record.")
    lot = _lot(patient, lot_id)
    package = CarePackage(
        status="",
        patient=patient,
        case=_case(case_id, patient, by),
        lot=lot,
        place_id=lot.place_id,
        hours_a_week=hours_a_week,
        visits_a_day=visits_a_day,
        carers_a_visit=carers_a_visit,
        wanted_from=wanted_from,
    )
    step = StepInHand(package, "ask", by, patient_id=patient.pk)
    _move(step, PackageStatus.WANTED, lot=lot.slug, hours=str(hours_a_week))
    _save_search(step)
    for organisation_id in sorted({lot.council_id, by.organisation_id or lot.council_id}):
        _relate(patient.pk, organisation_id)
    return package


def _lot(patient: Patient, lot_id: UUID | None) -> Lot:
    lot = Lot.objects.filter(pk=lot_id).first() if lot_id else lot_of(patient)
    if lot is None:
        raise Invalid("Select the lot: it cannot be told from the person’s record.", field="lot_id")
    return lot


def _case(case_id: UUID | None, patient: Patient, by: Actor) -> DischargeCase | None:
    if case_id is None:
        return None
    case = DischargeCase.objects.visible_to(by).filter(pk=case_id, patient=patient).first()
    if case is None:
        raise NotFound("There is no such way home for this person, or you cannot see it.")
    return case


def _save_search(step: StepInHand) -> None:
    """Write a package that is wanted; the database lets each person have one."""
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError as clash:
        if "package_one_search_per_person" not in str(clash):
            raise
        other = CarePackage.objects.get(patient=step.patient_id, status=PackageStatus.WANTED)
        raise IllegalTransition(
            f"A provider is being looked for already for this person, in package {other.reference}. "
            "Change or cancel that one first."
        ) from clash


def _relate(patient_id: UUID, organisation_id: UUID) -> None:
    Relationship.objects.get_or_create(
        patient_id=patient_id, organisation_id=organisation_id, kind=Relationship.Kind.CARE
    )


@transaction.atomic
def ask_providers(*, package_id: UUID, by: Actor, expected_version: int | None = None) -> CarePackage:
    """Ask the lot's own provider; asked again, everybody else who works in the place."""
    step = _open(asked.ASK_PROVIDERS, package_id, by, expected_version)
    package: CarePackage = step.subject
    policies.check_can_find(by, package)
    providers = next_to_ask(package.lot, package.answers.values_list("provider", flat=True))
    if not providers:
        raise IllegalTransition("Every provider has been asked. Wait for their answers, or telephone.")
    ProviderAnswer.objects.bulk_create(
        ProviderAnswer(package=package, provider=one, asked_at=step.at) for one in providers
    )
    step.event(Kind.PACKAGE_ASKED, providers=[str(one.pk) for one in providers])
    step.save()
    return package


@transaction.atomic
def answer_package(
    *,
    package_id: UUID,
    by: Actor,
    answer: str,
    hours: Decimal | None = None,
    can_start: date | None = None,
    note: str = "",
    expected_version: int | None = None,
    read_version: int | None = None,
) -> ProviderAnswer:
    """What the actor's provider says: all, part, or no hours, which is counted and refuses nobody. It may change.

    Pages expect the package's version, partners the one that they read of it (asked.py)."""
    step = _open(asked.ANSWER, package_id, by, None)
    package: CarePackage = step.subject
    if expected_version is not None and asked.has_changed(by, package.pk, expected_version):
        raise StaleVersion(asked.STALE)
    given: Any = asked.own_answer(by, package.pk)
    if given is not None and read_version not in {None, given.read_version}:
        raise StaleVersion(asked.STALE)
    policies.check_can_answer(by, package)
    if given is None:
        raise NotPermitted("Your organisation was not asked.", code="NO_RELATIONSHIP")
    given.answer, given.answered_at, given.note = PackageAnswer(answer), step.at, note
    given.hours, given.can_start = _offered(package, answer, hours, can_start)
    given.save(update_fields=["answer", "answered_at", "note", "hours", "can_start"])
    step.event(Kind.PACKAGE_ANSWERED, provider=str(by.organisation_id), answer=answer, lot=package.lot.slug)
    step.save()
    return given


def _offered(
    package: CarePackage, answer: str, hours: Decimal | None, can_start: date | None
) -> tuple[Decimal | None, date | None]:
    """Hours and first day of an offer; nothing of none."""
    if answer not in OFFERS:
        return None, None
    if can_start is None:
        raise Invalid("Enter the first day you can come.", field="can_start")
    if answer == PackageAnswer.OFFER:
        return package.hours_a_week, can_start
    if hours is None or not 0 < hours < package.hours_a_week:
        raise Invalid(
            f"Enter how many of the {float(package.hours_a_week):g} hours a week you can take: "
            "more than 0, and fewer than all.",
            field="hours",
        )
    return hours, can_start


@transaction.atomic
def choose_offer(*, package_id: UUID, answer_id: UUID, by: Actor, expected_version: int | None = None) -> CarePackage:
    """Choose one offer. What a part offer leaves over is looked for in a package of its own."""
    step = _open("choose", package_id, by, expected_version)
    package: CarePackage = step.subject
    policies.check_can_find(by, package)
    offer = package.answers.filter(pk=answer_id, answer__in=OFFERS).first()
    if offer is None or offer.hours is None:
        raise Invalid("Choose one of the offers.", field="answer_id")
    rest = package.hours_a_week - offer.hours
    package.provider_id, package.hours_a_week = offer.provider_id, offer.hours
    _move(step, PackageStatus.OFFERED, provider=str(offer.provider_id), hours=str(offer.hours))
    step.save()
    if rest > 0:
        _look_for_rest(package, rest, by)
    _relate(package.patient_id, offer.provider_id)
    return package


def _look_for_rest(package: CarePackage, rest: Decimal, by: Actor) -> None:
    other = CarePackage(
        status="",
        patient_id=package.patient_id,
        case_id=package.case_id,
        lot_id=package.lot_id,
        place_id=package.place_id,
        rest_of=package,
        hours_a_week=rest,
        visits_a_day=package.visits_a_day,
        carers_a_visit=package.carers_a_visit,
        wanted_from=package.wanted_from,
    )
    step = StepInHand(other, "rest", by, patient_id=package.patient_id)
    _move(step, PackageStatus.WANTED, lot=package.lot.slug, hours=str(rest), rest_of=str(package.pk))
    step.save()


@transaction.atomic
def look_again(*, package_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> CarePackage:
    """The chosen provider cannot come after all: look for another. Its answer now says that it has no hours."""
    if not reason.strip():
        raise Invalid("Say why the provider cannot come.", field="reason")
    step = _open("look_again", package_id, by, expected_version, reason)
    package: CarePackage = step.subject
    policies.check_can_look_again(by, package)
    package.answers.filter(provider=package.provider_id).update(
        answer=PackageAnswer.NO_HOURS, answered_at=step.at, hours=None, can_start=None
    )
    package.provider = None
    _move(step, PackageStatus.WANTED, lot=package.lot.slug, hours=str(package.hours_a_week))
    _save_search(step)
    return package
