"""Somebody's way out of hospital until they leave: identified, planned, ready, no longer ready, stopped."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import DomainError, Invalid, NotFound
from audit.events import Kind
from audit.inserting import insert
from directory.codes import OrganisationKind
from directory.models import Area, Organisation
from homefirst import cases, transfer, waiting
from homefirst.models import DischargeCase
from homefirst.policies import discharge as policies
from homefirst.policies.discharge import CaseVerb
from homefirst.relating import relate
from homefirst.states import DISCHARGE_EVENTS, DISCHARGE_TRANSITIONS, DischargeStatus
from homefirst.steps import StepInHand
from patients.models import Patient
from referrals.codes import Direction
from referrals.models import Referral
from referrals.references import drawn_again

HOSPITALS = (OrganisationKind.HOSPITAL, OrganisationKind.ACUTE_TRUST, OrganisationKind.COMMUNITY_TRUST)
ONE_OPEN = "discharge_one_open_per_stay"


@drawn_again
@transaction.atomic
def identify(
    *,
    by: Actor,
    hospital_id: UUID,
    patient_id: UUID | None = None,
    referral_id: UUID | None = None,
    direction: str = DischargeCase.Direction.STEP_DOWN,
    ward: str = "",
    admitted_at: datetime | None = None,
    expected_on: date | None = None,
) -> DischargeCase:
    """Somebody will leave hospital (or needs a decision at home): begin the case that everybody involved sees."""
    policies.check_can_identify(by)
    referral = _referral(referral_id, by) if referral_id else None
    patient = _person(referral.patient_id if referral else patient_id, by)
    place = _place(patient)
    hospital = _hospital(hospital_id, by, place)
    if admitted_at and admitted_at > timezone.now():
        raise Invalid("That is in the future. Say when they came into hospital.", field="admitted_on")
    decides = cases.deciders_of(hospital)
    case = DischargeCase(
        direction=direction,
        status="",
        patient=patient,
        referral=referral,
        place=place,
        hub_id=decides.hub_id,
        hospital=hospital,
        ward=ward.strip(),
        admitted_at=admitted_at,
        expected_on=expected_on,
        synthetic=patient.synthetic,
    )
    relate(patient.pk, (hospital.pk, hospital.parent_id, by.organisation_id, decides.hub_runs_id, decides.council_id))
    _begin(case, by)
    return case


def _begin(case: DischargeCase, by: Actor) -> None:
    step = StepInHand(case, "identify", by, patient_id=case.patient_id)
    step.move(
        DischargeStatus.IDENTIFIED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, direction=case.direction,
        place=str(case.place_id), hospital=str(case.hospital_id),
    )  # fmt: skip
    answers = transfer.first_answers(case, by=by, at=step.at)
    try:
        step.save()
    except IntegrityError as taken:
        if ONE_OPEN not in str(taken):
            raise
        raise DomainError("This person already has an open case at this hospital. Open that one.") from taken
    if answers:
        insert(*answers)


def _referral(referral_id: UUID, by: Actor) -> Referral:
    wanted = Referral.objects.visible_to(by).filter(pk=referral_id, direction=Direction.STEP_DOWN)
    found = wanted.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("There is no such referral to get home, or you cannot see it.")
    if DischargeCase.objects.filter(referral=found).exists():
        raise DomainError("This referral already has a case. Open that one.")
    return found


def _person(patient_id: UUID | None, by: Actor) -> Patient:
    """Somebody the actor finds; a partner's system begins with those that it may open already."""
    people = Patient.objects.visible_to(by) if by.is_client else Patient.objects.findable_by(by)
    wanted = people.select_related("merged_into", "place")
    found = wanted.filter(pk=patient_id).first() if patient_id else None
    person = found and (found.merged_into or found)
    if person is None or (person.restricted and not Patient.objects.visible_to(by).filter(pk=person.pk).exists()):
        raise NotFound("There is no such person, or you cannot see them.")
    if person.deceased_at:
        raise Invalid("This person has died, so there is no way home to plan.")
    return person


def _hospital(hospital_id: UUID, by: Actor, place: Area) -> Organisation:
    """A hospital, read with who decides for the place; the ward's own for those who work on one. A partner's system
    speaks for wards, not for stores."""
    own = Q(pk=by.organisation_id, run_wards__isnull=False) if by.is_client else Q(pk=by.organisation_id)
    hospitals = Organisation.objects.in_force().filter(Q(kind__in=HOSPITALS) | own)
    if by.organisation_id and not by.can(Permission.DECIDE_DISCHARGE):
        hospitals = hospitals.filter(Q(pk=by.organisation_id) | Q(parent=by.organisation_id))
    found = cases.with_deciders(hospitals.filter(pk=hospital_id), place).first()
    if found is None:
        raise Invalid("Choose the hospital that has the person.", field="hospital")
    return found


