"""A partner ward begins ways home, adds what must happen, and keeps its own tasks; hostile requests come to nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from api.documentation import homefirst_discharge as documented
from api.scopes import Scope
from audit.models import Access, Event
from directory.codes import OrganisationKind
from directory.models import Area
from homefirst import transfer
from homefirst.actions import discharge
from homefirst.models import DischargeCase, DischargeTask
from homefirst.states import DischargeStatus
from patients.models import Patient, Relationship
from referrals.codes import Direction
from tests.api.homefirst_world import CASES, TASKS
from tests.api.test_cost import count
from tests.api.world import Partner, partner
from tests.factories import directory, patients, people
from tests.factories import homefirst_beds as beds
from tests.factories import referrals as referred
from tests.factories.homefirst_discharge import Cast, fill, make_case, task

__all__ = ["count"]

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]
BOTH = (Scope.DISCHARGE_READ, Scope.DISCHARGE_WRITE)
FAR = "2100-01-01T00:00:00Z"


@pytest.fixture
def trust(cast) -> Partner:
    """The system of the acute trust."""
    return partner(cast.acute, *BOTH)


def known_to(cast, **details):
    return patients.patient(seen_by=cast.acute, practice=directory.practice(), **details)


def begin(system, *, key="", **body):
    return system.post(CASES, body, **{"Idempotency-Key": key or str(uuid4())})


def begin_at(cast, system, person, **body):
    return begin(system, **{"patient": str(person.pk), "hospital": str(cast.hospital.pk)} | body)


def step(system, path, version, body=None, key=""):
    headers = {"If-Match": f'W/"{version}"', "Idempotency-Key": key or str(uuid4())}
    return system.post(path, body or {}, **headers)


def wanted(cast, **changes):
    due = (timezone.now() + timedelta(hours=20)).isoformat()
    told = {"kind": "equipment", "title": "Bring a bed", "organisation": str(cast.stores.pk), "due_at": due}
    return told | changes


def fields(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


class TestBegin:
    def test_for_somebody_the_trust_knows(self, cast, trust):
        person = known_to(cast)
        yesterday = (timezone.now() - timedelta(days=1)).isoformat()
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
        said = {"ward": " Ward 23 ", "admitted_at": yesterday, "expected_on": tomorrow}
        answer = begin_at(cast, trust, person, **said)
        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert set(body) == set(documented.DischargeCaseSummary().fields)
        assert (body["status"], body["ward"], body["expected_on"]) == ("identified", "Ward 23", tomorrow)
        assert body["patient"] == {"id": str(person.pk)}
        assert (answer["Location"], answer["ETag"]) == (body["href"], f'W/"{body["version"]}"')
        read = trust.get(answer["Location"])
        assert (read.status_code, read["ETag"]) == (200, answer["ETag"])
        assert all(read.json()[name] == value for name, value in body.items() if name != "patient")
        case = DischargeCase.objects.get()
        assert (case.hospital, case.hub) == (cast.hospital, cast.hub)
        assert Event.objects.get(subject_id=case.pk).kind == "discharge.identified.v1"
        seen = set(Relationship.objects.filter(patient=person).values_list("organisation", flat=True))
        assert {cast.hospital.pk, cast.acute.pk, cast.trust.pk, cast.council.pk} <= seen

    def test_by_number_and_by_referral(self, cast, trust):
        person = known_to(cast)
        spaced = f"{person.nhs_number[:3]} {person.nhs_number[3:]}"
        by_number = begin(trust, nhs_number=spaced, hospital=str(cast.hospital.pk))
        assert by_number.json()["patient"]["id"] == str(person.pk)
        nurse = people.actor("referrer", at=cast.acute)
        team = referred.Cast(trust=cast.trust)
        referral = referred.make_referral(team, by=nurse, direction=Direction.STEP_DOWN, channel="ward")
        system = partner(cast.acute, *BOTH, Scope.REFERRALS_WRITE)
        by_referral = begin(system, referral=str(referral.pk), hospital=str(cast.hospital.pk))
        assert by_referral.status_code == 201, by_referral.content
        assert DischargeCase.objects.get(pk=by_referral.json()["id"]).referral == referral

    def test_of_its_own_organisation_unless_another_is_said(self, cast):
        system = partner(cast.hospital, *BOTH)
        person = patients.patient(seen_by=cast.hospital, practice=directory.practice())
        assert begin(system, patient=str(person.pk)).json()["hospital"]["id"] == str(cast.hospital.pk)

    def test_once_for_each_person_and_hospital(self, cast, trust):
        person = known_to(cast)
        assert begin_at(cast, trust, person).status_code == 201
        again = begin_at(cast, trust, person)
        assert (again.status_code, again.json()["code"]) == (409, "REFUSED")
        assert DischargeCase.objects.count() == 1

    def test_a_retry_gets_the_first_answer(self, cast, trust):
        person, key = known_to(cast), str(uuid4())
        first, again = (begin_at(cast, trust, person, key=key) for _ in range(2))
        assert again.content == first.content
        assert (again["Idempotent-Replayed"], again["Location"]) == ("true", first["Location"])
        other = begin_at(cast, trust, person, key=key, ward="Another")
        assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
        missing = trust.post(CASES, {"patient": str(person.pk)})
        assert (missing.status_code, missing.json()["code"]) == (400, "IDEMPOTENCY_KEY_REQUIRED")

    def test_nobody_whom_it_may_not_open(self, cast, trust):
        stranger, secret = patients.patient(), known_to(cast)
        Patient.objects.filter(pk=secret.pk).update(restricted=True)
        answers = [begin_at(cast, trust, person) for person in (stranger, secret)]
        answers.append(begin(trust, patient=str(uuid4()), hospital=str(cast.hospital.pk)))
        assert {answer.json()["detail"] for answer in answers} == {answers[0].json()["detail"]}
        assert [fields(answer) for answer in answers] == [{"patient"}] * 3
        number = begin(trust, nhs_number=stranger.nhs_number, hospital=str(cast.hospital.pk))
        unheard = begin(trust, nhs_number="9990000018", hospital=str(cast.hospital.pk))
        assert fields(number) == fields(unheard) == {"nhs_number"}
        assert number.json()["detail"] == unheard.json()["detail"]
        refused = Access.objects.filter(outcome=Access.Outcome.REFUSED, via="api")
        assert set(refused.values_list("patient_id", flat=True)) == {stranger.pk, secret.pk}
        assert not DischargeCase.objects.exists()

    def test_somebody_it_could_find_as_a_referrer_is_still_not_its_own(self, cast):
        refers = partner(cast.acute, *BOTH, Scope.REFERRALS_WRITE, Scope.REFERRALS_READ)
        assert fields(begin_at(cast, refers, patients.patient())) == {"patient"}

    def test_somebody_who_has_died_has_no_way_home(self, cast, trust):
        person = known_to(cast)
        Patient.objects.filter(pk=person.pk).update(deceased_at=timezone.now())
        assert begin_at(cast, trust, person).status_code == 422

    def test_no_other_hospital_and_nobody_without_beds(self, cast, trust):
        person = known_to(cast)
        assert fields(begin_at(cast, trust, person, hospital=str(cast.other_hospital.pk))) == {"hospital"}
        store = partner(cast.stores, *BOTH)
        patients.relate(person, cast.stores)
        assert fields(begin(store, patient=str(person.pk))) == {"hospital"}
        assert fields(begin(store, patient=str(person.pk), hospital=str(cast.hospital.pk))) == {"hospital"}
        home = directory.organisation(OrganisationKind.CARE_HOME)
        beds.ward({}, runs=home)
        patients.relate(person, home)
        assert begin(partner(home, *BOTH), patient=str(person.pk)).status_code == 201

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"patient": None}, "patient"),
            ({"patient": 7}, "patient"),
            ({"patient": 10**17}, "patient"),
            ({"patient": "0192f3b47c1e7d5a9a515d0f6c2b8e11"}, "patient"),
            ({"patient": [], "nhs_number": "1"}, "patient"),
            ({"nhs_number": "9990000018"}, "patient"),
            ({"hospital": True}, "hospital"),
            ({"hospital": "x"}, "hospital"),
            ({"ward": "a" * 101}, "ward"),
            ({"ward": "\x00"}, "ward"),
            ({"admitted_at": "1800-01-01T00:00:00Z"}, "admitted_at"),
            ({"admitted_at": FAR}, "admitted_at"),
            ({"admitted_at": "2026-01-01"}, "admitted_at"),
            ({"expected_on": "1800-01-01"}, "expected_on"),
            ({"expected_on": "9999-12-31"}, "expected_on"),
            ({"expected_on": 20260101}, "expected_on"),
            ({"pathway": 1}, "pathway"),
            ({"status": "ready"}, "status"),
        ],
    )
    def test_what_is_wrong_is_named(self, cast, trust, change, field):
        assert field in fields(begin_at(cast, trust, known_to(cast), **change))
        assert not DischargeCase.objects.exists()

    def test_a_scope_that_only_reads_begins_nothing(self, cast):
        reader = partner(cast.acute, Scope.DISCHARGE_READ)
        assert begin_at(cast, reader, known_to(cast)).json()["code"] == "INSUFFICIENT_SCOPE"


class TestTasks:
    def test_the_ward_adds_one_and_its_owner_keeps_it(self, cast, trust):
        case = make_case(cast, DischargeStatus.DECIDED)
        added = step(trust, f"{CASES}/{case.pk}/tasks", case.version, wanted(cast, note="Ring first", required=False))
        assert added.status_code == 201, added.content
        body = added.json()
        assert set(body) == set(documented.DischargeTaskItem().fields)
        assert (body["organisation"]["id"], body["required"], body["note"]) == (
            str(cast.stores.pk),
            False,
            "Ring first",
        )
        assert (added["Location"], body["patient"]) == (body["href"], {"id": str(case.patient_id)})
        case.refresh_from_db()
        assert case.status == DischargeStatus.ARRANGING
        store = partner(cast.stores, *BOTH)
        read = store.get(added["Location"])
        assert (read["ETag"], read.json()["patient"]["family_name"]) == (added["ETag"], case.patient.family_name)
        later = (timezone.now() + timedelta(days=2)).isoformat()
        moved = step(store, f"{body['href']}/move", 1, {"due_at": later, "note": "The van is full"})
        assert (moved.status_code, moved.json()["note"], moved["ETag"]) == (200, "The van is full", 'W/"2"')
        gone = step(store, f"{body['href']}/cancel", 2, {"reason": "Her daughter has one"})
        assert gone.json()["cancelled_at"]
        after = step(store, f"{body['href']}/done", 3)
        assert (after.status_code, after.json()["code"]) == (409, "INVALID_STATE")

    def test_the_hub_and_the_council_add_too_and_others_do_not(self, cast, trust):
        case = make_case(cast, DischargeStatus.READY)
        for organisation in (cast.trust, cast.council):
            system = partner(organisation, *BOTH)
            version = system.get(f"{CASES}/{case.pk}").json()["version"]
            assert step(system, f"{CASES}/{case.pk}/tasks", version, wanted(cast)).status_code == 201
        store, council = partner(cast.stores, *BOTH), directory.organisation(OrganisationKind.COUNCIL)
        patients.relate(case.patient, council)
        for system in (store, partner(council, *BOTH)):
            version = system.get(f"{CASES}/{case.pk}").json()["version"]
            refused = step(system, f"{CASES}/{case.pk}/tasks", version, wanted(cast))
            assert (refused.status_code, refused.json()["code"]) == (403, "NO_RELATIONSHIP")

    def test_a_place_without_a_council_of_its_own_has_none_that_adds(self, cast):
        case = make_case(cast, DischargeStatus.READY)
        Area.objects.filter(pk=case.place_id).update(gss_code=None)
        system = partner(cast.council, *BOTH)
        refused = step(system, f"{CASES}/{case.pk}/tasks", case.version, wanted(cast))
        assert refused.json()["code"] == "NO_RELATIONSHIP"

    def test_nobody_is_given_a_person_who_does_no_tasks(self, cast, trust):
        case = make_case(cast, DischargeStatus.READY)
        practice = directory.practice()
        for organisation in (practice.pk, uuid4()):
            answer = step(trust, f"{CASES}/{case.pk}/tasks", case.version, wanted(cast, organisation=str(organisation)))
            assert fields(answer) == {"organisation"}
        assert not Relationship.objects.filter(patient=case.patient, organisation=practice).exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": "bribe"}, "kind"),
            ({"title": " "}, "title"),
            ({"title": "a" * 201}, "title"),
            ({"title": None}, "title"),
            ({"organisation": 1}, "organisation"),
            ({"due_at": "1800-01-01T00:00:00Z"}, "due_at"),
            ({"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
            ({"due_at": FAR}, "due_at"),
            ({"due_at": 1e18}, "due_at"),
            ({"required": "yes"}, "required"),
            ({"owner": str(uuid4())}, "owner"),
        ],
    )
    def test_what_is_wrong_with_a_task_is_named(self, cast, trust, change, field):
        case = make_case(cast, DischargeStatus.READY)
        assert field in fields(step(trust, f"{CASES}/{case.pk}/tasks", case.version, wanted(cast, **change)))
        assert not DischargeTask.objects.exists()

    def test_tasks_of_others_are_theirs_and_of_strangers_not_there(self, cast, trust):
        case = make_case(cast, DischargeStatus.ARRANGING)
        mine = case.tasks.get()
        later = (timezone.now() + timedelta(days=2)).isoformat()
        bodies = {"done": {}, "move": {"due_at": later, "note": "No"}, "cancel": {"reason": "No"}}
        stranger = partner(cast.other_hospital, *BOTH)
        for name, body in bodies.items():
            refused = step(trust, f"{TASKS}/{mine.pk}/{name}", mine.version, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "NO_RELATIONSHIP")
            unseen = step(stranger, f"{TASKS}/{mine.pk}/{name}", mine.version, body)
            unknown = step(stranger, f"{TASKS}/{uuid4()}/{name}", mine.version, body)
            assert unseen.status_code == unknown.status_code == 404
            assert unseen.json()["detail"] == unknown.json()["detail"]
        assert stranger.get(f"{TASKS}/{mine.pk}").status_code == 404
        assert step(stranger, f"{CASES}/{case.pk}/tasks", 1, wanted(cast)).status_code == 404
        refused = Access.objects.filter(outcome=Access.Outcome.REFUSED, via="api", patient_id=case.patient_id)
        assert set(refused.values_list("what", flat=True)) == {"discharge task", "discharge case"}
        mine.refresh_from_db()
        assert (mine.done_at, mine.cancelled_at, mine.version) == (None, None, 1)

    @pytest.mark.parametrize("name", ["move", "cancel"])
    def test_a_step_says_why_and_on_which_version(self, cast, name):
        mine = make_case(cast, DischargeStatus.ARRANGING).tasks.get()
        store, path = partner(cast.stores, *BOTH), f"{TASKS}/{mine.pk}/{name}"
        assert step(store, path, mine.version).status_code == 422
        later = (timezone.now() + timedelta(days=2)).isoformat()
        body = {"due_at": later, "note": "Later"} if name == "move" else {"reason": "Not needed"}
        key = {"Idempotency-Key": str(uuid4())}
        assert store.post(path, body, **key).status_code == 428
        for tag, status in (('W/"9"', 412), ('W/"999999999999"', 400), ("*", 400), ("", 400), ('W/"-1"', 400)):
            assert store.post(path, body, **key, **{"If-Match": tag}).status_code == status, tag
        assert step(store, path, mine.version, body).status_code == 200

    def test_an_old_case_is_refused(self, cast, trust):
        case = make_case(cast, DischargeStatus.READY)
        task(cast, case)
        stale = step(trust, f"{CASES}/{case.pk}/tasks", case.version, wanted(cast))
        assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION")
        assert cast.nurse.name not in stale.content.decode()


@pytest.mark.parametrize("at", ["1800-01-01T00:00:00Z", "1901-01-01T00:00:00Z", "2010-01-01T00:00:00Z", FAR])
def test_nobody_waited_for_centuries(cast, trust, at):
    case = make_case(cast, DischargeStatus.PLANNING, admitted_at=None)
    assert step(trust, f"{CASES}/{case.pk}/ready", case.version, {"at": at}).status_code == 422
    case.refresh_from_db()
    assert case.ready_at is None


class TestCost:
    def test_lists_and_reads(self, cast, trust, count):
        case = make_case(cast, DischargeStatus.ARRANGING)
        store = partner(cast.stores, *BOTH)
        assert count(lambda: trust.get(CASES)) == 3  # who, rows, log
        assert count(lambda: store.get(TASKS)) == 3
        transfer.forget_items()
        assert count(lambda: trust.get(f"{CASES}/{case.pk}")) == 4  # who, everything, hard items now and then, log
        assert count(lambda: trust.get(f"{CASES}/{case.pk}")) == 3
        path = f"{TASKS}/{case.tasks.get().pk}"
        assert count(lambda: trust.get(path)) == 3

    def test_begin_and_add(self, cast, trust, count):
        person = known_to(cast)
        transfer.items()
        # who, key; person, hospital with hub and council; relations, case, act, event, answers; kept
        assert count(lambda: begin_at(cast, trust, person)) == 9
        case = DischargeCase.objects.get()
        path = f"{CASES}/{case.pk}/tasks"
        # who, key; case, owner; relation, task, case, acts, events; kept
        assert count(lambda: step(trust, path, case.version, wanted(cast))) == 9

    def test_ready_and_left(self, cast, trust, count):
        planned, arranged = (make_case(cast, one) for one in (DischargeStatus.PLANNING, DischargeStatus.ARRANGING))
        transfer.items()
        # who, key; case with reason, answers and all else; readiness, delay, answer; case, act, events; kept
        assert count(lambda: step(trust, f"{CASES}/{planned.pk}/ready", planned.version)) == 9
        gone = {"destination": "hospital", "despite_missing": True}
        DischargeTask.objects.filter(case=arranged).update(required=False)
        fill(cast, arranged)
        arranged.refresh_from_db()
        # who, key; case with tasks and answers; readiness, delay; case, act, event; everything; kept
        assert count(lambda: step(trust, f"{CASES}/{arranged.pk}/left", arranged.version, gone)) == 9

    def test_ready_answers_what_reading_would(self, cast, trust):
        case = make_case(cast, DischargeStatus.READY)
        task(cast, case)
        discharge.not_ready(case_id=case.pk, by=cast.ward, reason="A fever")
        case.refresh_from_db()
        leicester = timezone.localtime() + timedelta(seconds=30)
        answer = step(trust, f"{CASES}/{case.pk}/ready", case.version, {"at": leicester.isoformat()})
        assert answer.status_code == 200, answer.content
        read = trust.get(f"{CASES}/{case.pk}").json()
        assert len(read["delays"]) == 2
        assert len(read["tasks"]) == 1
        assert answer.json() == read | {"patient": {"id": read["patient"]["id"]}}

    def test_readiness_that_would_overlap_is_refused(self, cast, trust):
        case = make_case(cast, DischargeStatus.READY)
        discharge.not_ready(case_id=case.pk, by=cast.ward, reason="A fever")
        case.refresh_from_db()
        before = (timezone.now() - timedelta(hours=1)).isoformat()
        answer = step(trust, f"{CASES}/{case.pk}/ready", case.version, {"at": before})
        assert (answer.status_code, fields(answer)) == (422, {"at"})
        assert "waiting before that already" in answer.json()["detail"]
        case.refresh_from_db()
        assert case.status == DischargeStatus.PLANNING

    @pytest.mark.parametrize("name", ["done", "move", "cancel"])
    def test_tasks(self, cast, count, name):
        mine = make_case(cast, DischargeStatus.ARRANGING).tasks.get()
        due = (timezone.now() + timedelta(hours=20)).isoformat()
        body = {"done": {}, "move": {"due_at": due, "note": "A"}, "cancel": {"reason": "A"}}[name]
        store = partner(cast.stores, *BOTH)
        # who, key; whose case, case, task; task, act, event; read back; kept
        assert count(lambda: step(store, f"{TASKS}/{mine.pk}/{name}", mine.version, body)) == 9
