"""Steps: every one, with its version, by whom it may be taken."""

import pytest
from django.utils import timezone

from directory.models import Criterion, Organisation
from referrals import actions
from referrals.models import Referral, ReferralOffer, UnmetNeed
from tests.api.world import Partner, World, accepted, offered, sent
from tests.factories import directory

LIST = "/api/v1/referrals"


@pytest.mark.parametrize(
    ("step", "body", "status"),
    [
        ("cancel", {"reason": "Family helps"}, "cancelled"),
        ("withdraw", {"reason": "She says no"}, "withdrawn"),
        ("record-death", {}, "died"),
    ],
)
def test_the_referrer_ends_it(world: World, step: str, body: dict, status: str):
    answer = world.surgery.step(sent(world), step, body)
    assert (answer.status_code, answer.json()["status"], answer["ETag"]) == (200, status, 'W/"2"')
    assert answer.json()["closed_at"]
    assert set(answer.json()["patient"]) == {"id"}


def test_a_question_is_answered(world: World):
    referral = sent(world)
    actions.ask(referral_id=referral.pk, by=world.clinician, question="Key?")
    answer = world.surgery.step(referral, "answer", {"text": "Under the mat"})
    assert answer.json()["status"] == "in_triage"
    assert world.surgery.step(referral, "answer", {"text": "Again"}).json()["code"] == "INVALID_STATE"


def test_the_whole_way_of_a_service(world: World):
    referral, offer = offered(world)
    path = f"offers/{offer.pk}"
    assert world.provider.step(referral, f"{path}/acknowledge").json()["offers"][0]["status"] == "acknowledged"
    assert world.provider.step(referral, f"{path}/ask", {"question": "Stairs?"}).status_code == 200
    assert world.surgery.step(referral, "answer", {"text": "None"}).status_code == 200
    assert world.provider.step(referral, f"{path}/waitlist", {"note": "Full", "hours": 3.5}).status_code == 200
    assert UnmetNeed.objects.get().hours == 3.5
    assert world.provider.step(referral, f"{path}/accept").json()["status"] == "allocated"
    assert world.provider.step(referral, "set-out").json()["status"] == "responding"
    at = timezone.now().isoformat()
    assert world.provider.step(referral, "first-contact", {"at": at}).json()["first_contact_at"]
    done = {"outcome": "at_home_with_support", "avoided_admission": "yes", "next_step": "Therapist on Monday"}
    finished = world.provider.step(referral, "complete", done).json()
    assert (finished["status"], finished["outcome"]) == ("completed", "at_home_with_support")
    assert "Therapist on Monday" in str(world.surgery.get(f"{LIST}/{referral.pk}").json()["messages"])
    assert world.provider.step(referral, "reopen", {"reason": "Fell again"}).json()["status"] == "allocated"
    assert world.provider.step(referral, "call-999", {"reason": "Chest pain"}).json()["status"] == "escalated_999"


