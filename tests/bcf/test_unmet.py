"""Unmet need by service, hour and place, worked out by hand; and that no table of it gives anybody away."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from bcf import counting, figures, reading
from bcf.bands import finest
from bcf.metrics import METRICS
from bcf.models import Level, UnmetNeedFact
from bcf.periods import Period
from bcf.unmet import Measure, Row, _allowed, _sums, quarters, unmet
from directory.codes import AreaLevel
from directory.models import Area, Service
from referrals import actions
from referrals.models import ReferralOffer
from tests.bcf.conftest import Desk
from tests.bcf.test_bands import gives_nothing_away_of
from tests.bcf.web.pages import rows as lines
from tests.bcf.web.pages import words
from tests.factories import directory, people

SPRING, SUMMER = date(2026, 4, 1), date(2026, 7, 1)
PATH = "/figures/unmet-need/"
NUMBERS = count(1)


class Map:
    """Three places and four services."""

    def __init__(self) -> None:
        directory.area("llr", level=AreaLevel.SYSTEM, name="the whole system")
        self.leicester, self.county, self.rutland = (
            directory.area(name.lower(), name=name) for name in ("Leicester", "Leicestershire", "Rutland")
        )
        self.care, self.nurses, self.housing, self.night = (
            directory.service(name) for name in ("care", "nurses", "housing", "night")
        )

    def need(
        self, service: Service, place: Area | None, hour: int, times: int, hours: str = "", on: date = date(2026, 5, 6)
    ) -> None:
        """So many needs at an hour, of so many hours of care each."""
        UnmetNeedFact.objects.bulk_create(
            UnmetNeedFact(
                need_id=(number := next(NUMBERS)),
                referral_id=UUID(int=number),
                place_id=place and place.pk,
                service_id=service.pk,
                recorded_on=on,
                recorded_hour=hour,
                care_seconds=int(Decimal(hours) * 3600) if hours else None,
            )
            for _ in range(times)
        )


@pytest.fixture
def where(db: None) -> Iterable[Map]:
    with time_machine.travel(datetime(2026, 7, 2, 12, tzinfo=UTC), tick=False):
        yield Map()


@pytest.fixture
def told(where: Map) -> Map:
    """Care by the hour, nurses in the evening, housing without hours, and one other quarter."""
    for place, morning, evening in ((where.leicester, 6, 7), (where.county, 8, 9), (where.rutland, 5, 11)):
        where.need(where.care, place, 9, morning, "2.5")
        where.need(where.care, place, 20, evening, "1.5")
    where.need(where.nurses, where.leicester, 20, 12, "0.5")
    where.need(where.nurses, where.county, 21, 14, "3")
    where.need(where.nurses, where.rutland, 21, 10, "1")
    where.need(where.housing, where.county, 11, 13)
    where.need(where.housing, where.leicester, 11, 15)
    where.need(where.care, where.county, 9, 16, "1", on=date(2026, 7, 1))
    figures.count_all("Counted for the first time")
    return where


def told_of(found: Iterable[Row]) -> dict[str, tuple[int, dict[int, str]]]:
    """Each service's width of band, and what its bands hold that hold anything, by where they start."""
    return {
        row.name: (row.span, {at * row.span: str(amount) for at, amount in enumerate(row.bands) if amount})
        for row in found
    }


