"""The first page of a team that responds: crisis care, reablement and follow-ups, where they hold somebody."""

import pytest

from tests.factories import people
from tests.factories.homefirst_crisis import CrisisCast, episode
from tests.factories.homefirst_reablement import Reablers
from tests.homefirst.web.at_home import on_board, tabs

pytestmark = pytest.mark.django_db
BOARDS = {"crisis": "/crisis/", "reablement": "/reablement/", "follow_ups": "/follow-ups/"}


def shown(page: str) -> list[str]:
    return [board for board in BOARDS if f'aria-labelledby="{board}"' in page]


def test_a_crisis_team_sees_whom_it_supports_once_there_is_somebody(as_):
    team = CrisisCast()
    nurse = as_(team.nurse)
    assert shown(nurse.get("/").content.decode()) == []
    episode(team, hours=80)
    page = nurse.get("/").content.decode()
    assert shown(page) == ["crisis"]
    held = [(text, count) for _, text, count in tabs(page, "crisis")]
    assert held == on_board(nurse.get("/crisis/").content.decode())
    assert ("Out of time", "1") in held
    assert shown(as_(people.actor("community_worker")).get("/").content.decode()) == []


def test_a_reablement_team_sees_its_episodes_and_whom_to_ask(as_):
    team = Reablers()
    team.follow_up()
    worker = as_(team.worker)
    page = worker.get("/").content.decode()
    assert shown(page) == ["reablement", "follow_ups"]
    for board in shown(page):
        held = [(text, count) for _, text, count in tabs(page, board)]
        assert held == on_board(worker.get(BOARDS[board]).content.decode())
        assert held[0][1] == "1"
