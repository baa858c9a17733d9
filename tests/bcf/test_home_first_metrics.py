"""Every metric of Home First on one history worked out by hand, in which no two figures are the same by chance.

All times are London's, in June 2026 unless they say otherwise; it is counted at noon on 2 July.
"""

from copy import deepcopy
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from audit.events import Kind as Event
from bcf import counting
from bcf.metrics import METRICS
from directory.codes import OrganisationKind as Kind
from homefirst.codes import Destination as To
from homefirst.codes import WardKind
from homefirst.models import DischargeCase, FollowUp91
from homefirst.states import CrisisStatus, ReablementStatus, SpellKind
from patients.models import Patient
from referrals.models import Referral
from tests.bcf.conftest import Desk, known, read_at_once
from tests.bcf.test_metrics import JUNE as OF_REFERRALS
from tests.bcf.test_metrics import as_worked_out, figure
from tests.factories import directory, patients
from tests.factories import homefirst_rows as rows

LONDON = ZoneInfo("Europe/London")

JUNE = {  # metric: (numerator, denominator, value)
    "crisis_ended": (15, None, "15"),
    "crisis_over_72h": (4, 15, "26.6667"),
    "admissions_avoided": (13, None, "13"),
    "avoided_grade_a": (5, 13, "38.4615"),
    "avoided_grade_b": (4, 13, "30.7692"),
    "avoided_grade_c": (3, 13, "23.0769"),
    "avoided_grade_d": (1, 13, "7.6923"),
    "discharges": (11, None, "11"),
    "ready_hours_median": (None, 11, "48"),  # 4 6 8 9 24 [48] 72 97 99 121 168
    "ready_hours_mean": (None, 11, "59.6364"),  # 656 hours
    "discharged_when_ready": (3, 11, "27.2727"),  # 1, 2 and 3
    "delay_of_delayed": (27, 8, "3.375"),  # 1 1 2 3 4 4 5 7
    "delay_of_all": (27, 11, "2.4545"),
    "usual_residence": (8, 11, "72.7273"),  # not 7, 8 and 9
    "discharged_weekend": (2, 11, "18.1818"),  # 5 and 8
    "discharged_monday": (2, 11, "18.1818"),  # 1 and 9
    "discharged_tuesday": (1, 11, "9.0909"),  # 2
    "discharged_wednesday": (3, 11, "27.2727"),  # 3, 6 and 10
    "discharged_thursday": (0, 11, "0"),
    "discharged_friday": (3, 11, "27.2727"),  # 4, 7 and 11
    "discharged_saturday": (1, 11, "9.0909"),  # 5
    "discharged_sunday": (1, 11, "9.0909"),  # 8
    "pathway_0": (3, 10, "30"),  # 1, 2 and 11
    "pathway_1": (4, 10, "40"),  # 3 to 6
    "pathway_2": (2, 10, "20"),  # 7 and 8
    "pathway_3": (1, 10, "10"),  # 9; nobody decided for 10
    "home_considered": (11, 13, "84.6154"),  # not 1 and 14
    "not_home_reason": (4, 5, "80"),  # 7, 8, 9 and 15 of these and 14
    "delayed_days": (40, None, "40"),
    "delayed_days_nhs": (13, 40, "32.5"),
    "delayed_days_council": (9, 40, "22.5"),
    "delayed_days_other": (18, 40, "45"),
    "delay_reason_hospital": (7, 40, "17.5"),
    "delay_reason_wellbeing": (5, 40, "12.5"),
    "delay_reason_hub": (6, 40, "15"),
    "delay_reason_interface": (1, 40, "2.5"),
    "delay_reason_capacity": (8, 40, "20"),  # the other 13 are of a group that is not on the list
    "home_at_91": (5, 9, "55.5556"),
    "unknown_at_91": (3, 12, "25"),
    "bed_occupancy": (21, 40, "52.5"),
    "home_occupancy": (5, 12, "41.6667"),
    "bed_stay_median": (None, 2, "8.5"),  # 2 and 15 days
    "home_stay_median": (None, 1, "2.5"),
}
JULY = {
    "crisis_ended": (1, None, "1"),
    "crisis_over_72h": (0, 1, "0"),
    "admissions_avoided": None,
    "discharges": (1, None, "1"),  # 13, after midnight
    "delay_of_all": (1, 1, "1"),
    "home_considered": None,
    "delayed_days": (1, None, "1"),  # 14, who still waits
    "bed_occupancy": (2, 3, "66.6667"),
    "home_occupancy": (0, 3, "0"),
    "home_stay_median": (None, 1, "3"),
}

