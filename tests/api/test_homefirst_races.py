"""Two at the same moment through the partner door, on real connections: once for each key, once for each matter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.scopes import Scope
from audit.models import Event
from homefirst.models import DischargeCase, Spell
from homefirst.states import DischargeStatus
from tests.api.homefirst_world import CASES
from tests.api.test_homefirst_beds import do as bed_step
from tests.api.test_homefirst_discharge import BOTH, begin_at, known_to, step, wanted
from tests.api.test_homefirst_packages import PROVIDES, at, do, today
from tests.api.world import partner
from tests.factories import homefirst_beds as beds
from tests.factories import patients
from tests.factories.homefirst_discharge import Cast, make_case
from tests.factories.homefirst_packages import Market
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
DUE = (timezone.now() + timedelta(hours=9)).isoformat()


class TestWaysHome:
    def test_one_key_begins_one_case(self):
        cast = Cast()
        system, person = partner(cast.acute, *BOTH), known_to(cast)
        answers = together(*[lambda: begin_at(cast, system, person, key="k")] * 4)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
        assert DischargeCase.objects.count() == 1

    def test_different_keys_begin_one_case_too(self):
        cast = Cast()
        system, person = partner(cast.acute, *BOTH), known_to(cast)
        answers = together(*[lambda: begin_at(cast, system, person)] * 3)
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert DischargeCase.objects.count() == 1

    def test_one_key_adds_one_task_and_two_keys_tell_the_second(self):
        cast = Cast()
        system, case = partner(cast.acute, *BOTH), make_case(cast, DischargeStatus.READY)
        path = f"{CASES}/{case.pk}/tasks"
        answers = together(*[lambda: step(system, path, case.version, wanted(cast, due_at=DUE), key="k")] * 3)
        assert {answer.status_code for answer in answers} == {201}
        case.refresh_from_db()
        answers = together(*[lambda: step(system, path, case.version, wanted(cast))] * 3)
        assert sorted(answer.status_code for answer in answers) == [201, 412, 412]
        assert case.tasks.count() == 2


class TestPackages:
    def test_one_key_answers_once(self):
        market = Market()
        system, package = partner(market.holder, *PROVIDES), market.asked()
        answers = together(*[lambda: do(system, package, "answer", {"answer": "no_hours"}, version=1, key="k")] * 4)
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert Event.objects.filter(kind="package.answered.v1").count() == 1

    def test_two_systems_of_one_provider_are_told_apart_and_rivals_are_not(self):
        market = Market()
        package = market.asked()
        ours, ours_too, theirs = (partner(one, *PROVIDES) for one in (market.holder, market.holder, market.other))
        answers = together(
            *[
                lambda who=who: do(who, package, "answer", {"answer": "no_hours"}, version=1)
                for who in (ours, ours_too, theirs)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 412]
        assert answers[2].status_code == 200

    def test_care_starts_once(self):
        market = Market()
        system, package = partner(market.holder, *PROVIDES), market.chosen()
        version = system.get(at(package)).json()["version"]
        body = {"started_on": today()}
        answers = together(*[lambda: do(system, package, "start", body, version=version)] * 3)
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


class TestBeds:
    def test_one_bed_is_filled_once(self):
        ward = beds.ward({})
        bed, system = ward.beds.first(), partner(ward.organisation, Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)
        people = [patients.patient(seen_by=ward.organisation) for _ in range(3)]
        answers = together(
            *[
                lambda whom=whom: bed_step(
                    system, bed, "occupy", {"patient": str(whom.pk), "source": "home"}, version=0
                )
                for whom in people
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
        assert Spell.objects.filter(bed=bed, kind="occupied").count() == 1

    def test_one_stay_ends_once(self):
        ward = beds.ward({})
        bed, system = ward.beds.first(), partner(ward.organisation, Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)
        stay = beds.occupied(bed, by=beds.manager(ward))
        gone = {"destination": "usual_home"}
        answers = together(*[lambda: bed_step(system, bed, "release", gone, version=stay.version)] * 3)
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
        assert Event.objects.filter(kind="bed.released.v1").count() == 1
