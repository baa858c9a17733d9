"""Retries: once per key, whatever happens; failures leave the key free."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from api.models import IdempotencyRecord
from api.tasks import forget_what_ran_out
from referrals.models import Referral, Step
from tests.api.world import REFERRAL, World, offered, sent

LIST = "/api/v1/referrals"
KEY = "Idempotency-Key"


def test_a_retry_gets_the_same_answer_and_sends_nobody_twice(world: World):
    first = world.surgery.send(key="k")
    again = world.surgery.send(key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Referral.objects.count() == 1


def test_a_retry_is_answered_even_when_nobody_could_receive_it_now(world: World):
    first = world.surgery.send(key="k")
    world.door.active = False
    world.door.save()
    assert world.surgery.send(key="k").content == first.content


def test_spacing_and_order_do_not_make_another_body(world: World):
    world.surgery.send(key="k")
    text = " " + str({name: REFERRAL[name] for name in reversed(REFERRAL)}).replace("'", '"') + "\n"
    assert world.surgery.post(LIST, text, **{KEY: "k"})["Idempotent-Replayed"] == "true"


def test_another_body_or_address_under_the_key_is_refused(world: World):
    referral = sent(world, key="k")
    other = world.surgery.send(key="k", urgency="routine")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    step = world.surgery.step(referral, "cancel", {"reason": "x"}, **{KEY: "k"})
    assert step.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert Referral.objects.get().status == "submitted"


def test_a_key_belongs_to_its_client(world: World):
    from api.scopes import Scope
    from tests.api.world import partner

    other = partner(world.trust, Scope.REFERRALS_WRITE)
    assert world.surgery.send(key="k").json()["id"] != other.send(key="k").json()["id"]


def test_a_failed_request_leaves_the_key_free(world: World):
    assert world.surgery.send(key="k", urgency="never").status_code == 422
    world.door.active = False
    world.door.save()
    assert world.surgery.send(key="k").json()["code"] == "NO_POINT_OF_ACCESS"
    assert IdempotencyRecord.objects.count() == 0
    world.door.active = True
    world.door.save()
    assert world.surgery.send(key="k").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "naïve", "a\tb", " a"])
def test_a_key_that_is_not_usable(world: World, key: str):
    answer = world.surgery.post(LIST, REFERRAL, **{KEY: key})
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_IDEMPOTENCY_KEY"


def test_sending_needs_a_key(world: World):
    answer = world.surgery.post(LIST, REFERRAL)
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_REQUIRED")


def test_a_step_is_replayed_even_after_others(world: World):
    referral, offer = offered(world)
    path, version = f"offers/{offer.pk}/accept", {"If-Match": 'W/"3"', KEY: "k"}
    first = world.provider.step(referral, path, **version)
    world.provider.step(referral, "set-out")
    again = world.provider.step(referral, path, **version)
    assert (again.status_code, again.content) == (200, first.content)
    assert Step.objects.filter(referral=referral, verb="accept-offer").count() == 1


def test_a_message_is_written_once(world: World):
    path = f"{LIST}/{sent(world).pk}/messages"
    first = world.surgery.post(path, {"text": "Hello"}, **{KEY: "k"})
    assert world.surgery.post(path, {"text": "Hello"}, **{KEY: "k"}).content == first.content
    assert len(first.json()["messages"]) == 1


def test_old_keys_and_expired_tokens_are_forgotten(world: World):
    world.surgery.send(key="old")
    world.surgery.send(key="new")
    IdempotencyRecord.objects.filter(key="old").update(created_at=timezone.now() - timedelta(days=8))
    AccessToken.objects.filter(application=world.provider.client).update(expires=timezone.now() - timedelta(days=1))
    forget_what_ran_out()
    assert [str(record).split()[1] for record in IdempotencyRecord.objects.all()] == ["new"]
    assert AccessToken.objects.count() == 1
