"""A partner that means no good: every field of every step of Home First with what nobody should send, never a failure.

Each request is right but for one value, on the version of the moment, so that it comes as far as the rules and the
database let it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from api.scopes import Scope
from tests.api.homefirst_world import CASES, REQUESTS, TASKS, WARDS, HomeFirst
from tests.api.world import JSON, Partner, make_world, partner
from tests.factories import homefirst_beds as beds

PROBLEM = "application/problem+json"
LONG = "a" * 5000
VALUES: tuple[Any, ...] = (
    None, True, -1, 10**17, 1e308, "", "\x00", LONG, "1800-01-01", "9999-12-31T23:59:59-23:59", [], {}, [None],
    str(uuid4()), "' OR 1=1 --",
)  # fmt: skip
QUERIES = ("limit=1e3", "cursor=%00", f"cursor={LONG[:400]}", "updated_since=1800-01-01", "limit=9&limit=9", "x=1")


class Stage:
    """Everything of Home First in one trust's hands, and its system."""

    def __init__(self) -> None:
        world = make_world()
        self.home = HomeFirst(world)
        self.system = partner(world.trust, *Scope)
        self.trust = world.trust
        self.full = self.home.ward.beds.get(number=2)
        beds.occupied(self.full, by=beds.manager(self.home.ward))


pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Stage)]