CASES: dict[int, tuple[str, str, int | None, str]] = {  # ready, left, pathway, destination
    1: ("01 09:00", "01 15:00", 0, To.USUAL_HOME),
    2: ("02 10:00", "02 18:00", 0, To.FAMILY),
    3: ("03 08:00", "03 17:00", 1, To.OWN_CARE_HOME),
    4: ("04 22:00", "05 02:00", 1, To.USUAL_HOME),
    5: ("05 12:00", "06 12:00", 1, To.USUAL_HOME),  # a Saturday
    6: ("08 09:00", "10 09:00", 1, To.USUAL_HOME),
    7: ("09 09:00", "12 09:00", 2, To.COMMUNITY_BED),
    8: ("10 09:00", "14 10:00", 2, To.COMMUNITY_BED),  # a Sunday
    9: ("11 09:00", "15 12:00", 3, To.NEW_CARE_HOME),
    10: ("12 09:00", "17 10:00", None, To.USUAL_HOME),
    11: ("05-29 12:00", "05 12:00", 0, To.USUAL_HOME),
    12: ("03 12:00", "05 12:00", 1, To.DIED),
    13: ("30 20:00", "07-01 00:30", 1, To.USUAL_HOME),
    14: ("18 09:00", "", 1, To.HOSPICE),
    15: ("20 10:00", "", 1, To.ELSEWHERE),
}
DELAYS: dict[int, list[tuple[str, str, str]]] = {  # owner, reason, from when if not from the beginning
    4: [(Kind.ACUTE_TRUST, "hospital", "")],  # 1 night
    5: [(Kind.COUNCIL, "interface", "")],  # 1
    6: [(Kind.COUNCIL, "capacity", ""), (Kind.COMMUNITY_TRUST, "hub", "09 09:00")],  # 1 and 1
    7: [(Kind.COUNCIL, "capacity", "")],  # 3
    8: [(Kind.HOSPITAL, "hospital", "")],  # 4
    9: [(Kind.CARE_HOME, "capacity", "")],  # 4
    10: [(Kind.ICB, "hub", "")],  # 5
    11: [(Kind.COUNCIL, "wellbeing", "")],  # 3 in May, 4 in June
    12: [(Kind.ACUTE_TRUST, "hospital", "")],  # 2
    13: [(Kind.VOLUNTARY, "wellbeing", "")],  # 1
    14: [(Kind.HOME_CARE, "Something new", "")],  # 13 in June, and goes on
}
OUTCOMES = ["home"] * 5 + ["not_home"] * 3 + ["died"] + ["unknown"] * 3 + [""]


def at(when: str) -> datetime:
    """`03 09:00` in June, or `07-01 00:30`."""
    month = "" if "-" in when else "06-"
    return datetime.fromisoformat(f"2026-{month}{when}").replace(tzinfo=LONDON)