class TestByHand:
    def test_needs_by_service_and_hour(self, told: Map):
        found = unmet(SPRING, Measure.NEEDS)

        assert told_of(found.services) == {
            "Care": (1, {9: "19", 20: "27"}),
            "Nurses": (1, {20: "12", 21: "24"}),
            "Housing": (1, {11: "28"}),
        }
        assert told_of([found.together]) == {"All services": (1, {9: "19", 11: "28", 20: "39", 21: "24"})}

    def test_hours_of_care_are_added_up_where_they_are_known(self, told: Map):
        found = unmet(SPRING, Measure.HOURS)

        assert told_of(found.services) == {
            "Care": (1, {9: "47.5", 20: "40.5"}),  # 19 x 2.5; 27 x 1.5
            "Nurses": (1, {20: "6", 21: "52"}),  # 12 x 0.5; 14 x 3 + 10
            "Housing": (1, {}),
        }
        assert found.together.total == Decimal("146")

    def test_in_one_place(self, told: Map):
        found = unmet(SPRING, Measure.HOURS, told.rutland.pk)

        assert told_of(found.services)["Care"] == (1, {9: "12.5", 20: "16.5"})
        assert told_of(found.services)["Nurses"] == (1, {21: "10"})

    def test_the_totals_are_the_metrics_own(self, told: Map):
        spring = {"period": Period.QUARTER, "first": SPRING, "last": SPRING}
        for measure in Measure:
            for level, scope, place in (
                (Level.SYSTEM, None, None),
                (Level.PLACE, told.county.pk, told.county.pk),
            ):
                (known,) = reading.figures([measure.metric], level=level, scopes=scope and [scope], **spring)
                assert known.value == unmet(SPRING, measure, place).together.total

    def test_quarters_are_those_with_needs_the_newest_first(self, told: Map):
        assert quarters() == [SUMMER, SPRING]
        assert unmet(SUMMER, Measure.NEEDS).together.total == 16

    def test_few_at_night_stand_together_with_the_hours_around_them(self, where: Map):
        for hour, times in ((8, 9), (9, 2), (10, 6), (15, 5)):
            where.need(where.care, where.county, hour, times)
        figures.count_all("Counted for the first time")

        assert told_of(unmet(SPRING, Measure.NEEDS).services)["Care"] == (3, {6: "9", 9: "8", 15: "5"})


class TestHoursOfTheDay:
    def told_at(self, desk: Desk, moment: datetime) -> tuple[date, int]:
        with time_machine.travel(moment, tick=False):
            referral = desk.accepted(desk.crisis)
            offer = ReferralOffer.objects.get(referral=referral)
            actions.waitlist_offer(referral_id=referral.pk, offer_id=offer.pk, by=desk.worker, hours=Decimal("3.5"))
            counting.count()
        return UnmetNeedFact.objects.values_list("recorded_on", "recorded_hour").get(referral_id=referral.pk)

    @pytest.mark.parametrize(
        ("moment", "on", "hour"),
        [
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25), 1),  # 01:30, summer time
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25), 1),  # 01:30 again, winter time
            (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), date(2026, 10, 25), 2),
            (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29), 0),
            (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29), 2),  # the clock jumps from 01:00 to 02:00
            (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1), 0),
        ],
    )
    def test_are_londons_at_both_changes_of_the_clock(
        self, desk: Desk, one_transaction: None, moment: datetime, on: date, hour: int
    ):
        assert self.told_at(desk, moment) == (on, hour)


class TestNobodyIsGivenAway:
    @pytest.mark.parametrize("seed", range(6))
    def test_by_any_table_of_any_place_with_the_metrics_totals(self, where: Map, seed: int):
        """Facts at random, counted; then everything that the page and the metrics show of the quarter is read."""
        dice = Random(seed)
        for place in (where.leicester, where.county, where.rutland, None):
            for service in (where.care, where.nurses, where.housing, where.night):
                for hour in (1, 9, 10, 14, 20):
                    times = dice.choice(([0, 0, 2, 5, 9], [0, 6, 9, 20], [1, 8, 30])[seed % 3])
                    where.need(service, place, hour, times, dice.choice(["", "1", "3.5"]))
        figures.count_all("Counted for the first time")

        for measure in Measure:
            counts = {pair: [numbers[measure.counts] for numbers in hours] for pair, hours in _sums(SPRING).items()}
            allowed = _allowed(SPRING, measure)
            gives_nothing_away_of(counts, finest(counts, allowed), allowed)

    def test_a_small_service_is_neither_shown_nor_left_over(self, where: Map):
        for service, times in ((where.care, 30), (where.nurses, 9), (where.housing, 3)):
            where.need(service, where.county, 9, times, "1")
        figures.count_all("Counted for the first time")

        found = unmet(SPRING, Measure.NEEDS)
        assert told_of(found.services) == {"Care": (1, {9: "30"}), "Housing": (0, {}), "Nurses": (0, {})}
        assert found.together.total == 42

    def test_what_was_never_counted_is_hidden(self, where: Map):
        where.need(where.care, where.county, 9, 30)

        assert unmet(SPRING, Measure.NEEDS).together.hidden
        assert all(row.hidden for row in unmet(SPRING, Measure.NEEDS).services)

    def test_few_of_known_hours_among_many_hide_the_hours_alone(self, where: Map):
        where.need(where.care, where.county, 9, 30)
        where.need(where.care, where.county, 9, 3, "9")
        figures.count_all("Counted for the first time")

        assert unmet(SPRING, Measure.NEEDS).together.total == 33
        assert unmet(SPRING, Measure.HOURS).together.hidden