def test_another_service_takes_over(world: World):
    directory.team(of=directory.service("reablement"))
    referral = accepted(world)
    answer = world.provider.step(referral, "redirect", {"service": "reablement", "reason": "Weeks of help"})
    assert answer.json()["status"] == "offered"
    unknown = world.provider.step(accepted(world), "redirect", {"service": "none", "reason": "x"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "service")


def criterion(world: World, **fields: object) -> Criterion:
    fields = {"code": "adult", "text": "Is aged 18 or over", "valid_from": "2020-01-01"} | fields
    return Criterion.objects.create(service=world.service, **fields)


def test_an_offer_is_declined_on_a_hard_criterion_only(world: World):
    criterion(world)
    criterion(world, code="advice", hard=False)
    referral, offer = offered(world)
    path = f"offers/{offer.pk}/decline"
    assert world.provider.step(referral, path, {"criterion": "advice"}).json()["code"] == "CRITERION_NOT_HARD"
    unknown = world.provider.step(referral, path, {"criterion": "full"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "criterion")
    answer = world.provider.step(referral, path, {"criterion": "adult", "note": "Aged 12"}).json()
    assert answer["offers"][0]["decline_criterion"]["code"] == "adult"
    assert answer["offers"][0]["note"] == "Aged 12"
    seen = world.surgery.get(f"{LIST}/{referral.pk}").json()["offers"][0]
    assert (seen["status"], seen["note"]) == ("declined", None)


@pytest.mark.parametrize(
    ("at", "code"), [("2100-01-01T00:00:00Z", "FUTURE_TIME"), ("2001-01-01T00:00:00Z", "TOO_EARLY")]
)
def test_times_that_cannot_be(world: World, at: str, code: str):
    answer = world.provider.step(accepted(world), "first-contact", {"at": at})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "at"


def test_a_step_that_is_not_possible_any_more(world: World):
    referral = sent(world)
    world.surgery.step(referral, "cancel", {"reason": "x"})
    answer = world.surgery.step(referral, "cancel", {"reason": "y"})
    assert (answer.status_code, answer.json()["code"]) == (409, "INVALID_STATE")


def test_a_step_that_belongs_to_somebody_else(world: World):
    referral, _ = offered(world)
    answer = world.provider.step(referral, "withdraw", {"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_RELATIONSHIP")


def test_an_offer_to_somebody_else_is_not_there(world: World):
    elsewhere = directory.service("elsewhere")
    directory.team(of=elsewhere)
    referral, mine = offered(world, world.service, elsewhere)
    theirs = ReferralOffer.objects.get(referral=referral, service=elsewhere)
    for offer_id in (theirs.pk, referral.pk):
        for step, body in (("accept", {}), ("decline", {"criterion": "adult"})):
            answer = world.provider.step(referral, f"offers/{offer_id}/{step}", body)
            assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    mine.refresh_from_db()
    assert mine.status == "requested"


class TestVersions:
    def test_without_if_match(self, world: World):
        path = f"{LIST}/{sent(world).pk}/cancel"
        answer = world.surgery.post(path, {"reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (428, "PRECONDITION_REQUIRED")

    @pytest.mark.parametrize("tag", ["1", "*", 'W/"x"', 'W/"1", W/"2"', '"01"', 'W/"-1"', 'W/"9999999999"', ""])
    def test_malformed(self, world: World, tag: str):
        answer = world.surgery.step(sent(world), "cancel", {"reason": "x"}, **{"If-Match": tag})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_IF_MATCH")

    @pytest.mark.parametrize("tag", ['W/"1"', '"1"', ' W/"1" '])
    def test_weak_strong_or_with_spaces(self, world: World, tag: str):
        assert world.surgery.step(sent(world), "cancel", {"reason": "x"}, **{"If-Match": tag}).status_code == 200

    def test_stale_names_nobody_and_changes_nothing(self, world: World):
        referral = sent(world)
        actions.acknowledge(referral_id=referral.pk, by=world.clinician)
        answer = world.surgery.step(referral, "cancel", {"reason": "x"}, **{"If-Match": 'W/"1"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "STALE_VERSION")
        assert world.clinician.name not in answer.json()["detail"]
        assert Referral.objects.get(pk=referral.pk).status == "in_triage"

    def test_the_same_step_again_is_a_retry_not_a_conflict(self, world: World):
        referral = sent(world)
        first = world.surgery.step(referral, "cancel", {"reason": "x"}, **{"If-Match": 'W/"1"'})
        again = world.surgery.step(referral, "cancel", {"reason": "x"}, **{"If-Match": 'W/"1"'})
        assert (again.status_code, again["ETag"]) == (200, first["ETag"])


def test_messages_reach_both_sides_and_change_no_version(world: World):
    referral = accepted(world)
    answer = world.provider.post(f"{LIST}/{referral.pk}/messages", {"text": "On our way"})
    assert answer.status_code == 201
    assert "On our way" in str(world.surgery.get(f"{LIST}/{referral.pk}").json()["messages"])
    assert world.provider.post(f"{LIST}/{referral.pk}/messages", {"text": " "}).status_code == 422


def test_a_message_names_its_author_to_their_own_organisation_even_where_another_has_its_name(world: World):
    Organisation.objects.filter(pk__in=[world.practice.pk, world.trust.pk]).update(name="Meadow House")
    referral = accepted(world)
    path = f"{LIST}/{referral.pk}"
    assert world.provider.post(f"{path}/messages", {"text": "On our way"}).status_code == 201
    actions.send_message(referral_id=referral.pk, by=world.clinician, text="The door is open")
    assert world.surgery.post(f"{path}/messages", {"text": "Thank you"}).status_code == 201

    def authors(reader: Partner) -> dict[str, str | None]:
        return {each["text"]: each["by"] for each in reader.get(path).json()["messages"] if not each["automatic"]}

    ours, theirs = authors(world.provider), authors(world.surgery)
    assert ours == {"On our way": "A system", "The door is open": world.clinician.name, "Thank you": None}
    assert theirs == {"On our way": None, "The door is open": None, "Thank you": "A system"}


def test_every_allowed_action_is_accepted(world: World):
    bodies = {
        "cancel": {"reason": "x"},
        "withdraw": {"reason": "x"},
        "record-death": {},
        "set-out": {},
        "first-contact": {},
        "call-999": {"reason": "x"},
        "redirect": {"service": "other", "reason": "x"},
        "messages": {"text": "x"},
    }
    directory.team(of=directory.service("other"))
    for who, make in ((world.surgery, sent), (world.provider, accepted)):
        for action in who.get(f"{LIST}/{make(world).pk}").json()["allowed_actions"]:
            assert who.step(make(world), action, bodies[action]).status_code in {200, 201}, action
