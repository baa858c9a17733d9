"""People on their way out of hospital, in any state, reached only by the real actions; and who gets them home."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Membership
from directory.codes import OrganisationKind
from directory.models import Organisation, PointOfAccess
from homefirst.actions import assessing, deciding, delays, discharge, discharge_tasks, leaving, transfer
from homefirst.codes import Destination, Pathway, Support, TaskKind
from homefirst.models import (
    Assessment,
    AssessmentTool,
    DelayReason,
    DelaySpell,
    DischargeCase,
    DischargeTask,
    Readiness,
    TransferItem,
    TrustedAssessor,
)
from homefirst.reference import discharge as reference
from homefirst.states import DischargeStatus
from patients.models import Patient
from tests.factories import directory, patients, people

HOME = {
    "pathway": Pathway.P1,
    "destination": Destination.USUAL_HOME,
    "support": Support.NEW,
    "home_first_considered": True,
}


@dataclass
class Cast:
    """A ward, a hub of two organisations, an equipment service and a therapist."""

    trust: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.COMMUNITY_TRUST))
    acute: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.ACUTE_TRUST))
    hospital: Organisation = field(init=False)
    other_hospital: Organisation = field(init=False)
    council: Organisation = field(init=False)
    stores: Organisation = field(init=False)
    hub: PointOfAccess = field(init=False)
    ward: Actor = field(init=False)
    other_ward: Actor = field(init=False)
    nurse: Actor = field(init=False)
    social_worker: Actor = field(init=False)
    equipment: Actor = field(init=False)
    therapist: Actor = field(init=False)
    stranger: Actor = field(init=False)

    def __post_init__(self) -> None:
        reference.load()
        place = directory.area("leicester")
        place.gss_code = place.gss_code or "E06000016"
        place.save()
        self.hospital = directory.organisation(OrganisationKind.HOSPITAL, parent=self.acute)
        self.other_hospital = directory.organisation(OrganisationKind.HOSPITAL)
        self.council = Organisation.objects.filter(gss_code=place.gss_code).first() or directory.organisation(
            OrganisationKind.COUNCIL, gss_code=place.gss_code
        )
        self.stores = directory.organisation(OrganisationKind.VOLUNTARY)
        self.hub = directory.point_of_access(self.trust)
        self.ward = people.actor("ward_coordinator", at=self.acute)
        self.other_ward = people.actor("ward_coordinator", at=self.other_hospital)
        self.nurse = people.actor("hub_member", at=self.trust)
        self.social_worker = people.actor("hub_member", at=self.council)
        self.equipment = people.actor("task_worker", at=self.stores)
        team = directory.team(of=directory.service(employer=self.trust))
        self.therapist = people.actor("community_worker", team=team)
        self.stranger = people.actor("hub_member", at=directory.organisation(OrganisationKind.COUNCIL))

    def reason(self, code: str = "interface-equipment") -> DelayReason:
        """A delay reason by its code."""
        return DelayReason.objects.get(code=code)

    def tool(self) -> AssessmentTool:
        """An assessment in use."""
        return AssessmentTool.objects.get(slug="going-home")


def make_case(
    cast: Cast,
    status: str = DischargeStatus.IDENTIFIED,
    *,
    patient: Patient | None = None,
    ready: timedelta = timedelta(hours=5),
    **said: Any,
) -> DischargeCase:
    """A case taken to this status by the actions that lead there; ready this long ago."""
    person = patient or patients.patient(practice=directory.practice())
    given = {"hospital_id": cast.hospital.pk, "ward": "Ward 23", "admitted_at": timezone.now() - timedelta(days=9)}
    case = discharge.identify(by=cast.ward, patient_id=person.pk, **given | said)
    for step in PATHS[DischargeStatus(status)]:
        step(cast, case, timezone.now() - ready)
        case.refresh_from_db()
    return case


def fill(cast: Cast, case: DischargeCase, *, but: tuple[str, ...] = ()) -> None:
    """Fill in everything that is not known by itself, but for these items."""
    if not case.owner_id:
        discharge.take_case(case_id=case.pk, by=cast.ward)
    answers = {
        item.code: item.choices[0] if item.choices else "As written in the notes"
        for item in TransferItem.objects.in_force()
        if item.code not in ("nhs-number", "ready-date", "case-owner", *but)
    }
    transfer.fill_transfer(case_id=case.pk, by=cast.ward, answers=answers)


def task(cast: Cast, case: DischargeCase, *, due: timedelta = timedelta(hours=20), **said: Any) -> DischargeTask:
    """The stores must bring a bed."""
    wanted = {
        "kind": TaskKind.EQUIPMENT,
        "title": "Bring a hospital bed",
        "organisation_id": cast.stores.pk,
        "due_at": timezone.now() + due,
    }
    return discharge_tasks.add_task(case_id=case.pk, by=cast.nurse, **wanted | said)


def agree_both(cast: Cast, case: DischargeCase, **said: Any) -> None:
    """The hub's nurse and the council's social worker agree on the same."""
    for who in (cast.nurse, cast.social_worker):
        deciding.agree(case_id=case.pk, by=who, **HOME | said)


def give_hours(cast: Cast, case: DischargeCase, *, ago: timedelta = timedelta(hours=2)) -> DelaySpell:
    """From then on the stores own the waiting."""
    at = timezone.now() - ago
    return delays.reattribute(
        case_id=case.pk, by=cast.nurse, at=at, organisation_id=cast.stores.pk, reason_id=cast.reason().pk
    )


def spans(model: type[DelaySpell | Readiness], case: DischargeCase) -> list[tuple[datetime, datetime | None]]:
    """Hours of readiness, or of delay, in order; a mistake that counts for no time left out."""
    rows = model.objects.filter(case=case).exclude(span__isempty=True).order_by("span")
    return [(row.span.lower, row.span.upper) for row in rows]


def register_assessor_of(cast: Cast) -> TrustedAssessor:
    """The ward's co-ordinator is trusted."""
    member = Membership.objects.get(user=cast.ward.id)
    return assessing.register_assessor(
        by=cast.nurse, membership_id=member.pk, tool_id=cast.tool().pk, agreement="Agreement, version 2"
    )


