"""The lists of reablement go on by key, and a page that is none, or empty now, says so."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from homefirst.models import FollowUp91, ReablementEpisode
from homefirst.paging import Key
from tests.factories.homefirst_reablement import Reablers
from tests.homefirst.web.pages import keys, link, walked
from tests.referrals.web.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.cast(make=Reablers)]
PAGE, MANY = 25, 31


@pytest.fixture
def team(many, cast) -> Reablers:
    return cast


@pytest.fixture(scope="module")
def many(_original) -> list[ReablementEpisode]:
    """Two equal days again and again, so that the order hangs on the id."""
    made = [_original.episode(days_ago=93, channel="ward") for _ in range(MANY)]
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
