"""A record restricted between a request and its retry: the key tells no more than reading would; nothing is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from api.scopes import Scope
from audit.models import Access
from homefirst.models import Act, DischargeCase
from homefirst.states import DischargeStatus
from patients.models import Patient, Relationship
from referrals.models import Step
from tests.api.homefirst_world import CASES, REQUESTS, TASKS, WARDS
from tests.api.test_homefirst_discharge import BOTH, wanted
from tests.api.test_homefirst_packages import PROVIDES
from tests.api.world import Partner, World, offered, partner
from tests.factories import directory, patients
from tests.factories import homefirst_beds as beds
from tests.factories.homefirst_discharge import Cast, make_case
from tests.factories.homefirst_packages import Market

pytestmark = pytest.mark.django_db


@dataclass
class Sent:
    """A request under a key: who sends it, where, what, and about whom."""

    system: Partner
    path: str
    body: dict[str, Any]
    version: int | None
    patient_id: Any

    def again(self) -> Any:
        headers = {"Idempotency-Key": self.path}
        headers |= {} if self.version is None else {"If-Match": f'W/"{self.version}"'}
        return self.system.post(self.path, self.body, **headers)


def restrict(patient_id: Any, restricted: bool = True) -> None:
    Patient.objects.filter(pk=patient_id).update(restricted=restricted)


def begun(cast: Cast) -> Sent:
    person = patients.patient(seen_by=cast.acute, practice=directory.practice())
    body = {"patient": str(person.pk), "hospital": str(cast.hospital.pk)}
    return Sent(partner(cast.acute, *BOTH), CASES, body, None, person.pk)


def ready(cast: Cast) -> Sent:
    case = make_case(cast, DischargeStatus.PLANNING)
    return Sent(partner(cast.acute, *BOTH), f"{CASES}/{case.pk}/ready", {}, case.version, case.patient_id)


def added(cast: Cast) -> Sent:
    case = make_case(cast, DischargeStatus.DECIDED)
    system = partner(cast.acute, *BOTH)
    return Sent(system, f"{CASES}/{case.pk}/tasks", wanted(cast), case.version, case.patient_id)


def finished(cast: Cast) -> Sent:
    task = make_case(cast, DischargeStatus.ARRANGING).tasks.get()
    return Sent(partner(cast.stores, *BOTH), f"{TASKS}/{task.pk}/done", {}, task.version, task.case.patient_id)


@pytest.mark.parametrize("make", [begun, ready, added, finished])
def test_ways_home_are_refused_as_reading_is_and_told_again_once_it_is_lifted(make: Callable[[Cast], Sent]):
    sent = make(Cast())
    first = sent.again()
    assert first.status_code in {200, 201}, first.content
    acts, cases = Act.objects.count(), DischargeCase.objects.count()
    assert sent.again().content == first.content
    restrict(sent.patient_id)
    sealed = sent.again()
    assert (sealed.status_code, sealed.json()["code"]) == (403, "RESTRICTED")
    assert str(sent.patient_id) not in sealed.content.decode()
    assert "ETag" not in sealed and "Location" not in sealed
    refused = Access.objects.filter(patient_id=sent.patient_id, outcome=Access.Outcome.REFUSED, via="api")
    assert refused.exists()
    restrict(sent.patient_id, restricted=False)
    assert sent.again().content == first.content
    Relationship.objects.filter(patient=sent.patient_id).delete()
    assert sent.again().status_code == 404
    assert (Act.objects.count(), DischargeCase.objects.count()) == (acts, cases), "nothing was done again"


def test_a_provider_is_answered_without_the_person():
    market = Market()
    package = market.chosen()
    body = {"started_on": timezone.localdate().isoformat()}
    system = partner(market.holder, *PROVIDES)
    version = system.get(f"{REQUESTS}/{package.pk}").json()["version"]
    sent = Sent(system, f"{REQUESTS}/{package.pk}/start", body, version, package.patient_id)
    first = sent.again()
    assert first.json()["patient"] == {"id": str(package.patient_id)}
    assert first.json()["age_band"] and first.json()["postcode_area"]
    assert sent.again().content == first.content
    restrict(package.patient_id)
    sealed = sent.again()
    without = {"restricted": True, "patient": None, "age_band": None, "postcode_area": None}
    assert (sealed.status_code, sealed.json()) == (200, first.json() | without)
    assert sealed["Idempotent-Replayed"] == "true"


def test_a_ward_is_answered_that_somebody_is_there():
    ward = beds.ward()
    bed = ward.beds.get(number=1)
    whom = patients.patient(seen_by=ward.organisation)
    system = partner(ward.organisation, Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)
    body = {"patient": str(whom.pk), "source": "home"}
    sent = Sent(system, f"{WARDS}/{ward.slug}/beds/{bed.pk}/occupy", body, 0, whom.pk)
    first = sent.again()
    assert (first.status_code, first.json()["patient"]) == (200, str(whom.pk)), first.content
    assert sent.again().content == first.content
    restrict(whom.pk)
    assert sent.again().json() == first.json() | {"patient": None, "restricted": True}
    Relationship.objects.filter(patient=whom).delete()
    assert sent.again().json() == first.json() | {"patient": None, "restricted": False}


class TestReferrals:
    def test_whoever_is_only_asked_gets_its_answer_without_the_id(self, world: World):
        trust = directory.organisation()
        service = directory.service("asked-only", employer=trust)
        referral, offer = offered(world, service)
        system = partner(trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND)
        path = f"/api/v1/referrals/{referral.pk}"
        version = system.get(path).json()["version"]
        said = [
            Sent(system, f"{path}/offers/{offer.pk}/acknowledge", {}, version, referral.patient_id),
            Sent(system, f"{path}/messages", {"text": "We look at it"}, None, referral.patient_id),
        ]
        for sent in said:
            first = sent.again()
            assert first.json()["patient"] == {"id": str(referral.patient_id)}, first.content
            assert sent.again().content == first.content
            restrict(referral.patient_id)
            sealed = sent.again()
            assert sealed.json() == first.json() | {"patient": {"id": None, "restricted": True}}
            assert sealed["ETag"] == first["ETag"]
            restrict(referral.patient_id, restricted=False)
        assert Step.objects.filter(referral=referral, verb="see-offer").count() == 1

    def test_whoever_sent_it_gets_the_same_answer(self, world: World):
        first = world.surgery.send(key="k")
        Patient.objects.update(restricted=True)
        assert world.surgery.send(key="k").content == first.content
