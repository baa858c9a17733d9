"""Several requests at once, on real connections: once per key, one winner per offer."""

import pytest

from api.models import IdempotencyRecord
from api.scopes import Scope
from audit.events import Kind
from audit.models import Event
from patients.models import Patient
from referrals.models import Clock, Referral, Step, Transition
from tests.api.world import PERSON, Partner, make_world, offered, partner
from tests.factories import directory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def what_is_there() -> dict[str, int]:
    """How many rows of each kind a sent referral leaves."""
    return {
        "referrals": Referral.objects.count(),
        "steps": Step.objects.count(),
        "transitions": Transition.objects.count(),
        "clocks": Clock.objects.count(),
        "told": Event.objects.filter(kind=Kind.REFERRAL_SUBMITTED).count(),
        "keys": IdempotencyRecord.objects.count(),
    }


def test_the_same_key_sends_one_referral():
    world = make_world()
    answers = together(*[lambda: world.surgery.send(key="k")] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
    assert what_is_there() == {"referrals": 1, "steps": 1, "transitions": 1, "clocks": 2, "told": 1, "keys": 1}


def test_the_same_key_for_somebody_new_adds_one_person():
    world = make_world()
    before = Patient.objects.count()
    someone = PERSON | {"nhs_number": "9990000026", "family_name": "Newcomer"}
    answers = together(*[lambda: world.surgery.send(key="k", patient=someone)] * 3)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (Referral.objects.count(), Patient.objects.count()) == (1, before + 1)


def test_the_same_key_takes_one_step():
    world = make_world()
    referral, offer = offered(world)
    headers = {"If-Match": 'W/"3"', "Idempotency-Key": "k"}
    path = f"offers/{offer.pk}/accept"
    answers = together(*[lambda: world.provider.step(referral, path, **headers)] * 3)
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert Step.objects.filter(referral=referral, verb="accept-offer").count() == 1
    assert IdempotencyRecord.objects.filter(key="k").count() == 1


def test_what_is_refused_when_it_is_written_leaves_nothing():
    world = make_world()
    world.surgery.send(external_id="once")
    before = what_is_there()
    refused = world.surgery.send(external_id="once")
    assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_EXTERNAL_ID")
    assert what_is_there() == before


def test_the_same_key_with_two_bodies_sends_one_of_them():
    world = make_world()
    answers = together(lambda: world.surgery.send(key="k"), lambda: world.surgery.send(key="k", urgency="routine"))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert Referral.objects.count() == 1


def test_different_keys_send_different_referrals():
    world = make_world()
    answers = together(*[lambda: world.surgery.send()] * 3)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_two_systems_accept_one_offer():
    world = make_world()
    referral, offer = offered(world)
    other = Partner(world.provider.client)
    path = f"offers/{offer.pk}/accept"
    answers = together(*[lambda who=who: who.step(referral, path) for who in (world.provider, other)])
    assert sorted(answer.status_code for answer in answers) == [200, 200]
    assert Step.objects.filter(referral=referral, verb="accept-offer").count() == 1


def test_two_services_accept_two_offers_and_one_has_it():
    world = make_world()
    elsewhere = directory.service("elsewhere")
    directory.team(of=elsewhere)
    rival = partner(elsewhere.organisation, Scope.OFFERS_RESPOND)
    referral, mine = offered(world, world.service, elsewhere)
    theirs = referral.offers.get(service=elsewhere)
    answers = together(
        lambda: world.provider.step(referral, f"offers/{mine.pk}/accept"),
        lambda: rival.step(referral, f"offers/{theirs.pk}/accept"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert sorted(referral.offers.values_list("status", flat=True)) == ["accepted", "withdrawn"]
