"""One metric's page, the comparison of areas, and their files."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bcf.metrics.discharged_monday import DAYS, KEYS
from bcf.models import Level, Observation
from bcf.periods import Period, label
from directory.models import Area, Population
from pages.words import short_date
from tests.bcf.web.pages import rows, source, words
from tests.factories import directory, figures
from tests.factories.figures import months_back

NUMBERS = [(n, 100) for n in (61, 64, 60, 66, 62, 65, 61, 63, 67, 60, 64, 62, 69)]


def people(area: Area, year: int, *bands: tuple[str, int], illustrative: bool = True, source: str = "An estimate."):
    for band, count in bands:
        Population.objects.create(
            area=area, year=year, age_band=band, count=count, source=source, illustrative=illustrative
        )


class TestMetric:
    """The page of one metric for one scope."""

    def test_says_what_it_counts_from_what_and_how_far_to_trust_it(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, NUMBERS)
        figures.months("referrals_received", system, [(400, None)])

        said = words(commissioner.get("/figures/crisis_reached/"))

        assert "69.0% in" in said
        assert "69 of 100 crisis referrals with a result" in said
        assert "Of crisis referrals whose clock has a result" in said
        assert "Version 1" in said
        assert "100 of 400 referrals received (25.0%) are in this figure" in said
        assert "Events were last counted on" in said

    def test_has_every_period_in_its_table(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, NUMBERS)

        page = commissioner.get("/figures/crisis_reached/").content.decode()

        assert page.count("<tr data-point") == len(NUMBERS)

    def test_lists_what_was_restated_with_what_it_was(self, commissioner: Client, system: Area):
        changed = timezone.localdate() - timedelta(days=3)
        for at, (before, after) in enumerate([(30, 11), (40, 21)], 1):
            old = figures.figure("crisis_reached", system, months_back(at), before, 100)
            Observation.objects.filter(pk=old.pk).update(known_to=changed)
            fields = {"restated": True, "reason": "A step was undone", "known_from": changed}
            figures.figure("crisis_reached", system, months_back(at), after, 100, **fields)

        said = words(commissioner.get("/figures/crisis_reached/"))

        for at, before in enumerate(("30.0%", "40.0%"), 1):
            assert f"{label(Period.MONTH, months_back(at))}: Restated" in said
            assert f"until then it was {before}. A step was undone." in said

    def test_a_hidden_period_is_a_gap_without_a_number(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, [*NUMBERS, (6003, 8001)], finest="")

        page = commissioner.get("/figures/crisis_reached/")

        assert "Fewer than 5, or hidden to protect a small number" in words(page)
        for number in ("6003", "6,003", "8001", "8,001", "75.0"):
            assert number not in source(page)

    def test_rates_stand_beside_numbers_with_their_population(self, commissioner: Client, system: Area):
        for place, adults in zip(figures.places(), (300_000, 500_000, 30_000), strict=True):
            people(place, 2021, ("0-17", 10_000), ("18+", adults))
        figures.months("referrals_received", system, [(800, None), (860, None)])

        said = words(commissioner.get("/figures/referrals_received/"))

        assert "Population 860,000 in 2021, for illustration only. Source: An estimate." in said
        assert f"{label(Period.MONTH, months_back(1))} 860 100.0" in said

    def test_half_a_population_is_none(self, commissioner: Client, system: Area):
        leicester, leicestershire, _ = figures.places()
        people(leicester, 2021, ("0-64", 1), ("65+", 1))
        people(leicestershire, 2021, ("65+", 1))
        figures.months("referrals_received", system, [(860, None)])

        assert "has no population here, so there is no rate" in words(commissioner.get("/figures/referrals_received/"))

    def test_takes_few_statements(self, commissioner: Client, system: Area, django_assert_max_num_queries):
        for place in figures.places():
            people(place, 2021, ("0+", 1000))
        figures.months("referrals_received", system, [(900, None)] * 3, restated=True, reason="Counted anew")

        with django_assert_max_num_queries(10):
            commissioner.get("/figures/referrals_received/")

    def test_of_an_unknown_metric_is_not_found(self, commissioner: Client):
        for path in ("/figures/money_spent/", "/figures/money_spent/compare/", "/figures/money_spent/figures.csv"):
            assert commissioner.get(path).status_code == 404

    def test_keeps_the_choice_on_the_way_back(self, commissioner: Client, system: Area):
        page = commissioner.get("/figures/crisis_reached/?where=place.rutland&period=week").content.decode()

        assert "/figures/?where=place.rutland&amp;period=week" in page


class TestFile:
    """The same as rows."""

    def test_has_every_period_its_lines_and_rates(self, commissioner: Client, system: Area):
        for place in figures.places():
            people(place, 2021, ("0+", 100_000), illustrative=False, source="ONS.")
        figures.months("referrals_received", system, [(900, None), (930, None), (960, None)])

        table = rows(commissioner.get("/figures/referrals_received/figures.csv"))
        mine = [dict(zip(table[0], row, strict=False)) for row in table[1:-1]]

        assert [row["Value"] for row in mine] == ["900", "930", "960", "0"]
        assert [row["Per 100,000 people"] for row in mine] == ["300.0", "310.0", "320.0", ""]
        assert mine[0]["Population source"] == "ONS."
        assert mine[-1]["Complete"] == "so far"

    def test_marks_what_is_hidden(self, commissioner: Client, system: Area):
        figures.months("crisis_reached", system, [(6003, 8001)] * 4, finest="")

        body = commissioner.get("/figures/crisis_reached/figures.csv").content.decode()

        assert not {"6003", "8001"} & set(body.replace("\r\n", ",").split(","))
        assert ",*,Percent,*,*," in body


class TestCompare:
    """Areas of one level side by side."""

    @pytest.fixture
    def _three(self, system: Area) -> None:
        for place, share in zip(figures.places(), (60, 62, 90), strict=True):
            figures.months("crisis_reached", place, [(share * 10, 1000)] * 5)
        figures.months("crisis_reached", system, [(2120, 3000)] * 5)

    @pytest.mark.usefixtures("_three")
    def test_draws_each_on_one_scale_and_a_funnel(self, commissioner: Client):
        page = commissioner.get("/figures/crisis_reached/compare/?period=month")

        said, body = words(page), page.content.decode()
        assert "3 places compared with the average of Leicester, Leicestershire and Rutland, 70.7%" in said
        assert "Higher than expected: Rutland." in said
        assert body.count('data-chart="xmr"') == 3
        assert len({part.split('"')[0] for part in body.split('data-y-max="')[1:]}) == 1

    @pytest.mark.usefixtures("_three")
    def test_takes_few_statements(self, commissioner: Client, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            commissioner.get("/figures/crisis_reached/compare/")

    @pytest.mark.usefixtures("_three")
    def test_file_says_where_each_stands(self, commissioner: Client):
        table = rows(commissioner.get("/figures/crisis_reached/compare/figures.csv"))

        standing = {row[1]: row[-1] for row in table[1:-1] if row[-1]}
        assert set(standing) == {"Leicester", "Leicestershire", "Rutland"}

    def test_counts_are_compared_per_head(self, commissioner: Client, system: Area):
        for place in figures.places():
            people(place, 2021, ("0+", 100_000))
            figures.months("referrals_received", place, [(100, None)])
        figures.months("referrals_received", system, [(300, None)])

        said = words(commissioner.get("/figures/referrals_received/compare/"))

        assert "100.0 per 100,000" in said
        assert "All are in the range expected by chance." in said

    def test_a_hidden_place_is_named_without_a_number(self, commissioner: Client, system: Area):
        leicester, leicestershire, rutland = figures.places()
        for place in (leicester, leicestershire):
            figures.months("crisis_reached", place, [(60, 100)] * 3)
        figures.months("crisis_reached", rutland, [(6003, 8001)] * 3, finest="")
        figures.months("crisis_reached", system, [(130, 200)] * 3)

        page = commissioner.get("/figures/crisis_reached/compare/")

        assert "No figures that can be shown: Rutland. A longer period shows more." in words(page)
        assert "compared with the average of Leicester, Leicestershire and Rutland, 65.0%" in words(page)
        assert "6003" not in source(page)
        assert "6,003" not in source(page)

    def test_no_average_no_comparison_with_a_hidden_place(self, commissioner: Client, system: Area):
        leicester, leicestershire, rutland = figures.places()
        for place in (leicester, leicestershire):
            figures.months("crisis_reached", place, [(60, 100)] * 3)
        for area in (rutland, system):
            figures.months("crisis_reached", area, [(6003, 8001)] * 3, finest="")

        said = words(commissioner.get("/figures/crisis_reached/compare/"))

        assert "no figure that can be shown for this period, so there is nothing to compare with" in said

    def test_minutes_have_no_funnel_and_the_page_says_why(self, commissioner: Client, system: Area):
        assert "This metric is neither" in words(commissioner.get("/figures/triage_median/compare/"))

    def test_a_level_without_scopes_or_that_is_none_is_said(self, commissioner: Client, system: Area):
        nothing = commissioner.get("/figures/crisis_reached/compare/?level=locality")
        wrong = commissioner.get("/figures/crisis_reached/compare/?level=street")

        assert "No figures that can be shown" in words(nothing)
        assert wrong.status_code == 422
        assert "Choose places, localities, neighbourhoods or services" in words(wrong)


def test_a_chart_of_the_past_says_when_that_was_known(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, NUMBERS)
    day = timezone.localdate() - timedelta(days=10)

    said = words(commissioner.get(f"/figures/crisis_reached/?known_on={day}"))

    assert f"As known at {short_date(day)}, 11:59pm" in said


def test_how_complete_a_figure_is_gives_no_hidden_number_away(commissioner: Client, system: Area):
    figures.months("crisis_reached", system, [(6003, 8001)], finest="")
    figures.months("referrals_received", system, [(9007, None)])

    page = commissioner.get("/figures/crisis_reached/")

    assert f"{label(Period.MONTH, months_back(1))}: fewer than 5, or hidden to protect a small number." in words(page)
    assert "8,001" not in source(page)


def test_areas_without_populations_are_not_compared_per_head(commissioner: Client, system: Area):
    figures.months("referrals_received", directory.area("soar", level=Level.NEIGHBOURHOOD), [(100, None)])

    said = words(commissioner.get("/figures/referrals_received/compare/?level=neighbourhood"))

    assert "Neighbourhoods have no populations here, so their counts cannot be made into rates." in said


@pytest.mark.parametrize("path", ["figures.csv", "compare/figures.csv"])
def test_a_file_that_cannot_be_read_is_a_page_that_says_so(commissioner: Client, path: str):
    answer = commissioner.get(f"/figures/crisis_reached/{path}?period=fortnight")

    assert answer.status_code == 422
    assert "Choose day, week, month or quarter" in words(answer)


class TestDaysOfTheWeek:
    """All seven days stand on the page of the weekend, and on the page of each."""

    PEOPLE = (14, 15, 9, 11, 31, 12, 8)

    def test_shows_how_many_left_on_each_of_the_last_complete_month(self, commissioner: Client, system: Area):
        for key, count in zip(KEYS, self.PEOPLE, strict=True):
            figures.months(key, system, [(50, 100), (count, 100)])
        figures.months("discharged_weekend", system, [(50, 100), (20, 100)])

        for key in ("discharged_weekend", "discharged_friday"):
            said = words(commissioner.get(f"/figures/{key}/"))
            assert "By day of the week" in said
            for day, count in zip(DAYS, self.PEOPLE, strict=True):
                assert f"{day}s {count} {count}.0%" in said
        assert "By day of the week" not in words(commissioner.get("/figures/discharges/"))

    def test_what_is_hidden_is_said_to_be(self, commissioner: Client, system: Area):
        for key in KEYS:
            figures.months(key, system, [(77, 991)], finest="")
        figures.months("discharged_weekend", system, [(282, 991)])

        page = commissioner.get("/figures/discharged_weekend/")

        assert "Mondays Fewer than 5, or hidden to protect a small number" in words(page)
        assert "77" not in words(page)

    def test_has_no_tile_and_can_be_put_into_a_board_pack(self, commissioner: Client, system: Area):
        figures.months("discharged_monday", system, [(20, 100)])

        assert "Left on a Monday" not in words(commissioner.get("/figures/"))
        sheets = commissioner.get("/figures/board-pack/sheets/?chosen=1&m=discharged_monday")
        assert "Left on a Monday" in words(sheets)