class Told:
    """The history."""

    def __init__(self, desk: Desk):
        self.desk, self.surgery = desk, desk.patient.practice
        self.rutland = directory.practice(place="rutland", neighbourhood="rutland-pcn")
        self.cases: dict[int, DischargeCase] = {}

    def person(self, **details: object) -> Patient:
        return patients.patient(**{"practice": self.surgery} | details)

    def referral(self, **details: object) -> Referral:
        return self.desk.send(patient=self.person(**details))

    def crises(self) -> None:
        """Fifteen that ended in June; one in July, one that goes on, one that was none."""
        hours = [80, 73, 96, 73, 72, *[10] * 10]
        grades = [*"aaaaabbbbcccd"]
        for number, lasted in enumerate(hours):
            opened = at(f"{number + 5:02} 08:00")
            told = rows.crisis(self.referral(), opened, opened + lasted * rows.HOUR)
            if number == 0:
                self.extend(told)
            if number < len(grades):
                rows.claim(told, grades[number], opened)
            elif number == len(grades):
                self.withdraw(rows.claim(told, "a", opened))
        rows.crisis(self.referral(), at("30 20:00"), at("07-01 00:10"))
        rows.crisis(self.referral(), at("10 08:00"))
        rows.crisis(self.referral(), at("11 08:00"), status=CrisisStatus.VOID)

    def extend(self, episode: object) -> None:
        episode.ends_by, episode.extended_by_id = at("30 08:00"), self.desk.lead.id
        episode.extension_reason = "The package starts tomorrow."
        episode.save()

    def withdraw(self, claim: object) -> None:
        claim.voided_at, claim.void_reason = at("30 08:00"), "Was admitted after all."
        claim.save()

    def ways_home(self) -> None:
        for number, (ready, left, pathway, destination) in CASES.items():
            person = self.person(practice=self.rutland) if number in (7, 8) else self.person()
            case = self.cases[number] = rows.ready_case(person, at(ready))
            if pathway is not None:
                said = {1: {"home_first_considered": None}, 14: {"home_first_considered": False}}.get(number, {})
                said |= {"not_home_reason": "Asked for it."} if number == 15 else {}
                rows.decide(case, pathway, "" if destination == To.DIED else destination, at(ready), **said)
            self.waits(number, at(left) if left else None)
            if left:
                rows.leave(case, at(left), destination)

    def waits(self, number: int, left: datetime | None) -> None:
        spells = DELAYS.get(number, [])
        ends = [*(at(start) for *_, start in spells[1:]), left]
        for (owner, reason, start), end in zip(spells, ends, strict=False):
            rows.wait(self.cases[number], owner, reason, at(start) if start else None, end)

    def follow_ups(self) -> None:
        """Thirteen people of 65 and over, one of them not asked yet; one younger, and one who was none."""
        for number, outcome in enumerate(OUTCOMES):
            rows.follow_up(rows.reablement(self.referral(), at("03-01 09:00")), date(2026, 6, 3 + number), outcome)
        born = date(1961, 3, 12)  # 64 on 11 March 2026, 91 days before 10 June
        younger = rows.reablement(self.referral(date_of_birth=born), at("03-11 09:00"))
        rows.follow_up(younger, date(2026, 6, 10), "home")
        none = rows.reablement(self.referral(), at("03-11 09:00"), status=ReablementStatus.VOID)
        rows.follow_up(none, date(2026, 6, 10), "home")

    def beds(self) -> None:
        """Two beds since May that are first used on the 10th, three places at home, a bed of a care home."""
        leicester, rutland = directory.area("leicester"), directory.area("rutland")
        self.ward = rows.ward("elm", leicester, open_from=date(2026, 5, 1))
        one, two = self.ward.beds.order_by("number")
        moves = self.person()
        rows.spell(one, moves, at("10 12:00"), at("20 12:00"))
        rows.spell(two, moves, at("20 12:00"), at("25 12:00"))
        rows.spell(two, None, at("12 08:00"), at("15 08:00"), SpellKind.CLOSED)
        rows.spell(one, None, at("20 12:00"), at("20 13:00"), SpellKind.CLEANING)
        rows.spell(one, self.person(), at("21 00:00"), at("23 00:00"))
        rows.spell(one, self.person(), at("28 12:00"))
        self.virtual = rows.ward("virtual", leicester, rutland, kind=WardKind.VIRTUAL, beds=3)
        one, two, three = self.virtual.beds.order_by("number")
        rows.spell(one, self.person(), at("27 08:00"), at("29 20:00"))
        rows.spell(two, self.person(), at("28 10:00"), at("07-01 10:00"))
        rows.spell(three, self.person(), at("30 10:00"), at("07-05 10:00"), SpellKind.RESERVED)
        block = rows.ward("block", rutland, kind=WardKind.BLOCK, beds=1, open_from=date(2026, 6, 30))
        rows.spell(block.beds.get(), self.person(), at("30 09:00"))


