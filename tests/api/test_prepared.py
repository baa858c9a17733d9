"""Questions compiled once answer what the same questions built anew would answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts import prepared
from accounts.actors import Actor
from accounts.prepared import as_actor, compile_plan, ids_of, rows, shape_of
from api.reading import _record, _summaries, record_of, summaries
from api.scopes import Scope
from audit import statements
from directory.models import Team
from referrals.models import Referral
from tests.api.world import World, accepted, offered, partner, sent
from tests.factories import directory


def actors(world: World) -> list[Actor]:
    both = partner(world.trust, *Scope)
    team = partner(world.trust, Scope.OFFERS_RESPOND, team=world.team)
    stranger = partner(directory.practice(), *Scope)
    nobody = partner(world.trust, Scope.DIRECTORY_READ)
    return [who.actor for who in (world.surgery, world.provider, both, team, stranger, nobody)]


def test_the_same_rows_for_everybody_whoever_asked_first(world: World):
    offered(world), accepted(world), sent(world)
    prepared._plans.clear()
    everybody = actors(world)
    for order in (everybody, everybody[::-1]):
        for actor in order:
            anew = _summaries(actor, {}, (), 50)
            assert summaries(actor, {}, None, 50) == list(anew)
            for referral in Referral.objects.visible_to(world.clinician):
                assert record_of(actor, referral.pk) == _record(actor, referral.pk).first()


def test_what_was_given_never_enters_what_is_kept(world: World):
    actor = world.surgery.actor
    plan = compile_plan(ids_of(actor), lambda slots: _summaries(as_actor(actor, slots), slots, (), 50))
    assert str(actor.organisation_id) not in plan.sql
    assert "organisation" in plan.slots


def test_a_constant_with_a_percent_sign_stays_what_it_is(world: World):
    team = world.team
    Team.objects.filter(pk=team.pk).update(name="100% %s home")
    build = lambda slots: Team.objects.filter(name="100% %s home", pk=slots["team"]).values("pk", "name")  # noqa: E731
    for _ in range(2):
        assert rows("percent", {"team": team.pk}, build) == [{"pk": team.pk, "name": "100% %s home"}]
    assert rows("percent", {"team": uuid4()}, build) == []


def test_postgresql_keeps_the_plan_for_the_connection(world: World):
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            return cursor.fetchone()[0]

    prepared._plans.clear()
    before = kept()
    counts = [(summaries(world.surgery.actor, {}, None, 17), kept())[1] - before for _ in range(2)]
    assert counts == [1, 1]


def test_a_connection_keeps_a_bounded_number_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statements, "MOST", 2)
    with connection.cursor() as cursor:
        for number in [*range(5), *range(5)]:
            statements.execute(cursor, f"SELECT {number} + %s", [1])
            assert cursor.fetchone() == (number + 1,)


def test_a_moment_that_would_be_frozen_is_refused(world: World):
    with pytest.raises(LookupError, match="moment"):
        compile_plan(
            {},
            lambda _: Referral.objects.visible_to(world.clinician).filter(received_at__lt=timezone.now()).values("id"),
        )


def test_plans_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepared, "MOST_PLANS", 2)
    prepared._plans.clear()
    for limit in range(1, 5):
        summaries(world.surgery.actor, {}, None, limit)
    assert len(prepared._plans) <= 2


def test_a_question_that_nothing_can_answer(world: World):
    actor = world.surgery.actor
    assert rows(("none", shape_of(actor)), ids_of(actor), lambda _: Referral.objects.none().values("id")) == []


def test_time_passes_for_a_kept_question(world: World):
    sent(world)
    soon = timezone.now() + timedelta(minutes=1)
    assert summaries(world.surgery.actor, {"received_to": soon}, None, 5)
    assert not summaries(world.surgery.actor, {"received_to": soon - timedelta(days=1)}, None, 5)
