"""Lists that are longer than a page go on by key: everybody once, forwards and backwards, and in the file."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from homefirst.actions import packages_running
from homefirst.models import CarePackage, CrisisEpisode, FollowUp91, ReablementEpisode
from homefirst.paging import Key, Order, page_of
from homefirst.reading_reablement import episode_values
from tests.factories import homefirst_crisis as crisis
from tests.factories.homefirst_packages import Market
from tests.factories.homefirst_reablement import Reablers
from tests.factories.people import SYSTEM
from tests.factories.referrals import Cast
from tests.referrals.web.pages import words

pytestmark = pytest.mark.django_db
PAGE, MANY = 25, 31


def keys(page) -> list[str]:
    return re.findall(r'data-row data-key="([^"]+)"', page.content.decode())


def link(page, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.content.decode())
    return found[1].replace("&amp;", "&") if found else None


def walked(client: Client, path: str) -> list[str]:
    """Every row from the first page to the last, each page checked from behind as well."""
    page, found = client.get(path), []
    while True:
        found += keys(page)
        following = link(page, "next")
        if following is None:
            return found
        behind = keys(page)
        page = client.get(following)
        assert keys(client.get(link(page, "prev"))) == behind


@pytest.fixture
def team(db) -> Reablers:
    return Reablers(Cast())


@pytest.fixture
def many(team) -> list[ReablementEpisode]:
    """Two equal days again and again, so that the order hangs on the id."""
    made = [team.episode(days_ago=93, channel="ward") for _ in range(MANY)]
    for nth, one in enumerate(made):
        due = timezone.localdate() + timedelta(days=nth % 2)
        ReablementEpisode.objects.filter(pk=one.pk).update(review_due=due)
    return made


def test_reablement_and_follow_ups_go_on_after_the_first_page(team, many, as_):
    client = as_(team.worker)
    first = client.get(reverse("reablement"))
    assert len(keys(first)) == PAGE
    assert f"{PAGE} of {MANY} people shown" in words(first)
    found = walked(client, reverse("reablement"))
    assert sorted(found) == sorted(str(one.pk) for one in many)
    asked = walked(client, reverse("follow_ups"))
    assert sorted(asked) == sorted(str(pk) for pk in FollowUp91.objects.values_list("pk", flat=True))
    assert len(client.get(reverse("reablement_csv")).content.decode().splitlines()) == 1 + MANY


def test_the_part_that_refreshes_itself_stays_on_its_page(team, many, as_):
    client = as_(team.worker)
    second = client.get(link(client.get(reverse("reablement")), "next"))
    rows = re.search(r'data-live="([^"]+)"|data-rows="([^"]+)"|hx-get="([^"]+)"', second.content.decode())
    assert rows, "the page names its fragment"
    address = next(group for group in rows.groups() if group).replace("&amp;", "&")
    assert keys(client.get(address)) == keys(second)


def test_a_page_that_is_none_is_the_first_and_says_so(team, many, as_):
    client = as_(team.worker)
    for wrong in ("nonsense", "2026-13-45~x", f"2026-01-01T10:00~{many[0].pk}"):
        page = client.get(reverse("reablement"), {"after": wrong})
        assert keys(page) == keys(client.get(reverse("reablement")))
        assert "cannot be found" in words(page)


def test_a_page_that_has_become_empty_leads_to_the_start(team, many, as_):
    client = as_(team.worker)
    beyond = Key(timezone.localdate() + timedelta(days=999), many[0].pk)
    page = client.get(reverse("reablement"), {"after": str(beyond)})
    assert "This page of the list is empty now" in words(page)


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
