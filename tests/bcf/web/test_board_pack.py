"""The board pack: the agenda is the reader's, and its address keeps it."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Area
from tests.bcf.web.pages import source, words
from tests.factories import figures

TWO = "chosen=1&m=crisis_reached&m=unmet_need"


def agenda(client: Client, query: str) -> list[str]:
    page = client.get(f"/figures/board-pack/?{query}", follow=True).content.decode()
    return re.findall(r'name="m" value="(\w+)"', page)


def test_begins_with_the_key_figures(commissioner: Client):
    assert agenda(commissioner, "")[0] == "crisis_reached"
    assert len(agenda(commissioner, "")) == 6


@pytest.mark.parametrize(
    ("pressed", "order"),
    [
        ("up=unmet_need", ["unmet_need", "crisis_reached"]),
        ("down=crisis_reached", ["unmet_need", "crisis_reached"]),
        ("up=crisis_reached", ["crisis_reached", "unmet_need"]),
        ("drop=crisis_reached", ["unmet_need"]),
        ("add=handoffs", ["crisis_reached", "unmet_need", "handoffs"]),
        ("add=unmet_need", ["crisis_reached", "unmet_need"]),
        ("up=nonsense", ["crisis_reached", "unmet_need"]),
    ],
)
def test_each_button_changes_the_order_by_one(commissioner: Client, pressed: str, order: list[str]):
    assert agenda(commissioner, f"{TWO}&{pressed}") == order


def test_buttons_keep_the_rest(commissioner: Client):
    answer = commissioner.get(f"/figures/board-pack/?{TWO}&title=Winter&meeting=2026-12-03&up=unmet_need&period=week")

    assert answer.status_code == 302
    for kept in ("title=Winter", "meeting=2026-12-03", "period=week", "m=unmet_need&m=crisis_reached"):
        assert kept in answer["Location"]


def test_nothing_chosen_stays_nothing(commissioner: Client):
    assert agenda(commissioner, "chosen=1") == []
    assert "Nothing is on the agenda" in words(commissioner.get("/figures/board-pack/?chosen=1"))


def test_the_sheets_follow_the_agenda(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(60, 100), (70, 100)])

    page = commissioner.get(f"/figures/board-pack/sheets/?{TWO}&title=Winter+board&meeting=2026-12-03")

    said = words(page)
    assert said.index("1. Crisis referrals reached in time") < said.index("2. Unmet need")
    assert "Winter board Meeting of 3 December 2026" in said
    assert said.count("A number from 1 to 4 is never shown") == 3
    assert page.content.decode().count('class="app-sheet"') == 3


def test_a_hidden_number_is_on_no_sheet(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(6003, 8001)] * 3, finest="")

    page = source(commissioner.get(f"/figures/board-pack/sheets/?{TWO}"))

    assert "6003" not in page
    assert "6,003" not in page


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("m=x&chosen=1", "This link names a metric that does not exist"),
        ("title=" + "x" * 121, "Enter a title of 120 characters or fewer"),
        ("meeting=soon", "Enter a real meeting date"),
        ("meeting=0001-01-01", "Enter a meeting date from 2000"),
        ("where=place.nowhere", "Choose an area or service from the list"),
        ("known_on=2999-01-01", "Choose today or a day in the past"),
    ],
)
@pytest.mark.parametrize("path", ["/figures/board-pack/", "/figures/board-pack/sheets/"])
def test_what_cannot_be_read_is_said(commissioner: Client, path: str, asked: str, answer: str):
    page = commissioner.get(f"{path}?{asked}")

    assert page.status_code == 422
    assert answer in words(page)


def test_a_title_is_text(commissioner: Client):
    page = commissioner.get("/figures/board-pack/sheets/?title=<script>alert(1)</script>").content.decode()

    assert "<script>alert(1)" not in page


def test_takes_few_statements(commissioner: Client, system: Area, django_assert_max_num_queries):
    figures.months("crisis_reached", system, [(60, 100)] * 3, restated=True, reason="Counted anew")

    with django_assert_max_num_queries(8):
        commissioner.get(f"/figures/board-pack/sheets/?{TWO}&known_on={timezone.localdate()}")