@pytest.fixture
def wall() -> "time_machine.Traveller":
    with time_machine.travel(at("07-02 12:00"), tick=False) as clock:
        yield clock


@pytest.fixture(scope="module")
def _told(_desk: Desk) -> Told:
    """Everything told, then counted."""
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(at("07-02 12:00"), tick=False):
        read_at_once(patch)
        told = Told(_desk)
        for chapter in (told.crises, told.ways_home, told.follow_ups, told.beds):
            chapter()
        counting.count()
    return told


@pytest.fixture
def counted(_told: Told, one_transaction: None, wall: object, db: None) -> Told:
    return deepcopy(_told)


def test_june_is_as_worked_out_by_hand(counted: Told) -> None:
    assert {key: figure(key, date(2026, 6, 1)) for key in JUNE} == {key: as_worked_out(JUNE[key]) for key in JUNE}


def test_july_holds_what_came_after_midnight_in_london(counted: Told) -> None:
    assert {key: figure(key, date(2026, 7, 1)) for key in JULY} == {key: as_worked_out(JULY[key]) for key in JULY}


def test_every_metric_is_worked_out_by_hand() -> None:
    assert {*OF_REFERRALS, *JUNE} == {*METRICS}


def test_counting_everything_finds_the_same(counted: Told) -> None:
    by_events = known()

    counting.count_everything()

    assert known() == by_events


def test_each_level_counts_its_own(counted: Told) -> None:
    june, rutland, elm = date(2026, 6, 1), counted.rutland.practice, counted.ward

    assert figure("discharges", june, "place", scope=rutland.place)[0] == 2
    assert figure("pathway_2", june, "neighbourhood", scope=rutland.neighbourhood)[:2] == (2, 2)
    assert figure("delayed_days_nhs", june, "place", scope=rutland.place)[:2] == (4, 7)
    assert figure("crisis_ended", june, "place", scope=rutland.place) is None
    assert figure("bed_occupancy", june, "service", scope=elm.service)[:2] == (20, 39)
    assert figure("bed_occupancy", june, "place", scope=rutland.place)[:2] == (1, 1)
    assert figure("bed_stay_median", june, "place", scope=elm.areas.get())[1] == 2
    assert figure("home_occupancy", june, "place", scope=rutland.place) is None


def test_waiting_and_wards_go_on_though_nothing_happens(counted: Told, wall: "time_machine.Traveller") -> None:
    wall.move_to(at("07-04 00:00"))
    counting.count()

    july = date(2026, 7, 1)
    assert figure("delayed_days", july)[0] == 3
    assert figure("bed_occupancy", july)[:2] == (6, 9)
    by_days = known()
    counting.count_everything()
    assert known() == by_days


def test_a_move_within_the_place_takes_a_case_without_a_referral_along(counted: Told) -> None:
    case, area = counted.cases[7], counted.rutland.practice.neighbourhood
    person = Patient.objects.get(pk=case.patient_id)
    person.neighbourhood = directory.area("oakham", level=area.level)
    person.save()
    rows.tell(Event.PATIENT_UPDATED, person, person)
    counting.count()

    assert figure("discharges", date(2026, 6, 1), "neighbourhood", scope=person.neighbourhood)[0] == 1
    assert figure("discharges", date(2026, 6, 1), "neighbourhood", scope=area)[0] == 1


def test_a_corrected_birth_date_decides_who_is_old_enough(counted: Told) -> None:
    person = FollowUp91.objects.filter(outcome="home").order_by("due_on")[0].patient
    person.date_of_birth = date(1990, 1, 1)
    person.save()
    rows.tell(Event.PATIENT_UPDATED, person, person)
    counting.count()

    assert figure("home_at_91", date(2026, 6, 1))[:2] == (4, 8)
