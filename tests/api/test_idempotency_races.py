"""Several requests at once, on real connections: once per key, one winner per offer."""

import pytest

from api.scopes import Scope
from referrals.models import Referral, Step
from tests.api.world import Partner, make_world, offered, partner
from tests.factories import directory
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_key_sends_one_referral():
    world = make_world()
    answers = together(*[lambda: world.surgery.send(key="k")] * 4)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
    assert Referral.objects.count() == 1


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
