"""The Home First audit by ward, worked out by hand; and that nobody on a small ward can be told from it."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import product
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from bcf import counting
from bcf.bands import DAY
from bcf.periods import Period
from bcf.sums import is_safe
from bcf.wards import Audit, Audited, Span, audit, spans
from directory.codes import OrganisationKind
from directory.models import Organisation
from homefirst.codes import Destination as To
from homefirst.models import DischargeCase
from tests.bcf.conftest import Desk
from tests.bcf.test_bands import Reader
from tests.bcf.web.pages import rows as lines
from tests.bcf.web.pages import words
from tests.factories import directory, patients, people
from tests.factories import homefirst_rows as rows

SPRING, SUMMER = (Span(Period.QUARTER, date(2026, month, 1)) for month in (4, 7))
LAST_YEAR, THIS_YEAR = (Span(Period.YEAR, date(year, 4, 1)) for year in (2025, 2026))
NOON = datetime(2026, 5, 6, 12, tzinfo=ZoneInfo("Europe/London"))
HOME = (1, To.USUAL_HOME, {})
NOT_CONSIDERED = (1, To.USUAL_HOME, {"home_first_considered": False})
BED = (2, To.COMMUNITY_BED, {})
HOSPICE = (1, To.HOSPICE, {})
"""Not home, and nothing says why."""
PATH = "/figures/home-first-audit/"


@pytest.fixture(autouse=True)
def _july() -> Iterable[None]:
    with time_machine.travel(datetime(2026, 7, 2, 12, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield


@pytest.fixture
def royal(desk: Desk) -> Organisation:
    return directory.organisation(OrganisationKind.HOSPITAL, "Royal Example")


def decide(hospital: Organisation, ward: str, *ways: tuple[tuple, int], at: datetime = NOON, **said: object) -> None:
    """So many decisions of each way."""
    surgery = directory.practice()
    for (pathway, destination, more), count in ways:
        for _ in range(count):
            person = patients.patient(practice=surgery)
            case = rows.ready_case(person, at, hospital=hospital, ward=ward, **said)
            rows.decide(case, pathway, destination, at, **more)


def numbers(one: Audited) -> tuple[object, ...]:
    shares = (one.considered, one.home, one.reasons)
    return (one.decisions, *((share.number, share.of) for share in shares))


def by_ward(found: Audit) -> dict[str, tuple[object, ...]]:
    return {one.ward: numbers(one) for one in found.wards}


@pytest.fixture
def told(royal: Organisation, one_transaction: None) -> None:
    """Two wards that may be shown and two that may not; one decision of another quarter, and one at somebody's home."""
    decide(royal, "Ward 23", (HOME, 9), (NOT_CONSIDERED, 3))
    decide(royal, " ward  23", (NOT_CONSIDERED, 2), (BED, 6))
    decide(royal, "Frailty", (HOME, 15), (NOT_CONSIDERED, 5))
    decide(royal, "Quiet side room of Mrs Nobody", (HOME, 3))
    decide(royal, "Ward 6", (HOME, 4))
    decide(royal, "Frailty", (HOME, 5), at=datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London")))
    counting.count()


@pytest.mark.django_db
class TestByHand:
    def test_each_ward_counts_its_own_however_its_name_was_typed(self, told: None):
        found = audit(SPRING)
        assert by_ward(found) == {
            "Frailty": (20, (15, 20), (20, 20), (0, 0)),
            "Ward 23": (20, (15, 20), (14, 20), (6, 6)),
        }
        assert found.others == 2
        assert numbers(found.together) == (47, (37, 47), (41, 47), (6, 6))

    def test_quarters_are_londons_and_the_newest_comes_first(self, told: None):
        assert spans() == [THIS_YEAR, SUMMER, SPRING]
        assert numbers(audit(SUMMER).together)[0] == 5

    def test_a_decision_that_does_not_say_why_is_counted_where_enough_are_there(self, royal, one_transaction):
        decide(royal, "Ward 1", (BED, 6), (HOSPICE, 5), (HOME, 7))
        decide(royal, "Ward 2", (BED, 8), (HOSPICE, 2), (HOME, 6))
        counting.count()
        found = by_ward(audit(SPRING))
        assert found["Ward 1"] == (18, (18, 18), (7, 18), (None, None)), "hidden, or Ward 2 could be worked out"
        assert found["Ward 2"] == (16, (16, 16), (6, 16), (None, None))

    def test_decisions_at_home_are_of_no_ward_and_of_all(self, royal, one_transaction):
        decide(royal, "Ward 1", (HOME, 9))
        decide(royal, "Ward 1", (HOME, 6), direction=DischargeCase.Direction.STEP_UP)
        counting.count()
        found = audit(SPRING)
        assert by_ward(found)["Ward 1"][0] == 9
        assert found.together.decisions == 15

    def test_a_ward_that_was_not_written_down_says_so(self, royal, one_transaction):
        decide(royal, "", (HOME, 6))
        counting.count()
        assert set(by_ward(audit(SPRING))) == {"Ward not recorded"}

    def test_a_year_is_its_complete_quarters(self, royal, one_transaction):
        """The summer runs. Last year ended with the winter: 9 and 7 and 6."""
        for month, count in ((7, 9), (1, 7), (2, 6)):
            at = datetime(2025 if month > 3 else 2026, month, 3, 9, tzinfo=ZoneInfo("Europe/London"))
            decide(royal, "Ward 1", (HOME, count), at=at)
        decide(royal, "Ward 1", (HOME, 8), (BED, 5))
        decide(royal, "Ward 1", (HOME, 11), at=datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/London")))
        counting.count()

        assert by_ward(audit(LAST_YEAR)) == {"Ward 1": (22, (22, 22), (22, 22), (0, 0))}
        assert by_ward(audit(THIS_YEAR)) == {"Ward 1": (13, (13, 13), (8, 13), (5, 5))}
        assert THIS_YEAR.end == date(2026, 7, 1)
        assert [span.period for span in spans()] == ["year"] * 2 + ["quarter"] * 4

    def test_a_quarter_without_decisions_is_empty(self, desk: Desk):
        assert audit(SPRING).wards == ()
        assert audit(SPRING).together.decisions == 0


@pytest.mark.django_db
class TestNobodyIsGivenAway:
    def test_one_small_ward_takes_the_next_smallest_with_it(self, royal, one_transaction):
        for ward, count in (("Large", 20), ("Middle", 9), ("Small", 3)):
            decide(royal, ward, (HOME, count))
        counting.count()
        found = audit(SPRING)
        assert set(by_ward(found)) == {"Large"}
        assert found.others == 2

    def test_a_few_decisions_at_home_hide_a_ward_too(self, royal, one_transaction):
        decide(royal, "Ward 1", (HOME, 9))
        decide(royal, "Ward 2", (HOME, 7))
        decide(royal, "Ward 1", (HOME, 2), direction=DischargeCase.Direction.STEP_UP)
        counting.count()
        assert set(by_ward(audit(SPRING))) == {"Ward 1"}

    def test_a_ward_with_few_in_one_quarter_is_shown_by_the_year_alone(self, royal, one_transaction):
        """Its other quarters would leave the 2 of the autumn; and so would the system, less Wards 1 and 3."""
        for year, month, first, second in ((2025, 7, 20, 9), (2025, 10, 30, 2), (2026, 1, 0, 7)):
            at = datetime(year, month, 3, 9, tzinfo=ZoneInfo("Europe/London"))
            decide(royal, "Ward 1", (HOME, first), at=at)
            decide(royal, "Ward 2", (HOME, second), at=at)
        decide(royal, "Ward 3", (HOME, 6), at=datetime(2025, 10, 3, 9, tzinfo=ZoneInfo("Europe/London")))
        counting.count()

        assert {ward: said[0] for ward, said in by_ward(audit(LAST_YEAR)).items()} == {
            "Ward 1": 50, "Ward 2": 18, "Ward 3": 6,
        }  # fmt: skip
        autumn = audit(Span(Period.QUARTER, date(2025, 10, 1)))
        assert {ward: said[0] for ward, said in by_ward(autumn).items()} == {"Ward 1": 30}
        assert autumn.together.decisions == 38

    def test_a_year_does_not_tell_the_quarter_that_the_metrics_hide(self, royal, one_transaction):
        for month, count in ((4, 20), (7, 3), (10, 20)):
            at = datetime(2025, month, 3, 9, tzinfo=ZoneInfo("Europe/London"))
            decide(royal, "Ward 1", (HOME, count), at=at)
        counting.count()

        found = audit(LAST_YEAR)
        assert found.together.decisions is None
        assert found.wards == ()
        assert audit(Span(Period.QUARTER, date(2025, 10, 1))).together.decisions == 20

    @pytest.mark.parametrize("seed", range(3))
    def test_no_ward_follows_from_years_and_quarters(self, royal, one_transaction, seed: int):
        """Wards and decisions at home by quarter, all that is shown of them taken together by linear algebra."""
        dice = Random(seed)
        months = {0: (2025, 4), 1: (2025, 7), 2: (2025, 10), 3: (2026, 1)}
        homes = [f"Ward {number}" for number in range(4)]
        truth = {ward: [dice.choice((0, 2, 3, 5, 6, 9)) for _ in months] for ward in (*homes, "")}
        for ward, counts in truth.items():
            for (year, month), count in zip(months.values(), counts, strict=True):
                at = datetime(year, month, 3, 9, tzinfo=ZoneInfo("Europe/London"))
                away = {} if ward else {"direction": DischargeCase.Direction.STEP_UP}
                decide(royal, ward, (HOME, count), at=at, **away)
        counting.count()

        shown = [self.read(audit(LAST_YEAR), range(DAY))]
        for number, (year, month) in months.items():
            shown.append(self.read(audit(Span(Period.QUARTER, date(year, month, 1))), [number]))
        names = {ward: UUID(int=number) for number, ward in enumerate(truth, start=1)}
        counts = {(None, names[ward]): [*quarters, *[0] * (DAY - 4)] for ward, quarters in truth.items()}
        cells = [(None, one, number) for one in names.values() for number in months]
        known = [("all", names.get(ward, "all"), quarters) for each in shown for ward, quarters in each]
        reader = Reader(counts, known, cells)
        for ward, number in product(names.values(), months):
            assert is_safe(reader.total([(None, ward, number)])) or not reader.knows([(None, ward, number)])
        for ward in names.values():
            every = [(None, ward, number) for number in months]
            assert is_safe(reader.total(every)) or not reader.knows(every)

    def read(self, found: Audit, quarters: Iterable[int]) -> list[tuple[str, Iterable[int]]]:
        """Whose decisions are shown, of which quarters."""
        all_of_them = [] if found.together.decisions is None else [("everybody", quarters)]
        return all_of_them + [(one.ward, quarters) for one in found.wards if one.decisions is not None]

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_left_of_all_is_never_few(self, royal, one_transaction, seed: int):
        dice = Random(seed)
        for number in range(9):
            ways = [(way, dice.choice((0, 0, 1, 3, 5, 8))) for way in (HOME, NOT_CONSIDERED, BED, HOSPICE)]
            decide(royal, f"Ward {number}", *ways)
        counting.count()
        found = audit(SPRING)
        for of in (lambda one: one.decisions, lambda one: one.considered.number, lambda one: one.home.number):
            shown = [of(one) for one in found.wards if of(one) is not None]
            assert not any(0 < count < 5 for count in shown)
            rest = (of(found.together) or 0) - sum(shown)
            assert of(found.together) is None or not 0 < rest < 5


@pytest.mark.django_db
class TestDoors:
    def test_the_page_shows_wards_and_says_no_name_of_those_it_hides(self, told: None, client: Client):
        people.sign_in(client, "commissioner")
        said = words(client.get(PATH))
        for part in ("Ward 23", "75.0%: 15 of 20", "70.0%: 14 of 20", "100.0%: 6 of 6", "2 other wards", "78.7%"):
            assert part in said
        assert "Quiet side room" not in said
        assert "Ward 6" not in said

    def test_the_file_says_the_same_with_stars(self, told: None, client: Client):
        people.sign_in(client, "bcf_manager")
        answer = client.get(f"{PATH}figures.csv?period=quarter.2026-04-01")
        found = lines(answer)
        assert found[0][5:8] == ["Decisions", "Home considered first", "Home considered first, per cent"]
        assert found[2][:5] == ["Royal Example", "Ward 23", "Q1 2026/27 (Apr to Jun)", "2026-04-01", "yes"]
        assert found[2][5:] == ["20", "15", "75.0", "14", "70.0", "6", "6", "100.0"]
        assert found[3][1] == "Other wards (2)"
        assert set(found[3][5:]) == {"*"}
        assert found[4][5] == "47"
        assert "Quiet" not in answer.content.decode()

    def test_the_newest_year_is_shown_when_nobody_chose(self, told: None, client: Client):
        people.sign_in(client, "commissioner")
        assert "Decisions by ward, 2026/27, so far: Apr to Jun 2026" in words(client.get(PATH))
        assert "Q2 2026/27 (Jul to Sep), so far" in words(client.get(f"{PATH}?period=quarter.2026-07-01"))

    def test_a_quarter_that_is_not_there_is_said_and_the_usual_is_shown(self, told: None, client: Client):
        people.sign_in(client, "commissioner")
        for path in (PATH, f"{PATH}figures.csv"):
            answer = client.get(f"{path}?period=quarter.1999-01-01")
            assert answer.status_code == 422
            assert "Choose a year or quarter from the list" in words(answer)
            assert "Ward 23" in words(answer)

    def test_before_anything_was_decided_the_page_says_so(self, desk: Desk, client: Client):
        people.sign_in(client, "commissioner")
        assert "Nothing was decided in this time" in words(client.get(PATH))

    def test_who_sees_no_figures_sees_no_audit(self, desk: Desk, client: Client):
        people.sign_in(client, "hub_member")
        assert client.get(PATH).status_code == 403
        assert client.get(f"{PATH}figures.csv").status_code == 403

    def test_few_statements_however_many_wards(self, told: None, client: Client, django_assert_max_num_queries):
        people.sign_in(client, "commissioner")
        client.get(PATH)
        with django_assert_max_num_queries(6):
            client.get(PATH)

    def test_the_audits_metrics_lead_here(self, told: None, client: Client):
        people.sign_in(client, "commissioner")
        for key in ("home_considered", "not_home_reason"):
            assert f'href="{PATH}"' in client.get(f"/figures/{key}/").content.decode()
        assert f'href="{PATH}"' not in client.get("/figures/discharges/").content.decode()
