"""The questions asked of services, teams and organisations, with few queries."""

from datetime import date, time

import pytest

from directory.candidates import candidates_at
from directory.models import Area, Criterion, OpeningHours, Organisation, PointOfAccess, Service
from tests.directory.builders import area, moment, organisation, service

pytestmark = pytest.mark.django_db
NOON, NIGHT = moment(2026, 11, 23, 12), moment(2026, 11, 23, 2)


def test_in_force_counts_the_first_day_but_not_the_end():
    ended = service(slug="ended", valid_from=date(2020, 4, 1), valid_to=date(2022, 4, 1))
    days = {date(2020, 3, 31): 0, date(2020, 4, 1): 1, date(2022, 3, 31): 1, date(2022, 4, 1): 0}
    assert {day: Service.objects.in_force(day).count() for day in days} == days
    assert {day: int(ended.holds_on(day)) for day in days} == days
    assert not Service.objects.current().exists()


def test_organisations_are_found_by_kind_and_by_code_however_typed():
    trust = organisation(ods_code="RT5", gss_code="E06000016")
    assert Organisation.objects.coded(" rt5 ").get() == trust
    assert Organisation.objects.coded("e06000016").get() == trust
    assert Organisation.objects.of_kind("community_trust", "hospice").get() == trust


def test_areas_by_level():
    system = area()
    area(slug="b", name="B", level="place", parent=system)
    area(slug="a", name="A", level="place", parent=system)
    assert [place.slug for place in Area.objects.places()] == ["a", "b"]
    assert Area.objects.at_level("system").get() == system


def test_the_nearest_point_of_access_covers_the_place_and_is_open_to_referrals(django_assert_num_queries):
    system = area()
    town, country = (area(slug=slug, name=slug, level="place", parent=system) for slug in ("town", "country"))
    trust = organisation()
    doors = [PointOfAccess.objects.create(slug=slug, name=slug, organisation=trust, phone="1") for slug in "cab"]
    for door, place in zip(doors, (town, country, town), strict=True):
        door.areas.add(place)
    with django_assert_num_queries(1):
        assert PointOfAccess.objects.nearest(town.pk).first().slug == "b"
    assert [door.slug for door in PointOfAccess.objects.nearest(town.pk)] == ["b", "c", "a"]
    assert PointOfAccess.objects.nearest(None).first().slug == "a", "of everywhere when nobody can tell the place"
    PointOfAccess.objects.filter(slug="b").update(active=False)
    assert PointOfAccess.objects.nearest(town.pk).first().slug == "c"


def test_one_service_knows_whether_it_is_open():
    helping = service()
    OpeningHours.objects.create(service=helping, weekday=0, opens=time(9), closes=time(17))
    assert helping.is_open(NOON)
    assert helping.open_state(NIGHT).text == "Opens 9am"


def test_criteria_that_ended_no_longer_count():
    helping = service()
    Criterion.objects.create(
        service=helping, code="old", text="Old", valid_from=date(2020, 4, 1), valid_to=date(2021, 1, 1)
    )
    assert candidates_at(NOON)[0].criteria == ()


def test_a_criterion_reads_as_a_refusal():
    must = Criterion(text="Is aged 18 or over", sense="must_meet")
    excludes = Criterion(text="Needs a 999 ambulance now", sense="excludes")
    assert must.refusal == "Does not meet: is aged 18 or over"
    assert excludes.refusal == "Cannot help somebody who needs a 999 ambulance now"


def test_a_spell_of_opening_reads_as_words():
    hours = OpeningHours(weekday=7, opens=time(9), closes=time(17))
    assert str(hours) == "Bank holidays 09:00 to 17:00"
