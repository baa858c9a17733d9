"""The lots of help to live at home, as the file has them."""

import pytest

from homefirst.models import Lot, LotContract
from homefirst.reference import lots
from tests.factories import directory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_places")]


@pytest.fixture(scope="module")
def _places(standing):
    directory.reference_data()


def test_the_file_has_three_vacant_lots_of_help_to_live_at_home():
    lots.load()
    before = (Lot.objects.count(), LotContract.objects.count())
    lots.load()
    assert (Lot.objects.count(), LotContract.objects.count()) == before
    county = Lot.objects.filter(council__gss_code="E10000018")
    vacant = county.exclude(contracts__in=LotContract.objects.in_force())
    assert vacant.count() == 3
    starts = set(LotContract.objects.values_list("valid_from", flat=True))
    assert {f"{day:%Y-%m-%d}" for day in starts} == {"2016-11-07"}
    assert not LotContract.objects.exclude(provider__synthetic=True).exists()


def test_every_neighbourhood_is_in_one_lot():
    lots.load()
    areas = [area for lot in Lot.objects.all() for area in lot.areas.values_list("slug", flat=True)]
    neighbourhoods = directory.Area.objects.filter(level="neighbourhood").values_list("slug", flat=True)
    assert sorted(areas) == sorted(neighbourhoods)
