"""Counts per 100,000 people: whose population, of which year, and when there is none."""

from datetime import date

import pytest

from bcf.models import Level
from bcf.rates import is_everybody, populations
from bcf.scopes import Scope
from directory.models import Area, Population
from tests.factories import figures

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)


def lives(area: Area, year: int, count: int, *, band: str = "0+", source: str = "An estimate.") -> None:
    Population.objects.create(area=area, year=year, age_band=band, count=count, source=source, illustrative=True)


def scope(area: Area) -> Scope:
    return Scope(Level(area.level), area.slug, area.pk, area.name)


@pytest.mark.parametrize(
    ("bands", "everybody"),
    [
        (["0-17", "18-64", "65+"], True),
        (["65+", "0-64"], True),
        (["0+"], True),
        (["65-69", "70-74", "90+"], False),
        (["0-17", "19+"], False),
        (["0-17", "17+"], False),
        (["0-17"], False),
        (["All ages"], False),
        ([], False),
    ],
)
def test_a_population_leaves_nobody_out_and_counts_nobody_twice(bands: list[str], everybody: bool):
    assert is_everybody(bands) is everybody


def test_the_latest_year_that_is_not_after_the_period():
    leicester = figures.places()[0]
    for year, count in ((2019, 100_000), (2021, 200_000), (2030, 400_000)):
        lives(leicester, year, count)

    rate = populations([scope(leicester)]).rate(leicester.pk, DAY, 50)

    assert rate is not None
    assert (rate.value, rate.year, rate.population) == (25.0, 2021, 200_000)


def test_a_projection_of_older_people_is_passed_over():
    leicester = figures.places()[0]
    lives(leicester, 2021, 200_000)
    lives(leicester, 2026, 9_000, band="65-69")

    people = populations([scope(leicester)]).of(leicester.pk, DAY)

    assert people is not None
    assert people.year == 2021


def test_the_system_is_the_sum_of_its_places_in_one_year():
    for at, place in enumerate(figures.places(), 1):
        lives(place, 2021, at * 100_000)
    system = figures.system()

    rate = populations([scope(system)]).rate(system.pk, DAY, 60)

    assert rate is not None
    assert (rate.value, rate.population) == (10.0, 600_000)


def test_a_place_without_a_population_leaves_the_system_without():
    leicester, leicestershire, _ = figures.places()
    lives(leicester, 2021, 100_000)
    lives(leicestershire, 2021, 100_000)
    system = figures.system()

    assert populations([scope(system)]).of(system.pk, DAY) is None


def test_no_count_to_show_no_rate():
    leicester = figures.places()[0]
    lives(leicester, 2021, 100_000)

    assert populations([scope(leicester)]).rate(leicester.pk, DAY, None) is None
    assert populations([scope(leicester)]).rate(leicester.pk, date(2020, 1, 1), 5) is None
