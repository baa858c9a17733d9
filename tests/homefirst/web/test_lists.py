"""Lists that are longer than a page go on by key: everybody once, forwards and backwards, and in the file."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from homefirst.actions import packages_running
from homefirst.models import CarePackage, CrisisEpisode, ReablementEpisode
from homefirst.paging import Order, page_of
from homefirst.reading_reablement import episode_values
from tests.factories import homefirst_crisis as crisis
from tests.factories.homefirst_packages import Market
from tests.factories.people import SYSTEM
from tests.homefirst.web.pages import keys, walked
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db
PAGE = 25


def test_packages_of_every_list_go_on(as_):
    market = Market()
    ended = [market.running(days_ago=3) for _ in range(PAGE + 2)]
    for one in ended:
        packages_running.end_package(package_id=one.pk, by=market.broker, ended_on=timezone.localdate(), reason="Well")
    waiting = [market.wanted() for _ in range(PAGE + 1)]
    broker = as_(market.broker)
    assert sorted(walked(broker, reverse("packages"))) == sorted(str(one.pk) for one in waiting)
    assert sorted(walked(broker, reverse("packages") + "?list=ended")) == sorted(str(one.pk) for one in ended)


def test_a_providers_requests_go_on(as_):
    market = Market()
    asked = [market.asked() for _ in range(PAGE + 1)]
    assert sorted(walked(as_(market.provider), reverse("package_requests"))) == sorted(str(one.pk) for one in asked)


@pytest.mark.parametrize("falling", [False, True])
def test_rows_without_a_day_come_last_in_either_direction(falling, market_with_gaps):
    order = Order("review_due", falling)
    values = CarePackage.objects.values("id", "review_due")
    first = page_of(values, order)
    second = page_of(values, order, after=first.next)
    both = [row["review_due"] for row in first.rows + second.rows]
    days = [day for day in both if day]
    assert days == sorted(days, reverse=falling)
    assert both[len(days) :] == [None] * (len(both) - len(days))
    assert len({row["id"] for row in first.rows + second.rows}) == PAGE + 3
    back = page_of(values, order, before=second.previous)
    assert [row["id"] for row in back.rows] == [row["id"] for row in first.rows]


@pytest.fixture
def market_with_gaps(db) -> Market:
    market = Market()
    made = [market.wanted() for _ in range(PAGE + 3)]
    for nth, one in enumerate(made[:10]):
        CarePackage.objects.filter(pk=one.pk).update(review_due=timezone.localdate() + timedelta(days=nth // 2))
    return market


def test_an_empty_list_has_no_pages(db):
    page = page_of(episode_values(ReablementEpisode.objects.all(), SYSTEM), Order("review_due"))
    assert (page.rows, page.previous, page.next) == ([], None, None)


def test_a_list_that_is_bounded_says_that_there_are_more(as_, monkeypatch):
    cast = crisis.CrisisCast()
    monkeypatch.setattr("homefirst.crisis_board.MOST", 2)
    client = as_(cast.nurse)
    for count, said in ((2, "2 people shown."), (3, "The first 2 of more are shown")):
        while CrisisEpisode.objects.count() < count:
            crisis.episode(cast, hours=80)
        page = client.get(reverse("crisis_overstays"))
        assert said in words(page)
        assert len(keys(page)) == 2
    assert len(client.get(reverse("crisis_overstays_export")).content.decode().splitlines()) == 1 + 3
