"""Capacity through the partner door: numbers for many, changes for those who run the ward."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from api.documentation.homefirst_beds import BedState, WardDetail
from api.scopes import Scope
from audit import seen
from audit.models import Access
from homefirst.actions import beds as actions
from homefirst.actions import wards as ward_actions
from homefirst.models import Spell
from patients.models import Relationship
from tests.api.test_cost import count
from tests.api.world import Partner, World, offered, partner
from tests.factories import directory, patients
from tests.factories import homefirst_beds as make

__all__ = ["count"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(world: World):
    return make.ward({}, {"designation": "stroke"}, runs=world.trust)


@pytest.fixture
def runs(world: World) -> Partner:
    return partner(world.trust, Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)


@pytest.fixture
def reads() -> Partner:
    return partner(directory.organisation(), Scope.CAPACITY_READ)


def address(bed, step: str = "") -> str:
    return f"/api/v1/wards/{bed.ward.slug}/beds/{bed.pk}" + (f"/{step}" if step else "")


def do(system: Partner, bed, step: str, body=None, version: int | None = None, **headers: str):
    """Take a step with the version just read."""
    if version is None:
        version = system.get(address(bed)).json()["version"]
    return system.post(address(bed, step), body or {}, **({"If-Match": f'W/"{version}"'} | headers))


def soon() -> str:
    return (timezone.now() + timedelta(hours=3)).isoformat()


def test_numbers_by_ward_and_how_old_they_are(ward, reads, runs):
    make.occupied(ward.beds.get(number=1), by=make.manager(ward))
    assert runs.post(f"/api/v1/wards/{ward.slug}/confirm").status_code == 200
    (found,) = reads.get("/api/v1/wards").json()["items"]
    assert (found["slug"], found["beds"], found["open"], found["free"], found["occupied"]) == (ward.slug, 2, 2, 1, 1)
    assert found["occupancy"] == 50.0
    assert found["confirmed_at"]
    assert {one["designation"]: one["free"] for one in found["designations"]} == {"rehabilitation": 0, "stroke": 1}


def test_a_ward_bed_by_bed_without_people_of_others(ward, reads, runs):
    stay = make.occupied(ward.beds.get(number=1), by=make.manager(ward))
    theirs = reads.get(f"/api/v1/wards/{ward.slug}").json()["items"][0]
    assert theirs["state"] == "occupied"
    assert theirs["patient"] is None
    ours = runs.get(f"/api/v1/wards/{ward.slug}").json()["items"][0]
    assert ours["patient"] == str(stay.patient_id)
    assert Access.objects.filter(patient_id=stay.patient_id, what="ward", via="api").count() == 1


def test_the_answers_have_the_documented_shape(ward, runs):
    detail = runs.get(f"/api/v1/wards/{ward.slug}").json()
    assert set(detail) == set(WardDetail().fields)
    assert set(detail["items"][0]) == set(BedState().fields)
    assert set(runs.get(address(ward.beds.first())).json()) == set(BedState().fields)


def test_keep_fill_and_free_a_bed(ward, world, runs):
    bed, whom = ward.beds.get(number=2), patients.patient(seen_by=world.trust)
    kept = do(runs, bed, "reserve", {"nhs_number": whom.nhs_number, "designations": ["stroke"], "until": soon()})
    assert kept.status_code == 200, kept.content
    assert kept.json()["state"] == "reserved"
    filled = do(runs, bed, "occupy", {"patient": str(whom.pk), "source": "hospital"})
    assert filled.json()["state"] == "occupied", filled.content
    assert Spell.objects.get(bed=bed, kind="occupied").needs == ["stroke"]
    freed = do(runs, bed, "release", {"destination": "usual_home"})
    assert freed.json()["state"] == "cleaning"
    assert freed["ETag"] == f'W/"{freed.json()["version"]}"'


def test_let_go_close_and_open(ward, world, runs):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    do(runs, bed, "reserve", {"patient": str(whom.pk), "until": soon()})
    assert do(runs, bed, "let-go").json()["state"] == "free"
    assert do(runs, bed, "close", {"reason": "Leak"}).json()["state"] == "closed"
    assert do(runs, bed, "open").json()["state"] == "free"
    assert do(runs, bed, "open").status_code == 409


def test_an_old_version_is_refused_and_a_missing_one_too(ward, world, runs):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    make.reserved(bed, by=make.manager(ward))
    body = {"patient": str(whom.pk), "until": soon()}
    stale = do(runs, bed, "reserve", body, version=0)
    assert (stale.status_code, stale.json()["code"]) == (412, "STALE_VERSION")
    assert runs.post(address(bed, "reserve"), body).status_code == 428


def test_who_was_quicker_is_said_without_a_name(ward, world, runs):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    manager = make.manager(ward)
    make.occupied(bed, by=manager)
    answer = do(runs, bed, "reserve", {"patient": str(whom.pk), "until": soon()})
    assert (answer.status_code, answer.json()["code"]) == (409, "BED_TAKEN")
    assert manager.name not in answer.content.decode()


def test_a_bed_that_does_not_suit_says_why(ward, world, runs):
    whom = patients.patient(seen_by=world.trust)
    body = {"patient": str(whom.pk), "until": soon(), "designations": ["palliative"]}
    answer = do(runs, ward.beds.get(number=1), "reserve", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "BED_UNSUITABLE")
    assert "the person needs palliative care" in answer.json()["detail"]


def test_a_retry_gets_the_first_answer(ward, world, runs):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    body, key = {"patient": str(whom.pk), "source": "home"}, str(uuid4())
    first = do(runs, bed, "occupy", body, version=0, **{"Idempotency-Key": key})
    again = do(runs, bed, "occupy", body, version=0, **{"Idempotency-Key": key})
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Spell.objects.filter(bed=bed).count() == 1


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("reserve", {"until": "2030-01-01T00:00:00Z"}, "patient"),
        ("reserve", {"patient": str(uuid4()), "nhs_number": "9990000018", "until": "2030-01-01T00:00:00Z"}, "patient"),
        ("occupy", {"patient": str(uuid4())}, "source"),
        ("release", {"destination": "moon"}, "destination"),
        ("close", {}, "reason"),
        ("let-go", {"why": "?"}, "why"),
        ("reserve", {"patient": 7, "until": "2030-01-01T00:00:00Z"}, "patient"),
        ("reserve", {"patient": str(uuid4()), "referral": None, "until": "2030-01-01T00:00:00Z"}, "referral"),
        ("occupy", {"patient": str(uuid4()), "source": "home", "at": "1901-01-01T00:00:00Z"}, "at"),
        ("occupy", {"patient": str(uuid4()), "source": "home", "leaving_on": "9999-12-31"}, "leaving_on"),
        ("occupy", {"patient": str(uuid4()), "source": "home", "hours_a_day": 1e300}, "hours_a_day"),
        ("release", {"destination": "usual_home", "at": "1800-01-01T00:00:00Z"}, "at"),
        ("close", {"reason": "Leak", "back_on": "1800-01-01"}, "back_on"),
        ("close", {"reason": "a" * 301}, "reason"),
    ],
)
def test_what_is_wrong_with_a_body_is_named(ward, runs, step, body, field):
    answer = do(runs, ward.beds.get(number=1), step, body, version=0)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_others_may_look_and_not_touch(ward, world, runs):
    other = partner(directory.organisation(), Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)
    bed = ward.beds.get(number=1)
    refused = do(other, bed, "close", {"reason": "No"})
    assert (refused.status_code, refused.json()["code"]) == (403, "NO_RELATIONSHIP")
    assert other.post(f"/api/v1/wards/{ward.slug}/confirm").status_code == 403
    reader = partner(world.trust, Scope.CAPACITY_READ)
    assert do(reader, bed, "close", {"reason": "No"}, version=0).json()["code"] == "INSUFFICIENT_SCOPE"


def test_nobody_unknown_is_placed(ward, runs):
    stranger = patients.patient()
    bed = ward.beds.get(number=1)
    by_id = do(runs, bed, "occupy", {"patient": str(stranger.pk), "source": "home"}, version=0)
    assert by_id.status_code == 404
    by_number = do(runs, bed, "occupy", {"nhs_number": stranger.nhs_number, "source": "home"}, version=0)
    assert by_number.status_code == 422


def test_a_bed_is_asked_for_by_a_referral_of_the_same_person(ward, world, runs):
    whom, bed = patients.patient(seen_by=world.trust), ward.beds.get(number=1)
    foreign = offered(world)[0]
    for referral in (foreign.pk, uuid4()):
        body = {"patient": str(whom.pk), "referral": str(referral), "source": "home"}
        answer = do(runs, bed, "occupy", body, version=0)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "referral")
    assert not Spell.objects.exists()
    whose = {"patient": str(foreign.patient_id), "referral": str(foreign.pk), "source": "home"}
    assert do(runs, bed, "occupy", whose, version=0).status_code == 200
    assert Spell.objects.get().referral == foreign


def test_what_does_not_exist_is_not_found(ward, runs):
    elsewhere = make.ward(runs=ward.organisation).beds.first()
    assert runs.get("/api/v1/wards/nowhere").status_code == 404
    assert runs.get(f"/api/v1/wards/{ward.slug}/beds/{uuid4()}").status_code == 404
    assert runs.get(f"/api/v1/wards/{ward.slug}/beds/{elsewhere.pk}").status_code == 404
    path = f"/api/v1/wards/{ward.slug}/beds/{elsewhere.pk}/close"
    assert runs.post(path, {"reason": "x"}, **{"If-Match": 'W/"0"'}).status_code == 404


def test_nothing_changed_is_said_in_one_line(ward, runs):
    bed = ward.beds.get(number=1)
    tag = runs.get(address(bed))["ETag"]
    assert runs.get(address(bed), **{"If-None-Match": tag}).status_code == 304
    stay = make.occupied(bed, by=make.manager(ward))
    assert runs.get(address(bed), **{"If-None-Match": tag}).status_code == 200
    actions.release(spell_id=stay.pk, by=make.manager(ward), destination="usual_home")
    cleaning = runs.get(address(bed))
    assert runs.get(address(bed), **{"If-None-Match": cleaning["ETag"]}).status_code == 200


def test_a_bed_of_another_ward_is_left_as_it_was(ward, runs):
    elsewhere = make.ward(runs=ward.organisation).beds.first()
    path = f"/api/v1/wards/{ward.slug}/beds/{elsewhere.pk}/close"
    assert runs.post(path, {"reason": "Leak"}, **{"If-Match": 'W/"0"'}).status_code == 404
    assert not Spell.objects.filter(bed=elsewhere).exists()


def test_a_step_on_a_free_bed_is_refused_to_others_first(ward, runs):
    other = partner(directory.organisation(), Scope.CAPACITY_READ, Scope.CAPACITY_WRITE)
    bed = ward.beds.get(number=1)
    answers = [do(system, bed, "release", {"destination": "usual_home"}, version=0) for system in (other, runs)]
    assert [answer.status_code for answer in answers] == [403, 409]
    assert do(runs, bed, "let-go", version=7).status_code == 412


def test_what_reads_and_steps_cost(ward, world, runs, count):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    key = {"Idempotency-Key": "k"}
    body = {"patient": str(whom.pk), "until": soon()}
    patients.relate(whom, world.trust, Relationship.Kind.CARE)
    # who, key; bed with ward, person, what bed and person have; spell, act, event; log; kept
    assert count(lambda: do(runs, bed, "reserve", body, version=0, **key)) == 9
    kept, body = {"Idempotency-Key": "f"}, {"patient": str(whom.pk), "source": "home"}
    # the reservation is used; logged within the hour
    assert count(lambda: do(runs, bed, "occupy", body, version=1, **kept)) == 9
    assert count(lambda: runs.get(f"/api/v1/wards/{ward.slug}")) == 3  # who, beds, spells; logged within the hour
    cache.clear(), seen.forget()
    assert count(lambda: runs.get(f"/api/v1/wards/{ward.slug}")) == 4
    assert count(lambda: runs.get(address(bed))) == 3
    path = f"/api/v1/wards/{ward.slug}/confirm"
    assert count(lambda: runs.post(path, {}, **{"Idempotency-Key": "c"})) == 9


@pytest.mark.parametrize(
    ("step", "statements"), [("occupy", 9), ("release", 8), ("let-go", 8), ("close", 7), ("open", 7)]
)
def test_what_each_step_costs(ward, world, runs, count, step, statements):
    bed, manager = ward.beds.get(number=1), make.manager(ward)
    whom = patients.patient(seen_by=world.trust)
    patients.relate(whom, world.trust, Relationship.Kind.CARE)
    if step == "release":
        make.occupied(bed, by=manager)
    if step == "let-go":
        make.reserved(bed, by=manager)
    if step == "open":
        ward_actions.close_bed(bed_id=bed.pk, by=manager, reason="Leak")
    bodies = {
        "occupy": {"patient": str(whom.pk), "source": "home"},
        "release": {"destination": "usual_home"},
        "close": {"reason": "Leak"},
    }
    version = runs.get(address(bed)).json()["version"]
    key = {"Idempotency-Key": "k"}
    assert count(lambda: do(runs, bed, step, bodies.get(step), version=version, **key)) == statements


def test_a_ward_that_meets_somebody_first_writes_that_it_cares_for_them(ward, world, runs, count):
    bed, whom = ward.beds.get(number=1), patients.patient(seen_by=world.trust)
    body = {"patient": str(whom.pk), "source": "home"}
    assert count(lambda: do(runs, bed, "occupy", body, version=0, **{"Idempotency-Key": "k"})) == 10
    assert Relationship.objects.filter(patient=whom, organisation=world.trust, kind="care").exists()


def test_naming_a_referral_costs_nothing_more(ward, world, runs, count):
    bed, referral = ward.beds.get(number=1), offered(world)[0]
    patients.relate(referral.patient, world.trust, Relationship.Kind.CARE)
    body = {"patient": str(referral.patient_id), "referral": str(referral.pk), "source": "home"}
    assert count(lambda: do(runs, bed, "occupy", body, version=0, **{"Idempotency-Key": "k"})) == 9


def test_the_hours_of_staff_are_read_with_the_bed(world, runs, count):
    first, second, third = make.virtual_ward(places=3, hours=3, runs=world.trust).beds.order_by("number")
    people = [patients.patient(seen_by=world.trust) for _ in range(3)]
    bodies = [{"patient": str(one.pk), "source": "home"} for one in people]
    patients.relate(people[0], world.trust, Relationship.Kind.CARE)
    assert count(lambda: do(runs, first, "occupy", bodies[0], version=0, **{"Idempotency-Key": "k"})) == 9
    assert do(runs, second, "occupy", bodies[1]).status_code == 200
    assert do(runs, third, "occupy", bodies[2]).json()["code"] == "BED_UNSUITABLE"
    assert do(runs, first, "release", {"destination": "usual_home"}).status_code == 200
    assert do(runs, third, "occupy", bodies[2]).status_code == 200


def test_a_step_answers_what_reading_the_bed_would(ward, world, runs):
    """Steps answer from what they hold, and from when: a stay that ended yesterday leaves a clean bed today."""
    whom, other = ({"patient": str(patients.patient(seen_by=world.trust).pk)} for _ in range(2))
    home, gone, today = {"source": "home"}, {"destination": "usual_home"}, timezone.localdate().isoformat()
    before, yesterday = ((timezone.now() - timedelta(days=days)).isoformat() for days in (2, 1))
    first, second = ward.beds.order_by("number")
    for bed, step, body in (
        (first, "occupy", whom | home | {"at": before}),
        (first, "release", gone | {"at": yesterday}),
        (first, "reserve", other | {"until": soon()}),
        (first, "let-go", {}),
        (first, "close", {"reason": "Leak", "back_on": today}),
        (first, "open", {}),
        (second, "occupy", whom | home | {"leaving_on": today}),
        (second, "release", gone),
        (second, "reserve", whom | {"until": soon()}),
        (second, "occupy", whom | home),
    ):
        answer = do(runs, bed, step, body)
        assert answer.status_code == 200, (step, answer.content)
        read = runs.get(address(bed))
        assert (answer.json(), answer["ETag"]) == (read.json(), read["ETag"]), step
