"""A board with nobody on it says so once, and says why when the filters are the reason."""

import pytest
from django.urls import reverse

from tests.factories import directory, people
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "board"),
    [
        ("hub_member", "getting_home"),
        ("ward_coordinator", "ward_board"),
        ("task_worker", "discharge_tasks"),
        ("community_worker", "crisis"),
        ("community_worker", "reablement"),
        ("community_worker", "follow_ups"),
        ("broker", "packages"),
        ("care_provider", "package_requests"),
    ],
)
def test_an_empty_board_does_not_count_nobody(as_, role, board):
    page = words(as_(people.actor(role)).get(reverse(board)))
    assert " here" in page
    assert " shown" not in page


@pytest.mark.parametrize(
    ("role", "board"),
    [("hub_member", "getting_home"), ("task_worker", "discharge_tasks"), ("community_worker", "crisis")],
)
def test_filters_that_nobody_fits_are_named_as_the_reason(as_, role, board):
    place = directory.area("leicester")
    page = words(as_(people.actor(role)).get(reverse(board), {"place": place.slug}))
    assert "fits these filters" in page
    assert "appears by itself" not in page
