"""A small point of access with two services, and people in each role."""

from copy import deepcopy
from dataclasses import dataclass

import pytest

from accounts.actors import Actor
from directory.models import Criterion, PointOfAccess, Service, Team
from patients.models import Patient
from referrals import actions
from referrals.actions.send import Need
from referrals.models import Referral
from tests.factories import directory, patients, people


@dataclass
class Desk:
    """Who and what a referral meets."""

    front_door: PointOfAccess
    crisis: Service
    nursing: Service
    crisis_team: Team
    nursing_team: Team
    criterion: Criterion
    gp: Actor
    clinician: Actor
    colleague: Actor
    lead: Actor
    worker: Actor
    nurse: Actor
    patient: Patient

    def send(self, urgency: str = "crisis", **given: object) -> Referral:
        """A referral from the GP."""
        said = {"channel": "gp", "need": "Fell this morning.", "needs": ("falls",), "urgency_requested": urgency}
        need = Need(**said | {k: given.pop(k) for k in list(given) if k in Need.__annotations__})
        patient = given.pop("patient", self.patient)
        return actions.submit(by=self.gp, patient=patient, need=need, point_of_access=self.front_door, **given)

    def accepted(self, *services: Service, **given: object) -> Referral:
        """A referral accepted and offered to these services (default: crisis)."""
        referral = self.send(**given)
        actions.acknowledge(referral_id=referral.pk, by=self.clinician)
        asked = [service.pk for service in services or (self.crisis,)]
        return actions.accept(referral_id=referral.pk, by=self.clinician, urgency=referral.urgency, services=asked)


@pytest.fixture(scope="module")
def _desk(standing: None) -> Desk:
    return make_desk()


@pytest.fixture
def desk(_desk: Desk, db: None) -> Desk:
    """A copy for each test, of rows that stand."""
    return deepcopy(_desk)


def make_desk() -> Desk:
    """On rows of its own, for tests that commit."""
    front = directory.point_of_access()
    crisis, nursing = directory.service("crisis"), directory.service("nursing")
    crisis_team, nursing_team = directory.team("crisis-team", of=crisis), directory.team("nursing-team", of=nursing)
    for code, minutes in {"acknowledge": 15, "triage": 30, "offer": 30, "respond": 120}.items():
        directory.clock_policy(code, urgency="crisis", minutes=minutes)
        directory.clock_policy(code, urgency="urgent", minutes=minutes * 4, may_pause=True)
    criterion = Criterion.objects.create(
        service=crisis, code="adult", text="Must be 18 or over.", hard=True, valid_from=directory.LONG_AGO
    )
    surgery = directory.practice()
    return Desk(
        front_door=front,
        crisis=crisis,
        nursing=nursing,
        crisis_team=crisis_team,
        nursing_team=nursing_team,
        criterion=criterion,
        gp=people.actor("referrer", at=surgery),
        clinician=people.actor("triage_clinician", at=front.organisation),
        colleague=people.actor("triage_clinician", at=front.organisation),
        lead=people.actor("shift_lead", at=front.organisation),
        worker=people.actor("community_worker", at=crisis.organisation, team=crisis_team),
        nurse=people.actor("service_lead", at=nursing.organisation, team=nursing_team),
        patient=patients.patient(practice=surgery),
    )