def _place(patient: Patient) -> Area:
    """Where the person counts towards; somebody of nowhere known is looked after where the first hub is."""
    if patient.place:
        return patient.place
    places = Area.objects.places().in_force()
    found = places.filter(points_of_access__active=True).first() or places.first()
    if found is None:
        raise Invalid("The portal does not know which place this person belongs to. Ask an administrator.")
    return found


@transaction.atomic
def take_case(*, case_id: UUID, by: Actor, expected_version: int | None = None) -> DischargeCase:
    """Own the case: the named person whom everybody rings."""
    along = {"answers_now": transfer.answers_now()}
    case = cases.take(CaseVerb.TAKE, case_id, by=by, expected_version=expected_version, along=along)
    if not by.is_person:
        raise Invalid("A case is owned by a person.")
    case.owner_id = by.id
    step = StepInHand(case, "take", by, patient_id=case.patient_id)
    step.event(Kind.DISCHARGE_UPDATED, what="owner")
    transfer.write(case, {}, by=by, at=step.at)
    step.save()
    return case


@transaction.atomic
def begin_planning(
    *, case_id: UUID, by: Actor, expected_on: date | None, ward: str = "", expected_version: int | None = None
) -> DischargeCase:
    """Planning has begun: when the person is expected to leave, and where they are until then."""
    case = cases.take(CaseVerb.PLAN, case_id, by=by, expected_version=expected_version)
    case.expected_on, case.ward = expected_on, ward.strip() or case.ward
    step = StepInHand(case, "plan", by, patient_id=case.patient_id)
    step.move(DischargeStatus.PLANNING, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS)
    step.save()
    return case


@transaction.atomic
def mark_ready(
    *,
    case_id: UUID,
    by: Actor,
    at: datetime | None = None,
    expected_version: int | None = None,
    along: cases.Along = cases.NOTHING,
) -> DischargeCase:
    """Ready to leave, agreed by clinician and team: from this moment on each hour has an owner, at first the hub.

    `along` is what the caller reads with the case."""
    needed = {"first_reason": waiting.first_reason(), "answers_now": transfer.answers_now(), **along}
    case = cases.take(CaseVerb.READY, case_id, by=by, expected_version=expected_version, along=needed)
    ready_at = cases.happened(at, not_before=case.admitted_at, before="That is before they came into hospital.")
    spell = waiting.begin(case, ready_at, organisation_id=case.hub.organisation_id)
    case.ready_at = ready_at
    step = StepInHand(case, "ready", by, patient_id=case.patient_id)
    step.move(DischargeStatus.READY, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS, ready_at=ready_at.isoformat())
    step.event(Kind.DELAY_ATTRIBUTED, organisation=str(spell.organisation_id), reason=waiting.FIRST_REASON)
    transfer.write(case, {}, by=by, at=step.at)
    step.save()
    return case


@transaction.atomic
def not_ready(*, case_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> DischargeCase:
    """No longer ready: the waiting stops now, and what was decided must be looked at again."""
    case = cases.take(CaseVerb.NOT_READY, case_id, by=by, expected_version=expected_version)
    cases.need(reason, "Say why they are no longer ready")
    step = StepInHand(case, "not_ready", by, reason=reason, patient_id=case.patient_id)
    waiting.end(case, step.at)
    cases.forget_decision(case, step.at)
    case.ready_at = None
    step.move(DischargeStatus.PLANNING, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS)
    step.save()
    return case


@transaction.atomic
def stop_case(*, case_id: UUID, by: Actor, reason: str, expected_version: int | None = None) -> DischargeCase:
    """Nothing more to do here: the person stays, went elsewhere, or the case was begun by mistake."""
    case = cases.take(CaseVerb.STOP, case_id, by=by, expected_version=expected_version)
    cases.need(reason, "Say why the case stops")
    step = StepInHand(case, "stop", by, reason=reason, patient_id=case.patient_id)
    waiting.end(case, step.at)
    cases.drop_tasks(case, step)
    case.stop_reason, case.closed_at = reason[:300], step.at
    step.move(DischargeStatus.STOPPED, DISCHARGE_TRANSITIONS, DISCHARGE_EVENTS)
    step.save()
    return case