def moment(hours: int) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def day(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def steps(stage: Stage) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """Address, what it names, and a body that is right."""
    home = stage.home
    planned, arranged = ({"case": str(case.pk)} for case in home.cases)
    task = {"task": str(home.tasks[0].pk)}
    asked, chosen = ({"package": str(package.pk)} for package in home.packages)
    bed, full = {"bed": str(home.bed.pk)}, {"bed": str(stage.full.pk)}
    person, ward = str(home.person.pk), f"{WARDS}/{home.ward.slug}/beds"
    placing = {
        "patient": person,
        "designations": ["rehabilitation"],
        "mobility": "one",
        "infection": False,
        "hours_a_day": 1.5,
    }
    owner = str(stage.trust.pk)
    return {
        CASES: (
            {},
            {"patient": person, "hospital": owner, "ward": "1", "admitted_at": moment(-9), "expected_on": day(1)},
        ),
        f"{CASES}/{planned['case']}/ready": (planned, {"at": moment(-1)}),
        f"{CASES}/{arranged['case']}/left": (
            arranged,
            {"destination": "died", "at": moment(0), "despite_missing": True},
        ),
        f"{CASES}/{arranged['case']}/tasks": (
            arranged,
            {"kind": "other", "title": "A", "organisation": owner, "due_at": moment(9), "required": True, "note": "B"},
        ),
        f"{TASKS}/{task['task']}/done": (task, {"at": moment(-1), "note": "A"}),
        f"{TASKS}/{task['task']}/move": (task, {"due_at": moment(9), "note": "A"}),
        f"{TASKS}/{task['task']}/cancel": (task, {"reason": "A"}),
        f"{REQUESTS}/{asked['package']}/answer": (
            asked,
            {"answer": "part", "hours": 7.5, "can_start": day(1), "note": "A"},
        ),
        f"{REQUESTS}/{chosen['package']}/start": (chosen, {"started_on": day()}),
        f"{ward}/{bed['bed']}/reserve": (bed, placing | {"until": moment(3)}),
        f"{ward}/{bed['bed']}/occupy": (bed, placing | {"source": "home", "leaving_on": day(3), "at": moment(0)}),
        f"{ward}/{full['bed']}/release": (full, {"destination": "usual_home", "at": moment(0)}),
        f"{ward}/{bed['bed']}/close": (bed, {"reason": "A", "back_on": day(3)}),
    }


NAMES = (
    "begin", "ready", "left", "add", "done", "move", "cancel", "answer", "start", "reserve", "occupy", "release",
    "close",
)  # fmt: skip


def send(stage: Stage, path: str, named: dict[str, str], body: Any, **headers: str) -> Any:
    version = stage.home.version(stage.system, named)
    told = {"If-Match": f'W/"{version}"', "Idempotency-Key": str(uuid4())} | headers
    answer = stage.system.post(path, body, **told)
    assert answer.status_code < 500, (path, body, answer.content)
    if answer.status_code >= 400:
        assert answer["Content-Type"] == PROBLEM
        assert b"OR 1=1" not in answer.content and LONG.encode() not in answer.content
    return answer


def undone(stage: Stage, path: str, named: dict[str, str], body: Any, **headers: str) -> int:
    """What it is answered; what it did is taken back, so that the next one comes as far."""
    with transaction.atomic():
        status = send(stage, path, named, body, **headers).status_code
        connection.check_constraints()  # as a commit would
        transaction.set_rollback(True)
    return status


def test_each_is_right_to_begin_with(cast):
    assert {undone(cast, path, *rest) for path, rest in steps(cast).items()} == {200, 201}


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_no_value_of_any_field_makes_it_fail(cast, number):
    path, (named, body) = list(steps(cast).items())[number]
    fields = (*body, *(("referral",) if "patient" in body else ()))
    answers = {undone(cast, path, named, body | {field: value}) for field in fields for value in VALUES}
    assert 422 in answers


def test_no_header_makes_it_fail(cast):
    tags = ("*", '"77"', 'W/"1", W/"2"', 'W/"-1"', 'W/"1e3"', 'W/"999999999"', 'W/"9999999999"', "\u0661", "W/", "null")
    keys = ("", " ", "a" * 201, "a,b", "\t", "é", "k" * 200)
    for path, (named, body) in steps(cast).items():
        made = {201} if path == CASES else set()
        for tag in tags:
            assert undone(cast, path, named, body, **{"If-Match": tag}) in {400, 409, 412} | made, (path, tag)
        for key in keys:
            undone(cast, path, named, body, **{"Idempotency-Key": key})


def test_no_address_makes_it_fail(cast):
    ids = ("0", "null", "%00", "..%2f..", "a" * 3000, "%F0%9F%92%A5", str(UUID(int=0)), str(uuid4()).upper(), "{case}")
    for start in (CASES, TASKS, REQUESTS, "/api/v1/packages", WARDS):
        for one in ids:
            answer = cast.system.get(f"{start}/{one}")
            assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM), (start, one)
        for query in (
            "limit=1e3",
            "cursor=%00",
            "cursor=" + "a" * 400,
            "updated_since=1800-01-01",
            "limit=9&limit=9",
            "x=1",
        ):
            assert cast.system.get(f"{start}?{query}").status_code == 422, (start, query)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"1", b'"a"', b"{", b"\xff", b'{"note": "a", "note": "b"}'])
def test_no_body_makes_it_fail(cast, body):
    for path, (named, _) in steps(cast).items():
        version = cast.home.version(cast.system, named)
        told = cast.system.headers({"If-Match": f'W/"{version}"', "Idempotency-Key": str(uuid4())})
        answer = cast.system.browser.post(path, body, content_type=JSON, headers=told)
        assert answer.status_code in {200, 400, 409, 422}, (path, answer.content)


def test_ids_of_one_kind_open_nothing_of_another(cast):
    everything = {
        str(pk) for pk in (cast.home.person.pk, cast.trust.pk, cast.home.bed.pk, *(one.pk for one in cast.home.cases))
    }
    for start in (TASKS, REQUESTS, "/api/v1/packages"):
        assert {cast.system.get(f"{start}/{one}").status_code for one in everything} == {404}


def test_a_key_of_one_system_says_nothing_to_another(cast):
    path, (named, body) = next(iter(steps(cast).items()))
    key = str(uuid4())
    assert send(cast, path, named, body, **{"Idempotency-Key": key}).status_code == 201
    other: Partner = partner(cast.home.cast.other_hospital, *Scope)
    again = other.post(path, body, **{"Idempotency-Key": key})
    assert (again.status_code, "Idempotent-Replayed" in again) == (422, False)
