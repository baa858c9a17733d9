"""Ways home through the partner door: a hospital's system, a council's, an equipment store's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from api.documentation import homefirst_discharge as documented
from api.scopes import Scope
from audit.models import Access
from homefirst.models import DischargeCase
from homefirst.states import DischargeStatus
from tests.api.world import Partner, partner
from tests.factories.homefirst_discharge import Cast, fill, make_case, task

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
CASES, TASKS = "/api/v1/discharge-cases", "/api/v1/discharge-tasks"
BOTH = (Scope.DISCHARGE_READ, Scope.DISCHARGE_WRITE)


@pytest.fixture
def hospital(cast) -> Partner:
    return partner(cast.acute, *BOTH)


def step(system, path, version, body=None, key=""):
    headers = {"If-Match": f'W/"{version}"', "Idempotency-Key": key or str(uuid4())}
    return system.post(path, body or {}, **headers)


def has_shape(shape, body):
    assert set(body) == set(shape().fields)


def test_a_hospital_lists_reads_and_moves_its_cases_on(cast, hospital):
    case = make_case(cast, DischargeStatus.PLANNING)
    listed = hospital.get(CASES, {"open": "true"}).json()["items"]
    assert [one["id"] for one in listed] == [str(case.pk)]
    has_shape(documented.DischargeCaseSummary, listed[0])
    since = timezone.now() - timedelta(hours=2)
    ready = step(hospital, f"{CASES}/{case.pk}/ready", case.version + 0, {"at": since.isoformat()})
    assert ready.status_code == 200, ready.json()
    body = ready.json()
    has_shape(documented.DischargeCaseRecord, body)
    assert (body["status"], body["patient"]) == ("ready", {"id": str(case.patient_id)})
    assert body["holding"]["kind"] == "undecided"
    assert [(one["organisation"], one["end"]) for one in body["delays"]] == [(cast.trust.name, None)]
    assert body["delays"][0]["start"].endswith("Z")
    one = hospital.get(f"{CASES}/{case.pk}")
    assert one["ETag"] == ready["ETag"]
    assert one.json()["patient"]["family_name"] == case.patient.family_name


def test_leaving_names_what_is_missing_with_stable_codes(cast, hospital):
    case = make_case(cast, DischargeStatus.ARRANGING)
    gone = {"destination": "usual_home"}

    def leave(**more):
        case.refresh_from_db()
        return step(hospital, f"{CASES}/{case.pk}/left", case.version, gone | more)

    assert leave().json()["code"] == "TASKS_OPEN"
    wanted = case.tasks.get()
    store = partner(cast.stores, *BOTH)
    assert step(store, f"{TASKS}/{wanted.pk}/done", wanted.version, {"note": "There"}).status_code == 200
    assert leave().json()["code"] == "TRANSFER_INCOMPLETE"
    fill(cast, case, but=("eating",))
    asked = leave()
    assert (asked.status_code, asked.json()["code"]) == (422, "TRANSFER_UNCONFIRMED")
    assert asked.json()["errors"][0]["field"] == "despite_missing"
    assert leave(despite_missing=True).json()["status"] == "discharged"


def test_a_retry_is_safe_and_an_old_version_is_refused(cast, hospital):
    case = make_case(cast, DischargeStatus.PLANNING)
    path, key = f"{CASES}/{case.pk}/ready", str(uuid4())
    first = step(hospital, path, case.version, key=key)
    again = step(hospital, path, case.version, key=key)
    assert again["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    assert case.delays.count() == 1
    assert step(hospital, path, case.version).status_code == 412
    assert hospital.post(path, {}, **{"Idempotency-Key": key}).status_code == 428
    assert hospital.post(path, {}, **{"If-Match": 'W/"1"'}).json()["code"] == "IDEMPOTENCY_KEY_REQUIRED"


def test_tasks_belong_to_their_organisation(cast):
    case = make_case(cast, DischargeStatus.ARRANGING)
    wanted = case.tasks.get()
    store, council = partner(cast.stores, *BOTH), partner(cast.council, *BOTH)
    (listed,) = store.get(TASKS, {"open": "true"}).json()["items"]
    has_shape(documented.DischargeTaskItem, listed)
    assert council.get(TASKS).json()["items"] == []
    refused = step(council, f"{TASKS}/{wanted.pk}/done", wanted.version)
    assert (refused.status_code, refused.json()["code"]) == (403, "NO_RELATIONSHIP")
    done = step(store, f"{TASKS}/{wanted.pk}/done", wanted.version, {"note": "In the living room"})
    assert done.json()["note"] == "In the living room"
    assert store.get(TASKS, {"open": "true"}).json()["items"] == []


def test_what_changed_since_is_found_by_the_case_and_by_its_tasks(cast, hospital):
    old = make_case(cast, DischargeStatus.DECIDED)
    wanted = task(cast, old)
    DischargeCase.objects.update(updated_at=timezone.now() - timedelta(days=2))
    since = (timezone.now() - timedelta(days=1)).isoformat()
    assert len(hospital.get(CASES, {"updated_since": since}).json()["items"]) == 1
    type(wanted).objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert hospital.get(CASES, {"updated_since": since}).json()["items"] == []
    assert hospital.get(CASES, {"status": "closed"}).json()["items"] == []
    assert len(hospital.get(CASES, {"place": "leicester"}).json()["items"]) == 1


def test_pages_follow_each_other(cast, hospital):
    known = {str(make_case(cast).pk) for _ in range(3)}
    first = hospital.get(CASES, {"limit": 2}).json()
    second = hospital.get(first["next"]).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert {one["id"] for one in (*first["items"], *second["items"])} == known


def test_strangers_find_nothing_and_the_refusal_is_logged(cast):
    case = make_case(cast, DischargeStatus.READY)
    stranger = partner(cast.other_hospital, *BOTH)
    assert stranger.get(f"{CASES}/{case.pk}").status_code == 404
    assert step(stranger, f"{CASES}/{case.pk}/left", case.version, {"destination": "usual_home"}).status_code == 404
    assert Access.objects.filter(patient_id=case.patient_id, outcome=Access.Outcome.REFUSED, via="api").exists()


def test_a_scope_that_only_reads_changes_nothing(cast):
    case = make_case(cast, DischargeStatus.PLANNING)
    reader = partner(cast.acute, Scope.DISCHARGE_READ)
    assert reader.get(f"{CASES}/{case.pk}").status_code == 200
    answer = step(reader, f"{CASES}/{case.pk}/ready", case.version)
    assert (answer.status_code, answer.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
