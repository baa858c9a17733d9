"""The beds that there are: 88 in four community hospitals, 48 places at home, and 14 that opened three a week."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command

from homefirst.models import Bed, Ward
from tests.factories import directory

pytestmark = pytest.mark.django_db
HOSPITALS = {
    "fielding-palmer": {"rehabilitation": 12, "palliative": 1},
    "melton-mowbray": {"rehabilitation": 16, "palliative": 1},
    "rutland-memorial": {"rehabilitation": 21, "palliative": 1},
    "st-lukes": {"stroke": 20, "rehabilitation": 15, "palliative": 1},
}


@pytest.fixture(scope="module")
def _loaded(standing):
    directory.reference_data()
    call_command("load_home_first", verbosity=0)


@pytest.fixture
def beds(_loaded, db):
    return Bed.objects.in_force()


def test_each_hospital_has_its_beds_and_each_bed_is_counted_once(beds):
    physical = beds.filter(ward__kind="physical")
    found = {slug: {} for slug in HOSPITALS}
    for (slug, designation), count in Counter(physical.values_list("ward__slug", "designation")).items():
        found[slug][designation] = count
    assert found == HOSPITALS
    assert physical.count() == 88
    assert physical.filter(designation="palliative").count() == 4
    assert physical.filter(ward__slug="st-lukes").count() == 36


def test_the_virtual_ward_counts_hours_of_staff(beds):
    ward = Ward.objects.get(slug="intensive-community-support")
    assert beds.filter(ward=ward).count() == 48
    assert ward.service.slug == "intensive-community-support"
    assert ward.staff_hours_a_day > 0
    assert ward.cleaning_minutes == 0


@pytest.mark.parametrize(
    ("day", "open_places"),
    [
        (date(2017, 1, 29), 0),
        (date(2017, 1, 30), 3),
        (date(2017, 2, 6), 6),
        (date(2017, 2, 13), 9),
        (date(2017, 2, 26), 12),
        (date(2017, 2, 27), 14),
    ],
)
def test_peaker_park_opens_three_a_week(beds, day, open_places):
    assert Bed.objects.in_force(day).filter(ward__slug="peaker-park").count() == open_places


def test_loading_again_changes_nothing(beds):
    before = sorted(Bed.objects.values_list("pk", flat=True))
    Ward.objects.filter(slug="st-lukes").update(phone="0116 496 0999")
    call_command("load_home_first", verbosity=0)
    assert sorted(Bed.objects.values_list("pk", flat=True)) == before
    assert Ward.objects.get(slug="st-lukes").phone == "0116 496 0999"