class TestDoors:
    def sees(self, client: Client, query: str = "") -> str:
        return words(client.get(f"{PATH}{query}"))

    def test_the_page_says_how_much_when_and_where(self, told: Map, client: Client):
        people.sign_in(client, "commissioner")
        said = self.sees(client)

        for part in ("Hours of care a week", "Q1 2026/27", "09:00 to 10:00: 47.5", "88.0", "No hours known"):
            assert part in said
        assert "Most" in said and METRICS["unmet_hours"].definition in said
        rutland = self.sees(client, "?place=rutland&show=needs&quarter=2026-04-01")
        assert "Needs, Rutland" in rutland
        assert "20:00 to 21:00: 11" in rutland

    def test_hidden_services_are_said_without_numbers(self, where: Map, client: Client):
        for service, times in ((where.care, 30), (where.nurses, 9), (where.housing, 3)):
            where.need(service, where.county, 9, times, "1")
        figures.count_all("Counted for the first time")
        people.sign_in(client, "bcf_manager")

        assert "Housing Not shown, to protect small numbers" in self.sees(client, "?show=needs")
        found = lines(client.get(f"{PATH}figures.csv?show=needs"))
        assert [row[7] for row in found if row[1:2] == ["Housing"]] == ["*"]

    def test_the_file_has_a_row_for_each_band(self, told: Map, client: Client):
        people.sign_in(client, "commissioner")
        answer = client.get(f"{PATH}figures.csv?place=leicestershire&show=hours&quarter=2026-04-01")
        found = lines(answer)

        assert found[0] == [
            "Where", "Service", "Quarter", "First day", "Complete", "From", "Until", "Number", "Unit",
        ]  # fmt: skip
        nine = next(row for row in found if row[1] == "Care" and row[5] == "09:00")
        assert nine == [
            "Leicestershire", "Care", "Q1 2026/27 (Apr to Jun)", "2026-04-01", "yes", "09:00", "10:00", "20.0",
            "hours of care a week",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("?quarter=1999-01-01", "Choose a quarter from the list"),
            ("?quarter=yesterday", "Choose a quarter from the list"),
            ("?place=atlantis", "Choose a place from the list"),
            ("?show=money", "Choose hours of care or number of needs"),
        ],
    )
    def test_what_cannot_be_read_is_said_and_the_usual_is_shown(self, told: Map, client: Client, query: str, said: str):
        people.sign_in(client, "commissioner")
        for path in (PATH, f"{PATH}figures.csv"):
            answer = client.get(path + query)
            assert answer.status_code == 422
            assert said in words(answer)

    def test_before_any_need_the_page_says_so(self, where: Map, client: Client):
        people.sign_in(client, "commissioner")
        assert "Nobody was without a place in this quarter" in self.sees(client)

    def test_a_quarter_of_few_says_that_they_are_few(self, where: Map, client: Client):
        where.need(where.care, where.county, 9, 3)
        figures.count_all("Counted for the first time")
        people.sign_in(client, "commissioner")
        assert "These numbers are too small to show" in self.sees(client, "?show=needs")

    def test_who_sees_no_figures_sees_none_of_it(self, told: Map, client: Client):
        people.sign_in(client, "hub_member")
        assert client.get(PATH).status_code == 403
        assert client.get(f"{PATH}figures.csv").status_code == 403

    def test_few_statements_however_many_needs(self, told: Map, client: Client, django_assert_num_queries: Any):
        people.sign_in(client, "commissioner")
        client.get(PATH)
        with django_assert_num_queries(8):
            client.get(f"{PATH}?place=rutland&show=needs")

    def test_a_commissioner_finds_it(self, told: Map, client: Client):
        people.sign_in(client, "commissioner")
        for page in ("/figures/", "/figures/unmet_need/", "/figures/unmet_hours/"):
            assert f'href="{PATH}"' in client.get(page).content.decode()
        assert f'"{PATH}"' not in client.get("/figures/discharges/").content.decode()
