"""A partner with a good token and every scope, of an organisation that has nothing to do with it: nothing is learned,
nothing changes, and whoever was asked for is remembered."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from api.models import Client
from api.scopes import Scope
from audit.models import Access, Event
from directory.codes import OrganisationKind
from homefirst.models import Act, DischargeTask
from homefirst.states import DischargeStatus
from patients.models import Patient, Relationship
from tests.api.homefirst_world import CASES, PACKAGES, REQUESTS, TASKS, WARDS
from tests.api.test_homefirst_discharge import BOTH, begin_at, fields, known_to, step, wanted
from tests.api.test_homefirst_hostile import Stage as Everything
from tests.api.test_homefirst_hostile import send, steps
from tests.api.world import Partner, partner
from tests.factories import directory
from tests.factories import homefirst_beds as beds
from tests.factories.homefirst_discharge import make_case

LISTS = (CASES, TASKS, PACKAGES, REQUESTS)
UNSEEN = {CASES: 422}
"""What a stranger is told where it is not that there is no such thing: a body names nobody."""


class Stage(Everything):
    """Everything of one trust, and a stranger that runs a ward too, so that its role is never the reason."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere = directory.organisation(OrganisationKind.ACUTE_TRUST)
        self.stranger = partner(self.elsewhere, *Scope)
        beds.ward({}, runs=self.elsewhere)

    @property
    def ours(self) -> set[Any]:
        return {*(case.pk for case in self.home.cases), *(task.pk for task in self.home.tasks)}


pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Stage)]


def as_stranger(cast: Stage, path: str, named: dict[str, str], body: Any, version: int | None = None) -> Any:
    held = cast.home.version(cast.system, named) if version is None else version
    told = {"If-Match": f'W/"{held}"', "Idempotency-Key": str(uuid4())}
    return cast.stranger.post(path, body, **told)


def state() -> tuple[int, ...]:
    """What any change would have raised."""
    return Act.objects.count(), Event.objects.count(), Relationship.objects.count(), DischargeTask.objects.count()


class TestSteps:
    def test_none_is_taken_in_any_version(self, cast):
        before = state()
        for path, (named, body) in steps(cast).items():
            for version in (None, 0, 1, 999_999_999):
                answer = as_stranger(cast, path, named, body, version)
                own_role = {403} if path.startswith(WARDS) else set()
                assert answer.status_code in {UNSEEN.get(path, 404), *own_role}, (path, version, answer.content)
        assert state() == before

    def test_what_is_not_there_is_answered_alike(self, cast):
        for path, (named, body) in steps(cast).items():
            if path == CASES or path.startswith(WARDS):
                continue
            (known,) = named.values()
            unseen = as_stranger(cast, path, named, body, 1)
            unknown = as_stranger(cast, path.replace(known, str(uuid4())), named, body, 1)
            telling = [{**answer.json(), "correlation_id": ""} for answer in (unseen, unknown)]
            assert telling[0] == telling[1], path
            assert set(unseen.headers) == set(unknown.headers)

    def test_each_person_asked_for_is_remembered(self, cast):
        for path, (named, body) in steps(cast).items():
            as_stranger(cast, path, named, body)
        refused = Access.objects.filter(organisation_id=cast.elsewhere.pk, outcome=Access.Outcome.REFUSED, via="api")
        people = {case.patient_id for case in cast.home.cases} | {one.patient_id for one in cast.home.packages}
        assert people | {cast.home.person.pk} <= set(refused.values_list("patient_id", flat=True))

    def test_a_key_of_theirs_replays_nothing(self, cast):
        for path, (named, body) in steps(cast).items():
            key = str(uuid4())
            send(cast, path, named, body, **{"Idempotency-Key": key})
            version = cast.home.version(cast.system, named)
            told = {"If-Match": f'W/"{version}"', "Idempotency-Key": key}
            answer = cast.stranger.post(path, body, **told)
            assert answer.status_code in {403, 404, 422}, (path, answer.content)
            assert "Idempotent-Replayed" not in answer

    def test_a_second_system_of_theirs_has_keys_of_its_own(self, cast):
        path, (named, body) = next(iter(steps(cast).items()))
        key = str(uuid4())
        assert send(cast, path, named, body, **{"Idempotency-Key": key}).status_code == 201
        second = partner(cast.trust, *Scope)
        again = second.post(path, body, **{"Idempotency-Key": key})
        assert (again.status_code, "Idempotent-Replayed" in again) == (409, False)

    def test_a_key_is_no_way_round_a_scope_that_was_taken_away(self, cast):
        path, (named, body) = next(iter(steps(cast).items()))
        key = str(uuid4())
        assert send(cast, path, named, body, **{"Idempotency-Key": key}).status_code == 201
        Client.objects.filter(pk=cast.system.client.pk).update(scopes=[Scope.DISCHARGE_READ])
        again = cast.system.post(path, body, **{"Idempotency-Key": key})
        assert again.json()["code"] == "INSUFFICIENT_SCOPE"


