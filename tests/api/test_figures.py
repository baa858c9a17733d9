"""Figures for partners: the same numbers as the pages, the same small ones hidden, and never a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from api.scopes import Scope
from bcf import counting
from bcf.metrics import METRICS
from tests.api.world import World, partner, sent
from tests.bcf.conftest import one_transaction
from tests.factories import patients

__all__ = ["one_transaction"]
RECEIVED = "/api/v1/metrics/referrals_received/figures"


@pytest.fixture
def analyst(world: World):
    return partner(world.trust, Scope.FIGURES_READ)


def received(world: World, number: int) -> None:
    for _ in range(number):
        sent(world)


def test_every_metric_is_explained(analyst):
    found = analyst.get("/api/v1/metrics").json()

    assert [item["key"] for item in found["items"]] == list(METRICS)
    assert all(item["definition"] and item["source"] and item["version"] >= 1 for item in found["items"])


def test_figures_are_counted_and_small_ones_hidden(world, analyst, one_transaction):
    received(world, 4)
    counting.count()
    (few,) = analyst.get(RECEIVED, {"period": "quarter"}).json()["items"]
    assert (few["hidden"], few["numerator"], few["value"]) == (True, None, None)

    received(world, 2)
    counting.count()
    answer = analyst.get(RECEIVED, {"period": "quarter"}).json()
    (six,) = answer["items"]
    assert (six["hidden"], six["numerator"], six["value"], six["scope"]) == (False, 6, 6.0, "llr")
    assert answer["counted_at"]


def test_known_on_an_earlier_day_nothing_was_known(world, analyst, one_transaction):
    received(world, 6)
    counting.count()
    yesterday = timezone.localdate() - timedelta(days=1)

    assert analyst.get(RECEIVED, {"known_on": yesterday.isoformat()}).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"level": "district"}, "VALIDATION_FAILED"),
        ({"period": "year"}, "VALIDATION_FAILED"),
        ({"scope": "atlantis"}, "INVALID_VALUE"),
        ({"known_on": "2999-01-01"}, "FUTURE_TIME"),
        ({"start_from": "2026-02-30"}, "VALIDATION_FAILED"),
        ({"start_from": "2026-02-01", "start_to": "2026-01-01"}, "INVALID_VALUE"),
        ({"start_to": "0001-01-01"}, "INVALID_VALUE"),
        ({"period": "day", "start_from": "2020-01-01"}, "INVALID_VALUE"),
        ({"colour": "red"}, "UNKNOWN_FIELD"),
    ],
)
def test_what_cannot_be_read_is_said(analyst, query, code):
    answer = analyst.get(RECEIVED, query)

    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_an_unknown_metric_is_not_found(analyst):
    assert analyst.get("/api/v1/metrics/secrets/figures").status_code == 404


def test_the_scope_opens_nothing_about_a_person(world, analyst):
    person = patients.patient(practice=world.practice, seen_by=world.trust)

    for address in ("/api/v1/referrals", f"/api/v1/patients/{person.pk}", "/api/v1/organisations"):
        assert analyst.get(address).status_code == 403
    assert world.surgery.get(RECEIVED).status_code == 403


def test_figures_cost_few_statements(analyst, django_assert_max_num_queries):
    analyst.get(RECEIVED)
    with django_assert_max_num_queries(6):
        analyst.get(RECEIVED)
