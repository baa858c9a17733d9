"""Rows of Home First as its actions would leave them, each with the event that tells of it."""

from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audit.events import Kind, record
from directory.codes import OrganisationKind
from directory.models import Area, ClockPolicy, Organisation, Service
from homefirst import models
from homefirst.codes import Designation, Destination, Pathway, WardKind
from homefirst.states import CrisisStatus, DischargeStatus, ReablementStatus, SpellKind
from patients.models import Patient
from referrals.models import Referral
from tests.factories import directory
from tests.factories.people import SYSTEM

HOUR = timedelta(hours=1)
LONGEST = 72 * HOUR
GROUPS = {
    "hospital": "Hospital process",
    "wellbeing": "Wellbeing concerns",
    "hub": "Care transfer hub process",
    "interface": "Interface process",
    "capacity": "Capacity",
}


def tell(kind: Kind, subject: object, patient: Patient | None = None) -> None:
    """The event that an action would have written."""
    record(kind, by=SYSTEM, subject=subject, patient_id=patient and patient.pk)


def now_or(at: datetime | None) -> datetime:
    return at or timezone.now()


def of(referral: Referral) -> dict[str, object]:
    """What an episode has of its referral."""
    return {
        "referral": referral,
        "patient": referral.patient,
        "service": referral.service or directory.service(),
        "place": referral.place,
        "created_at": timezone.now(),
        "updated_at": timezone.now(),
    }


def crisis_policy() -> ClockPolicy:
    """72 hours from the first contact."""
    known = ClockPolicy.objects.filter(description="Longest crisis support").first()
    return known or directory.clock_policy("max_stay", minutes=72 * 60, description="Longest crisis support")


def crisis(referral: Referral, opened_at: datetime, closed_at: datetime | None = None, **fields: object):
    """An episode of a crisis referral; ended when `closed_at` is given."""
    made = models.CrisisEpisode.objects.create(
        **{
            "status": CrisisStatus.CLOSED if closed_at else CrisisStatus.ACTIVE,
            "policy": crisis_policy(),
            "opened_at": opened_at,
            "handover_due_at": opened_at + LONGEST - timedelta(hours=12),
            "ends_by": opened_at + LONGEST,
            "closed_at": closed_at,
        }
        | of(referral)
        | fields
    )
    tell(Kind.CRISIS_CLOSED if closed_at else Kind.CRISIS_OPENED, made, referral.patient)
    return made


def claim(episode: models.CrisisEpisode, grade: str, at: datetime | None = None) -> models.AvoidedAdmissionClaim:
    """A claim that the episode avoided an admission."""
    made = models.AvoidedAdmissionClaim.objects.create(
        episode=episode, rule="crisis-response", rule_version=1, grade=grade, occurred_at=now_or(at)
    )
    tell(Kind.AVOIDED_ADMISSION_CLAIMED, episode, episode.patient)
    return made


def hospital() -> Organisation:
    """The hospital of these tests."""
    known = Organisation.objects.filter(name="Example Infirmary").first()
    return known or directory.organisation(OrganisationKind.HOSPITAL, "Example Infirmary")


def ready_case(patient: Patient, ready_at: datetime | None, **fields: object) -> models.DischargeCase:
    """Somebody who is ready to leave and still there, with nobody's hours yet."""
    made = models.DischargeCase.objects.create(
        **{
            "status": DischargeStatus.READY,
            "patient": patient,
            "place": patient.place or directory.area("leicester"),
            "hub": directory.point_of_access(),
            "hospital": hospital(),
            "ready_at": ready_at,
            "created_at": timezone.now(),
            "updated_at": timezone.now(),
        }
        | fields
    )
    tell(Kind.DISCHARGE_READY, made, patient)
    return made


def decide(
    case: models.DischargeCase, pathway: int, destination: str, at: datetime | None = None, **fields: object
) -> None:
    """A decision that stands."""
    reason = "" if pathway < Pathway.P2 else "Needs two people day and night."
    said = {"home_first_considered": True, "not_home_reason": reason} | fields
    for name, value in (said | {"pathway": pathway, "destination": destination}).items():
        setattr(case, name, value)
    case.status, case.decided_at = DischargeStatus.DECIDED, now_or(at)
    case.save()
    tell(Kind.DISCHARGE_PATHWAY_DECIDED, case, case.patient)


def leave(case: models.DischargeCase, at: datetime | None = None, destination: str = "") -> None:
    """The person leaves; waiting ends with it."""
    case.status, case.discharged_at = DischargeStatus.DISCHARGED, now_or(at)
    case.destination = destination or case.destination or Destination.USUAL_HOME
    case.save()
    for row in (*case.readiness.filter(span__upper_inf=True), *case.delays.filter(span__upper_inf=True)):
        if row.span.lower < case.discharged_at:
            row.span = DateTimeTZRange(row.span.lower, case.discharged_at)
            row.save()
        else:
            row.delete()
    tell(Kind.DISCHARGE_COMPLETED, case, case.patient)