def assess_by(cast: Cast, case: DischargeCase) -> Assessment:
    """The ward's assessment."""
    answers = {one["code"]: one["choices"][0] for one in cast.tool().questions}
    return assessing.assess(
        case_id=case.pk, by=cast.ward, tool_id=cast.tool().pk, answers=answers, summary="Manages with one person"
    )


def _plan(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    discharge.begin_planning(case_id=case.pk, by=cast.ward, expected_on=timezone.localdate())


def _ready(cast: Cast, case: DischargeCase, ready: datetime) -> None:
    discharge.mark_ready(case_id=case.pk, by=cast.ward, at=ready)


def _decide(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    agree_both(cast, case)


def _arrange(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    task(cast, case)


def _leave(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    for one in case.tasks.to_do():
        discharge_tasks.finish_task(task_id=one.pk, by=cast.equipment)
    fill(cast, case)
    leaving.leave(case_id=case.pk, by=cast.ward, destination=case.destination)


def _see(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    leaving.see_at_home(case_id=case.pk, by=cast.nurse)


def _close(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    leaving.close_case(case_id=case.pk, by=cast.nurse)


def _stop(cast: Cast, case: DischargeCase, _ready: datetime) -> None:
    discharge.stop_case(case_id=case.pk, by=cast.ward, reason="Begun for the wrong person")


_PLANNED = (_plan,)
_WAITING = (*_PLANNED, _ready)
_AGREED = (*_WAITING, _decide)
_ARRANGED = (*_AGREED, _arrange)
_GONE = (*_ARRANGED, _leave)
PATHS: dict[DischargeStatus, tuple[Callable[[Cast, DischargeCase, datetime], None], ...]] = {
    DischargeStatus.IDENTIFIED: (),
    DischargeStatus.PLANNING: _PLANNED,
    DischargeStatus.READY: _WAITING,
    DischargeStatus.DECIDED: _AGREED,
    DischargeStatus.ARRANGING: _ARRANGED,
    DischargeStatus.DISCHARGED: _GONE,
    DischargeStatus.ASSESSED: (*_GONE, _see),
    DischargeStatus.CLOSED: (*_GONE, _see, _close),
    DischargeStatus.STOPPED: (*_PLANNED, _stop),
}
