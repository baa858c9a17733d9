"""Today's board of the demonstration: full as wards are, nobody in two beds, no history that could not have been."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from homefirst.board import totals, wards_now
from homefirst.models import Act, Spell
from homefirst.underuse import matches, waiting
from synthetic.dice import Dice
from synthetic.home_first import Scene, beds
from synthetic.staff import SYNTHETIC, Staff
from tests.factories import directory
from tests.synthetic.conftest import fill

pytestmark = pytest.mark.django_db

A_WEDNESDAY = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
"""So few people wait in so small an area that on some days nobody fits a free place."""


@pytest.fixture(scope="module")
def now(standing):
    directory.reference_data()
    call_command("load_roles", verbosity=0)
    call_command("load_home_first", verbosity=0)
    fill(A_WEDNESDAY, 20)
    beds.fill(Scene(A_WEDNESDAY, Dice(20, "beds"), Staff.read(), 18))
    return A_WEDNESDAY


def test_today_looks_like_a_day_on_the_wards(now):
    wards = wards_now(SYNTHETIC, now, with_service=True)
    hospitals = totals(wards, "physical")
    assert (hospitals.all, hospitals.closed, hospitals.reserved) == (88, 4, 3)
    assert 86 <= hospitals.occupancy <= 90
    assert hospitals.leaving_today
    virtual = next(ward for ward in wards if ward.slug == "intensive-community-support")
    assert virtual.free == 9
    assert virtual.hours_left >= 1.5
    assert matches(wards, waiting(SYNTHETIC, now), now), "the board has nobody to bring together with a free place"
    assert all(ward.confirmed_at for ward in wards)
    today = Spell.objects.at(now).filter(kind="occupied")
    assert Act.objects.filter(subject_id__in=today.values("pk"), verb="occupy").count() == today.count()


def test_eighteen_months_of_stays_that_ended(now):
    stays = Spell.objects.filter(kind="occupied", span__upper_inf=False)
    assert stays.count() > 1000
    first = min(stay.span.lower for stay in stays)
    assert timedelta(days=450) < now - first < timedelta(days=560)
    lengths = sorted(
        (stay.span.upper - stay.span.lower).days for stay in stays.filter(bed__designation="rehabilitation")
    )
    assert 12 <= lengths[len(lengths) // 2] <= 22
    assert not stays.filter(destination="").exists()
