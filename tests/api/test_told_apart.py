"""Decisions by ward and unmet need by hour for partners: what the pages show, and what they hide."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from api.documentation.figures import UnmetByHour, WardAudit
from api.scopes import Scope
from bcf import counting, figures
from directory.codes import AreaLevel, OrganisationKind
from homefirst.codes import Destination
from tests.api.world import World, partner
from tests.bcf.conftest import one_transaction
from tests.bcf.test_unmet import Map
from tests.factories import directory, patients
from tests.factories import homefirst_rows as rows

__all__ = ["one_transaction"]
AUDIT, UNMET = "/api/v1/home-first-audit", "/api/v1/unmet-need"
LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 5, 6, 12, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def _july(world: World):
    with time_machine.travel(datetime(2026, 7, 2, 12, tzinfo=LONDON), tick=False):
        yield


@pytest.fixture
def analyst(world: World):
    return partner(world.trust, Scope.FIGURES_READ)


@pytest.fixture
def decided(world: World, one_transaction: None) -> None:
    """Twenty on one ward, three on another, and seven on a third."""
    directory.area("llr", level=AreaLevel.SYSTEM)
    hospital = directory.organisation(OrganisationKind.HOSPITAL, "Royal Example")
    for ward, count in (("Ward 23", 20), ("Quiet side room", 3), ("Ward 6", 7)):
        for number in range(count):
            person = patients.patient(practice=world.practice)
            case = rows.ready_case(person, NOON, hospital=hospital, ward=ward)
            home = number % 4 or ward != "Ward 23"
            rows.decide(case, 1 if home else 2, Destination.USUAL_HOME if home else Destination.COMMUNITY_BED, NOON)
    counting.count()


@pytest.fixture
def needed(world: World) -> Map:
    """Care all day, nurses and nights in the evening, and three without a house."""
    where = Map()
    where.need(where.care, where.county, 9, 8, "2.5")
    where.need(where.care, where.rutland, 15, 6, "4")
    where.need(where.nurses, where.county, 20, 11, "1.5")
    where.need(where.night, where.county, 20, 7, "2")
    where.need(where.housing, where.county, 20, 3)
    figures.count_all("Counted for the first time")
    return where


class TestAudit:
    def test_says_what_the_page_says(self, analyst, decided):
        answer = analyst.get(AUDIT).json()

        assert (answer["period"], answer["start"], answer["end"]) == ("year", "2026-04-01", "2026-06-30")
        assert answer["complete"] is False
        assert answer["together"]["decisions"] == 30
        assert [(one["ward"], one["decisions"], one["home_chosen"]) for one in answer["items"]] == [
            ("Ward 23", 20, {"number": 15, "of": 20})
        ]
        assert answer["hidden_wards"] == 2
        assert "Quiet" not in str(answer)
        WardAudit(data=answer).is_valid(raise_exception=True)

    def test_one_quarter(self, analyst, decided):
        answer = analyst.get(AUDIT, {"period": "quarter", "start": "2026-04-01"}).json()

        assert (answer["period"], answer["complete"], answer["together"]["decisions"]) == ("quarter", True, 30)

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"period": "month"}, "VALIDATION_FAILED"),
            ({"start": "2026-02-30"}, "VALIDATION_FAILED"),
            ({"start": "1999-04-01"}, "INVALID_VALUE"),
            ({"period": "quarter", "start": "2026-04-02"}, "INVALID_VALUE"),
            ({"ward": "23"}, "UNKNOWN_FIELD"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, analyst, decided, query, code):
        answer = analyst.get(AUDIT, query)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_few_statements(self, analyst, decided, django_assert_max_num_queries):
        analyst.get(AUDIT)
        with django_assert_max_num_queries(7):
            analyst.get(AUDIT)


class TestUnmetNeed:
    def test_says_what_the_page_says(self, analyst, needed: Map):
        answer = analyst.get(UNMET, {"measure": "needs"}).json()
        said = {one["service"]: (one["hidden"], one["total"]) for one in answer["items"]}

        assert said == {"care": (False, 14), "nurses": (False, 11), "night": (True, None), "housing": (True, None)}
        care = next(one for one in answer["items"] if one["service"] == "care")
        assert {"from_hour": 9, "until_hour": 10, "value": 8.0} in care["bands"]
        assert (answer["together"]["service"], answer["together"]["total"]) == (None, 35)
        UnmetByHour(data=answer).is_valid(raise_exception=True)

    def test_hours_in_one_place(self, analyst, needed: Map):
        answer = analyst.get(UNMET, {"place": "rutland", "quarter": "2026-04-01"}).json()

        assert (answer["place"], answer["measure"], answer["complete"]) == ("rutland", "hours", True)
        assert answer["together"]["total"] == 24

    def test_before_any_need_there_is_nothing(self, analyst):
        directory.area("llr", level=AreaLevel.SYSTEM)
        answer = analyst.get(UNMET).json()

        assert (answer["items"], answer["together"]["hidden"]) == ([], True)
        assert answer["quarter"] == "2026-07-01"

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"measure": "money"}, "VALIDATION_FAILED"),
            ({"quarter": "soon"}, "VALIDATION_FAILED"),
            ({"quarter": "2026-05-01"}, "INVALID_VALUE"),
            ({"place": "atlantis"}, "INVALID_VALUE"),
            ({"hour": "9"}, "UNKNOWN_FIELD"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, analyst, needed: Map, query, code):
        answer = analyst.get(UNMET, query)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_few_statements(self, analyst, needed: Map, django_assert_max_num_queries):
        analyst.get(UNMET)
        with django_assert_max_num_queries(10):
            analyst.get(UNMET)


def test_only_for_who_may_read_figures(world: World):
    for address in (AUDIT, UNMET):
        assert world.surgery.get(address).status_code == 403
