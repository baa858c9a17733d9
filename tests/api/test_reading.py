"""Reading: pages by key, filters, what is shown to whom, and that every look is logged."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from api.scopes import Scope
from audit.models import Access
from patients.models import Patient
from referrals import actions
from referrals.models import Referral
from tests.api.world import PERSON, World, accepted, offered, partner, sent
from tests.factories import directory

LIST = "/api/v1/referrals"


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_pages_are_whole_and_in_order(world: World):
    start = timezone.now()
    made = []
    for minute in range(5):
        with time_machine.travel(start - timedelta(minutes=10 - minute), tick=False):
            world.surgery.token = world.surgery.get_token()
            made.append(str(sent(world).pk))
    world.surgery.token = world.surgery.get_token()
    seen, address, pages = [], f"{LIST}?limit=2", 0
    while address:
        answer = world.surgery.get(address)
        seen += ids(answer)
        address, pages = answer.json()["next"], pages + 1
        assert ("Link" in answer) is bool(address)
    assert (seen, pages) == (made[::-1], 3)


def test_rows_received_at_the_same_moment_are_neither_skipped_nor_repeated(world: World):
    made = {str(sent(world).pk) for _ in range(4)}
    Referral.objects.update(received_at=timezone.now())
    first = world.surgery.get(LIST, {"limit": 3})
    assert set(ids(first)) | set(ids(world.surgery.get(first.json()["next"]))) == made


def test_a_cursor_belongs_to_its_filters_and_its_client(world: World):
    for _ in range(3):
        sent(world)
    following = world.surgery.get(LIST, {"limit": 1, "open": "true"}).json()["next"]
    assert world.surgery.get(following.replace("open=true", "open=false")).json()["code"] == "INVALID_CURSOR"
    assert world.surgery.get(following.replace("limit=1", "limit=2")).status_code == 200
    assert world.provider.get(following).json()["code"] == "INVALID_CURSOR"
    assert world.surgery.get(following[:-3] + "abc").json()["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "submitted"}, True),
        ({"status": ["cancelled", "submitted"]}, True),
        ({"status": "cancelled,submitted"}, True),
        ({"status": "cancelled"}, False),
        ({"open": "true"}, True),
        ({"open": "false"}, False),
        ({"urgency": "crisis"}, True),
        ({"urgency": "routine"}, False),
        ({"place": "leicester"}, True),
        ({"place": "rutland"}, False),
        ({"received_from": "2020-01-01T00:00:00Z", "received_to": "2100-01-01T00:00:00+01:00"}, True),
        ({"received_to": "2020-01-01T00:00:00Z"}, False),
        ({"updated_since": "2100-01-01T00:00:00Z"}, False),
        ({"external_id": "A-1"}, True),
        ({"external_id": "A-2"}, False),
        ({"nhs_number": "999 000 0018"}, True),
        ({"nhs_number": "9990000026"}, False),
        ({"nhs_number": " - "}, False),
    ],
)
def test_filters(world: World, query: dict, found: bool):
    sent(world, external_id="A-1", patient=PERSON | {"practice_ods_code": world.practice.ods_code})
    assert bool(ids(world.surgery.get(LIST, query))) is found


def test_what_changed_since_counts_when_it_was_recorded_not_what_time_it_states(world: World):
    start = timezone.now()
    with time_machine.travel(start - timedelta(hours=2)):
        world.surgery.token, world.provider.token = world.surgery.get_token(), world.provider.get_token()
        told, visited, untouched = accepted(world), accepted(world), sent(world)
    world.surgery.token, world.provider.token = world.surgery.get_token(), world.provider.get_token()
    since = {"updated_since": (start - timedelta(minutes=1)).isoformat()}
    assert ids(world.surgery.get(LIST, since)) == []
    earlier = (start - timedelta(minutes=50)).isoformat()
    assert world.provider.step(visited, "first-contact", {"at": earlier}).status_code == 200
    world.provider.post(f"{LIST}/{told.pk}/messages", {"text": "We ring at noon"})
    assert set(ids(world.surgery.get(LIST, since))) == {str(told.pk), str(visited.pk)}
    assert untouched.pk


def test_another_organisation_sees_nothing_of_it(world: World):
    referral, offer = offered(world)
    stranger = partner(directory.practice(), *Scope)
    assert ids(stranger.get(LIST)) == []
    assert ids(stranger.get(LIST, {"nhs_number": PERSON["nhs_number"]})) == []
    unknown = stranger.get(f"{LIST}/{referral.patient_id}").json()
    for path in (f"referrals/{referral.pk}", f"patients/{referral.patient_id}"):
        hidden = stranger.get(f"/api/v1/{path}")
        assert hidden.status_code == 404
        assert hidden.json() | {"correlation_id": None} == unknown | {"correlation_id": None}
    for step in ("cancel", "withdraw", "first-contact", f"offers/{offer.pk}/accept"):
        body = {"reason": "x"} if step in {"cancel", "withdraw"} else {}
        assert stranger.step(referral, step, body).status_code == 404
    assert stranger.post(f"{LIST}/{referral.pk}/messages", {"text": "Hello"}).status_code == 404
    assert Access.objects.filter(outcome="refused", actor_kind="client", patient_id=referral.patient_id).count() == 2


def test_the_same_system_may_send_and_be_offered(world: World):
    referral, _ = offered(world)
    both = partner(world.trust, *Scope)
    own = both.send(patient={"family_name": "Own"}).json()["id"]
    assert set(ids(both.get(LIST))) == {own, str(referral.pk)}


def test_a_service_sees_its_own_offers_and_the_referrer_sees_all(world: World):
    elsewhere = directory.service("falls-response")
    directory.team(of=elsewhere)
    referral, _ = offered(world, world.service, elsewhere)
    path = f"{LIST}/{referral.pk}"
    assert {offer["service"]["slug"] for offer in world.provider.get(path).json()["offers"]} == {"crisis-response"}
    mine = world.surgery.get(path).json()
    assert {offer["service"]["slug"] for offer in mine["offers"]} == {"crisis-response", "falls-response"}
    assert all(offer["allowed_actions"] == [] for offer in mine["offers"])
    assert mine["tracking_token"] and not world.provider.get(path).json()["tracking_token"]


def test_a_team_client_sees_only_what_its_team_was_offered(world: World):
    referral, _ = offered(world)
    other = directory.team("night-team", of=directory.service("night", employer=world.trust))
    night = partner(world.trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND, team=other)
    crisis = partner(world.trust, Scope.REFERRALS_READ, Scope.OFFERS_RESPOND, team=world.team)
    assert ids(night.get(LIST)) == []
    assert ids(crisis.get(LIST)) == [str(referral.pk)]


def test_staff_of_other_organisations_have_no_names(world: World):
    referral = accepted(world)
    text = world.surgery.get(f"{LIST}/{referral.pk}")
    assert text.json()["messages"]
    assert world.clinician.name.encode() not in text.content
    assert world.clinician.name.encode() in world.provider.get(f"{LIST}/{referral.pk}").content


def test_what_teams_write_to_each_other_is_not_shown(world: World):
    referral = accepted(world)
    actions.send_message(referral_id=referral.pk, by=world.clinician, text="Between us", for_referrer=False)
    assert b"Between us" not in world.surgery.get(f"{LIST}/{referral.pk}").content


def test_questions_and_the_decision_are_shown(world: World):
    referral = sent(world)
    actions.acknowledge(referral_id=referral.pk, by=world.clinician)
    actions.ask(referral_id=referral.pk, by=world.clinician, question="Who has a key?")
    body = world.surgery.get(f"{LIST}/{referral.pk}").json()
    assert body["questions"][0]["text"] == "Who has a key?"
    assert "answer" in body["allowed_actions"]
    world.surgery.step(referral, "answer", {"text": "Her son"})
    actions.advise(referral_id=referral.pk, by=world.clinician, advice="See the falls clinic")
    body = world.surgery.get(f"{LIST}/{referral.pk}").json()
    assert body["questions"][0]["answer"] == "Her son"
    assert (body["decision"]["outcome"], body["decision"]["advice"]) == ("advise", "See the falls clinic")
    assert body["allowed_actions"] == ["messages"]


def test_clocks_are_read_at_the_moment_of_the_answer(world: World):
    referral = sent(world)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        world.surgery.token = world.surgery.get_token()
        item = world.surgery.get(LIST).json()["items"][0]
        assert (item["clock"]["code"], item["clock"]["state"]) == ("acknowledge", "breached")
        assert item["clock"]["seconds_left"] < 0
        states = {c["code"]: c["state"] for c in world.surgery.get(f"{LIST}/{referral.pk}").json()["clocks"]}
        assert states == {"acknowledge": "breached", "respond": "running"}


def test_a_restricted_person_is_an_id_and_nothing_more(world: World):
    referral = sent(world)
    Patient.objects.update(restricted=True)
    expected = {"id": str(referral.patient_id), "restricted": True}
    assert world.surgery.get(LIST).json()["items"][0]["patient"] == expected
    assert world.surgery.get(f"{LIST}/{referral.pk}").json()["patient"] == expected
    assert ids(world.surgery.get(LIST, {"nhs_number": PERSON["nhs_number"]})) == []
    assert world.surgery.get(f"/api/v1/patients/{referral.patient_id}").status_code == 404
    assert world.surgery.send(patient={"id": str(referral.patient_id)}).status_code == 201


def test_every_look_is_logged(world: World):
    referral = sent(world)
    world.surgery.get(LIST)
    world.surgery.get(LIST)
    world.surgery.get(f"{LIST}/{referral.pk}")
    world.surgery.get(f"/api/v1/patients/{referral.patient_id}")
    looks = Access.objects.filter(patient_id=referral.patient_id, via="api", outcome="allowed")
    assert sorted(looks.values_list("what", flat=True)) == ["patient", "referral", "referrals"]
    assert set(looks.values_list("organisation_id", "actor_kind")) == {(world.practice.pk, "client")}


def test_a_person_is_shown_to_those_with_a_relationship(world: World):
    referral = sent(world, patient=PERSON | {"practice_ods_code": world.practice.ods_code})
    body = world.surgery.get(f"/api/v1/patients/{referral.patient_id}").json()
    assert (body["family_name"], body["nhs_number"], body["place"]) == ("Example", "9990000018", "leicester")
    assert body["practice"]["ods_code"] == world.practice.ods_code
    answer = world.surgery.get("/api/v1/patients/0192f3b4-7c1e-7d5a-9a51-5d0f6c2b8e11")
    assert answer.status_code == 404
    assert Access.objects.filter(what="patient", outcome="refused").count() == 1


class TestNotModified:
    def test_nothing_changed(self, world: World):
        referral = sent(world)
        tag = world.surgery.get(f"{LIST}/{referral.pk}")["ETag"]
        answer = world.surgery.get(f"{LIST}/{referral.pk}", **{"If-None-Match": tag})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)

    def test_another_version(self, world: World):
        referral = sent(world)
        assert world.surgery.get(f"{LIST}/{referral.pk}", **{"If-None-Match": 'W/"7", "x"'}).status_code == 200

    def test_a_message_shows_although_it_makes_no_version(self, world: World):
        referral = sent(world)
        world.surgery.post(f"{LIST}/{referral.pk}/messages", {"text": "Her daughter is there"})
        answer = world.surgery.get(f"{LIST}/{referral.pk}", **{"If-None-Match": 'W/"1"'})
        assert (answer.status_code, answer["ETag"]) == (200, 'W/"1"')

    @pytest.mark.parametrize("minutes", [12, 16])
    def test_a_clock_that_ran_near_or_out_shows(self, world: World, minutes: int):
        referral = sent(world)
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            world.surgery.token = world.surgery.get_token()
            answer = world.surgery.get(f"{LIST}/{referral.pk}", **{"If-None-Match": 'W/"1"'})
            assert answer.status_code == 200


class TestDirectory:
    def test_services_by_place_need_urgency_and_hours(self, world: World):
        closed = directory.service("closed", twenty_four_hours=False, needs=["falls"], urgencies=["routine"])
        path = "/api/v1/services"

        def slugs(**query: str) -> list[str]:
            return [one["slug"] for one in world.surgery.get(path, query).json()["items"]]

        assert slugs() == ["closed", "crisis-response"]
        assert slugs(open_now="true") == ["crisis-response"]
        assert slugs(open_now="false", need="falls") == ["closed"]
        assert slugs(urgency="crisis", place="leicester") == ["crisis-response"]
        assert slugs(place="rutland") == []
        one = world.surgery.get(f"{path}/closed").json()
        assert (one["id"], one["areas"], one["open_now"]) == (str(closed.pk), ["leicester"], False)

    def test_the_real_directory_has_criteria_hours_and_standards(self, world: World):
        directory.reference_data()
        rows = world.surgery.get("/api/v1/services").json()["items"]
        assert any(row["criteria"] for row in rows) and any(row["hours"] for row in rows)
        assert any(row["places"] for row in rows)

    def test_organisations_by_kind_code_and_name(self, world: World):
        path = "/api/v1/organisations"

        def names(**query: str) -> list[str]:
            return [one["name"] for one in world.surgery.get(path, query).json()["items"]]

        assert names(kind="practice") == [world.practice.name]
        assert names(ods_code=world.practice.ods_code.lower()) == [world.practice.name]
        assert names(q=world.trust.name[:12].upper()) == [world.trust.name]
        everybody = names()
        first = world.surgery.get(path, {"limit": 1}).json()
        second = world.surgery.get(first["next"]).json()
        assert [first["items"][0]["name"], second["items"][0]["name"]] == everybody[:2]
        one = world.surgery.get(f"{path}/{world.practice.pk}").json()
        assert (one["place"], one["kind"]) == ("leicester", "practice")


def test_nothing_runs_in_an_answer(world: World):
    policy = "default-src 'none'; frame-ancestors 'none'"
    for answer in (world.surgery.get(LIST), world.surgery.get(f"{LIST}/nobody")):
        assert answer["Content-Security-Policy"] == policy
