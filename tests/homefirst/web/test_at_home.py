"""The first page of whoever works from a board of Home First: each list with how many it holds, and nobody's name."""

import re

import pytest
from django.urls import reverse

from homefirst.states import DischargeStatus
from tests.factories import homefirst_beds as beds
from tests.factories import people
from tests.factories.homefirst_discharge import Cast, make_case, task
from tests.homefirst.web.at_home import on_board, tabs
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Cast)]


@pytest.fixture
def going_home(cast):
    for status in DischargeStatus:
        make_case(cast, status)
    task(cast, make_case(cast, DischargeStatus.READY))
    return cast


@pytest.mark.parametrize(
    ("who", "board"), [("ward", "ward_board"), ("nurse", "getting_home"), ("equipment", "discharge_tasks")]
)
def test_each_list_counts_what_the_board_counts(going_home, as_, who, board):
    client = as_(getattr(going_home, who))
    shown = tabs(client.get("/").content.decode(), board)
    assert [(text, count) for _, text, count in shown] == on_board(client.get(reverse(board)).content.decode())
    assert any(int(count) for _, _, count in shown)
    for href, _, count in shown:
        assert 'aria-current="page">' in client.get(href).content.decode()
        assert re.search(
            rf'aria-current="page">[^<]*<span class="app-tabs__count">{count}<', client.get(href).content.decode()
        )


@pytest.mark.parametrize("who", ["ward", "nurse", "equipment"])
def test_nobody_is_named(going_home, as_, who):
    page = as_(getattr(going_home, who)).get("/").content.decode()
    assert "data-row" not in page


@pytest.mark.parametrize(("role", "board"), [("broker", "packages"), ("care_provider", "package_requests")])
def test_whoever_finds_or_gives_care_sees_their_lists(cast, as_, role, board):
    client = as_(people.actor(role))
    shown = tabs(client.get("/").content.decode(), board)
    assert [(text, count) for _, text, count in shown] == on_board(client.get(reverse(board)).content.decode())


def test_beds_are_counted_by_what_they_are_now(cast, as_):
    ward = beds.ward()
    manager = beds.manager(ward)
    shown = {text: count for _, text, count in tabs(as_(manager).get("/").content.decode(), "beds")}
    assert shown["Free"] == str(ward.beds.count())
    assert shown["Kept"] == shown["In use, leaving today"] == "0"
    assert shown["People who fit free places"] == ""


@pytest.mark.parametrize("role", ["referrer", "commissioner", "triage_clinician"])
def test_others_have_no_such_board(as_, role):
    page = as_(people.actor(role)).get("/").content.decode()
    for board in ("ward_board", "getting_home", "discharge_tasks", "packages", "package_requests", "beds"):
        assert f'aria-labelledby="{board}"' not in page


def test_an_empty_board_says_none(cast, as_):
    shown = tabs(as_(cast.nurse).get("/").content.decode(), "getting_home")
    assert {count for _, _, count in shown} == {"0"}


def test_each_board_asks_one_question(going_home, as_, django_assert_max_num_queries):
    client = as_(going_home.nurse)
    client.get("/")
    with django_assert_max_num_queries(6):
        assert "Getting home" in words(client.get("/"))
