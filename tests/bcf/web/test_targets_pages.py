"""Targets on the page: the list, setting one, ending one."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from bcf.actions import set_target
from bcf.actions.targets import Aim
from bcf.models import Target
from tests.factories import directory, people

pytestmark = pytest.mark.django_db
STARTS = {"valid_from_day": "1", "valid_from_month": "4", "valid_from_year": "2026"}
GIVEN = {"metric": "crisis_reached", "value": "75", "scope": "everywhere", "source": "The board", "period": ""} | STARTS


@pytest.fixture
def manager(client):
    return people.sign_in(client, "bcf_manager")


def test_setting_a_target_for_one_place(client, manager):
    place = directory.area("rutland")
    answer = client.post(reverse("target_set"), GIVEN | {"scope": "place.rutland", "period": "month"}, follow=True)
    page = answer.content.decode()
    assert "The target is set." in page
    for said in ("75%", "Rutland", "From 1 Apr 2026", "Holds now", "Higher is better", "The board"):
        assert said in page
    target = Target.objects.get()
    assert (target.scope_id, target.level, target.period, target.value) == (place.pk, "place", "", Decimal(75))


def test_what_was_changed_stays_on_the_page(client, manager):
    for value in ("75", "80"):
        client.post(reverse("target_set"), GIVEN | {"value": value})
    page = client.get(reverse("targets")).content.decode()
    current, _, earlier = page.partition("What targets said before they were changed")
    assert "80%" in current
    assert "75%" in earlier


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "much"}, "Enter the target as a number"),
        ({"value": "101"}, "Enter a number from 0 to 100"),
        ({"metric": "referrals_received"}, "Select the period that this number is for"),
        ({"scope": "place.nowhere"}, "Choose where from the list"),
        ({"valid_from_month": "13"}, "First day must be a real date"),
        ({"valid_to_day": "1", "valid_to_month": "4", "valid_to_year": "2026"}, "must end after the day it starts on"),
        ({"source": ""}, "Answer “Who set this target?”"),
    ],
)
def test_a_target_that_makes_no_sense_is_said_beside_its_box(client, manager, change, said):
    answer = client.post(reverse("target_set"), GIVEN | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Target.objects.exists()


def test_ending_a_target(client, manager):
    target = set_target(
        by=manager, aim=Aim("referrals_received", Decimal(300), date(2026, 4, 1), "Board", period="week")
    )
    where = reverse("target_end", args=[target.pk])
    assert "300 each week" in client.get(where).content.decode()
    ends = {"valid_to_day": "1", "valid_to_month": "10", "valid_to_year": "2026"}
    assert "The target has an end." in client.post(where, ends, follow=True).content.decode()
    assert "From 1 Apr 2026 to 30 Sep 2026" in client.get(reverse("targets")).content.decode()
    answer = client.post(where, ends)
    assert answer.status_code == 422
    assert "changed since you opened it" in answer.content.decode()
    assert client.get(reverse("target_end", args=[manager.id])).status_code == 404


def test_a_commissioner_reads_targets_and_sets_none(client):
    directory.area("rutland")
    people.sign_in(client, "commissioner")
    page = client.get(reverse("targets")).content.decode()
    assert "Nobody has set one yet" in page
    assert reverse("target_set") not in page
    assert client.post(reverse("target_set"), GIVEN).status_code == 403
    assert not Target.objects.exists()