def reason(group: str = "hospital") -> models.DelayReason:
    """A reason of this group."""
    known = models.DelayReason.objects.filter(code=f"test-{group}").first()
    return known or models.DelayReason.objects.create(
        code=f"test-{group}", group=GROUPS.get(group, group), text=group, source="Tests", valid_from=directory.LONG_AGO
    )


def owner(kind: str = OrganisationKind.ACUTE_TRUST) -> Organisation:
    """An organisation of this kind, the same each time."""
    known = Organisation.objects.filter(name=f"Owner {kind}").first()
    return known or directory.organisation(kind, f"Owner {kind}")


def wait(
    case: models.DischargeCase, kind: str, group: str, start: datetime | None = None, end: datetime | None = None
) -> models.DelaySpell:
    """Hours of readiness with an owner and a reason; without an end they go on."""
    span = DateTimeTZRange(start or case.ready_at, end)
    models.Readiness.objects.create(case=case, span=span)
    made = models.DelaySpell.objects.create(case=case, organisation=owner(kind), reason=reason(group), span=span)
    tell(Kind.DELAY_ATTRIBUTED, case, case.patient)
    return made


def reablement(referral: Referral, started_at: datetime, **fields: object) -> models.ReablementEpisode:
    """An episode that runs."""
    made = models.ReablementEpisode.objects.create(
        **{
            "status": ReablementStatus.ACTIVE,
            "started_at": started_at,
            "planned_end": started_at.date() + timedelta(weeks=6),
            "review_due": started_at.date() + timedelta(weeks=1),
        }
        | of(referral)
        | fields
    )
    tell(Kind.REABLEMENT_STARTED, made, referral.patient)
    return made


def follow_up(episode: models.ReablementEpisode, due_on: date, outcome: str = "") -> models.FollowUp91:
    """Day 91 of somebody who left hospital into reablement."""
    made = models.FollowUp91.objects.create(
        episode=episode,
        patient=episode.patient,
        discharged_on=due_on - timedelta(days=91),
        due_on=due_on,
        outcome=outcome,
        recorded_at=timezone.now() if outcome else None,
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    tell(Kind.FOLLOW_UP_RECORDED if outcome else Kind.FOLLOW_UP_DUE, made, episode.patient)
    return made


def record_follow_up(known: models.FollowUp91, outcome: str) -> None:
    """Somebody found out, or found out otherwise; nothing is known again with an empty outcome."""
    known.outcome, known.recorded_at = outcome, timezone.now() if outcome else None
    known.save()
    tell(Kind.FOLLOW_UP_RECORDED, known, known.patient)


def ward(
    slug: str, *places: Area, kind: str = WardKind.PHYSICAL, beds: int = 2, service: Service | None = None,
    open_from: date = directory.LONG_AGO,
) -> models.Ward:  # fmt: skip
    """A ward with beds, which serves these places."""
    service = service or directory.service(f"{slug}-service")
    made = models.Ward.objects.create(
        slug=slug, name=slug.capitalize(), kind=kind, site=service.organisation, organisation=service.organisation,
        service=service, source="Tests", valid_from=open_from,
    )  # fmt: skip
    made.areas.set(places)
    what = Designation.HOME if kind == WardKind.VIRTUAL else Designation.REHABILITATION
    for number in range(1, beds + 1):
        models.Bed.objects.create(
            ward=made, label=f"Bed {number}", number=number, designation=what, valid_from=open_from
        )
    return made


def spell(
    bed: models.Bed,
    patient: Patient | None,
    start: datetime,
    end: datetime | None = None,
    kind: str = SpellKind.OCCUPIED,
) -> models.Spell:
    """Somebody in a bed, or a bed that is closed or cleaned."""
    made = models.Spell.objects.create(
        bed=bed, kind=kind, span=DateTimeTZRange(start, end), patient=patient,
        reason="Painting" if kind == SpellKind.CLOSED else "", created_at=timezone.now(), updated_at=timezone.now(),
    )  # fmt: skip
    tell(Kind.BED_OCCUPIED if patient else Kind.BED_CLOSED, made, patient)
    return made


def end_spell(known: models.Spell, at: datetime | None = None) -> None:
    """The bed is free again."""
    known.span = DateTimeTZRange(known.span.lower, now_or(at))
    known.save()
    tell(Kind.BED_RELEASED, known, known.patient)