class TestReads:
    def test_lists_are_empty_whatever_is_asked(self, cast):
        for path in LISTS:
            for query in ({}, {"limit": 100}, {"updated_since": "1990-01-01T00:00:00Z"}):
                answer = cast.stranger.get(path, query)
                assert (answer.status_code, answer.json()["items"], answer.json()["next"]) == (200, [], None)

    def test_a_cursor_of_theirs_opens_nothing(self, cast):
        for path in (CASES, TASKS, REQUESTS, PACKAGES):
            following = cast.system.get(path, {"limit": 1}).json()["next"]
            assert following, path
            assert cast.stranger.get(following).json()["code"] == "INVALID_CURSOR"

    def test_an_id_in_any_writing_is_not_there(self, cast):
        case, task, package = cast.home.cases[0].pk, cast.home.tasks[0].pk, cast.home.packages[0].pk
        for start, pk in ((CASES, case), (TASKS, task), (PACKAGES, package), (REQUESTS, package)):
            for text in (
                str(pk),
                str(pk).upper(),
                pk.hex,
                f"{{{pk}}}",
                f"urn:uuid:{pk}",
                f"{pk}%20",
                f"{pk}/",
                f"%00{pk}",
            ):
                assert cast.stranger.get(f"{start}/{text}").status_code == 404, text
                assert cast.stranger.get(f"{start}/{text}", **{"If-None-Match": "*"}).status_code == 404

    def test_a_ward_names_nobody_to_a_stranger(self, cast):
        answer = cast.stranger.get(f"{WARDS}/{cast.home.ward.slug}")
        assert answer.status_code == 200
        assert {(bed["patient"], bed["restricted"]) for bed in answer.json()["items"]} == {(None, False)}
        people = Patient.objects.filter(bed_spells__bed__ward=cast.home.ward)
        assert not any(str(person.pk).encode() in answer.content for person in people)
        assert not Access.objects.filter(actor_id=cast.stranger.client.public_id).exists()


class TestTime:
    """The night of 24 to 25 October 2026, when the clocks show 1:30 twice."""

    FIRST, SECOND = "2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00Z"

    @pytest.fixture
    def case(self, cast, time_machine):
        """Some days later, somebody who came before that night."""
        time_machine.move_to("2026-11-01T12:00:00Z")
        cast.system = partner(cast.trust, *BOTH)
        return make_case(cast.home.cast, DischargeStatus.PLANNING, admitted_at=timezone.now() - timedelta(days=30))

    def test_both_hours_are_told_apart(self, cast, case):
        path = f"{CASES}/{case.pk}"
        ready = step(cast.system, f"{path}/ready", case.version, {"at": self.SECOND})
        assert ready.json()["ready_at"] == self.SECOND, ready.content
        gone = {"destination": "hospital", "despite_missing": True}
        early = step(cast.system, f"{path}/left", ready.json()["version"], gone | {"at": self.FIRST})
        assert early.json()["code"] == "TOO_EARLY"

    def test_an_hour_passes_between_them(self, cast, case):
        path = f"{CASES}/{case.pk}"
        ready = step(cast.system, f"{path}/ready", case.version, {"at": self.FIRST})
        assert ready.json()["ready_at"] == "2026-10-25T00:30:00Z", ready.content
        left = step(cast.system, f"{path}/left", ready.json()["version"], {"destination": "died", "at": self.SECOND})
        (delay,) = left.json()["delays"]
        assert (delay["start"], delay["end"]) == ("2026-10-25T00:30:00Z", self.SECOND)

    @pytest.mark.parametrize(
        "at", ["2026-10-25T01:30:00", "2026-03-29T01:30", "2026-10-25T01:30:00 BST", "0001-01-01T00:00Z"]
    )
    def test_a_moment_without_its_offset_is_none(self, cast, case, at):
        assert fields(step(cast.system, f"{CASES}/{case.pk}/ready", case.version, {"at": at})) == {"at"}


class TestText:
    @pytest.mark.parametrize("title", ["\u200b", "\u2060\ufeff", "\u202e \u202c", "\u00ad", "\x07"])
    def test_nothing_that_can_be_read_is_nothing(self, cast, title):
        case = cast.home.cases[1]
        owner = str(cast.trust.pk)
        body = wanted(cast.home.cast, organisation=owner, title=title)
        version = cast.home.version(cast.system, {"case": str(case.pk)})
        assert fields(step(cast.system, f"{CASES}/{case.pk}/tasks", version, body)) == {"title"}

    @pytest.mark.parametrize("title", ["Bädertransport 👩\u200d⚕️", "لا", "𝔅𝔢𝔡", "O’Neill’s frame"])
    def test_every_language_is_text(self, cast, title):
        case = cast.home.cases[1]
        body = wanted(cast.home.cast, organisation=str(cast.trust.pk), title=title)
        version = cast.home.version(cast.system, {"case": str(case.pk)})
        assert step(cast.system, f"{CASES}/{case.pk}/tasks", version, body).json()["title"] == title

    @pytest.mark.parametrize("number", ["٩٩٩٠٠٠٠٠١٨", "²²²²²²²²²²", "9990000018\u200b", "HF-AAAA-AAAA", "%", "_" * 10])
    def test_a_number_is_ten_plain_digits(self, cast, number):
        system: Partner = partner(cast.home.cast.acute, *BOTH)
        body = {"patient": None, "nhs_number": number}
        answer = system.post(CASES, {"nhs_number": body["nhs_number"]}, **{"Idempotency-Key": str(uuid4())})
        assert fields(answer) == {"nhs_number"}
        assert number.encode() not in answer.content

    def test_somebody_who_came_in_a_lifetime_ago_is_a_mistake(self, cast):
        system, person = partner(cast.home.cast.acute, *BOTH), known_to(cast.home.cast)
        assert fields(begin_at(cast.home.cast, system, person, admitted_at="1901-01-01T00:00:00Z")) == {"admitted_at"}
