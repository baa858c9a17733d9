"""Every metric of referrals on one history worked out by hand, in which no two figures are the same by chance.

Eleven referrals, all times London’s. June 2026 must hold ten: 1 to 7, 10, 11 and 12. Number 8 comes ten minutes
into July, and number 9 repeats number 1.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.actors import ESCALATION
from bcf import counting
from bcf.models import Observation, UnmetNeedFact
from directory.models import Criterion
from patients.models import NumberStatus, Patient
from referrals import actions, watch
from referrals.models import Referral, ReferralOffer
from tests.bcf.conftest import Desk, read_at_once
from tests.factories import directory, patients, people

LONDON = ZoneInfo("Europe/London")

JUNE = {  # metric: (numerator, denominator, value)
    "referrals_received": (10, None, "10"),
    "crisis_reached": (3, 5, "60"),  # 1, 3 and 7 of 1, 2, 3, 4 and 7; 12 was cancelled before its time ran out
    "acknowledge_median": (None, 8, "8.5"),  # 3 4 6 8 | 9 12 30 40
    "acknowledge_90th": (None, 8, "33"),  # 0.9 x 7 = 6.3: three tenths of the way from 30 to 40
    "triage_median": (None, 7, "20"),  # 5 11 16 [20] 25 45 70
    "triage_90th": (None, 7, "55"),  # 0.9 x 6 = 5.4: four tenths of the way from 45 to 70
    "offers_accepted": (4, 9, "44.4444"),  # 1; 2 twice; 3 by nursing
    "offers_declined": (2, 9, "22.2222"),  # 3 by crisis and by night
    "offers_waitlisted": (3, 9, "33.3333"),  # 4; 6 twice, asked in June though one answer came in July
    "unmet_need": (2, None, "2"),  # 4 and 6; the other of 6 was recorded in July
    "unmet_hours": (None, 1, "10.5"),  # 4; nobody said how many hours 6 needs
    "handoffs": (1, 10, "0.1"),  # 2
    "outcome_fed_back": (2, 4, "50"),  # 1 and 5 of 1, 2, 5 and 12
    "number_validated": (7, 10, "70"),  # 1 to 5, 7 and 10
}
JULY = {
    "referrals_received": (1, None, "1"),
    "acknowledge_median": None,
    "offers_accepted": (1, 1, "100"),  # 7, asked after midnight
    "unmet_need": (1, None, "1"),
    "unmet_hours": (None, 1, "3"),  # the other of 6
    "outcome_fed_back": (0, 1, "0"),  # 6
}


class Told:
    """The history, told by the clock on the wall."""

    def __init__(self, desk: Desk, wall: "time_machine.Traveller"):
        self.desk, self.wall = desk, wall
        self.night = directory.service("night")
        self.night_nurse = people.actor(
            "service_lead", at=self.night.organisation, team=directory.team("night-team", of=self.night)
        )
        self.night_criterion = Criterion.objects.create(
            service=self.night, code="adult", text="Must be 18.", hard=True, valid_from=directory.LONG_AGO
        )
        self.rutland = directory.practice(place="rutland", neighbourhood="rutland-pcn")
        self.people: dict[int, Patient] = {}

    def at(self, when: str) -> None:
        """Turn the wall clock to `06-01 09:00`."""
        self.wall.move_to(datetime.fromisoformat(f"2026-{when}").replace(tzinfo=LONDON))

    def send(self, number: int, when: str, urgency: str = "crisis", *, verified: bool = False, **given: object) -> UUID:
        self.at(when)
        person = given.get("patient") or patients.patient(practice=given.pop("practice", None) or self.surgery)
        status = NumberStatus.VERIFIED if verified else NumberStatus.NOT_TRACED
        Patient.objects.filter(pk=person.pk).update(nhs_number_status=status)
        self.people[number] = person
        return self.desk.send(urgency, **given | {"patient": person}).pk

    @property
    def surgery(self) -> object:
        return self.desk.patient.practice

    def triage(self, referral: UUID, seen: str, decided: str, *services: object, urgency: str = "crisis") -> None:
        self.at(seen)
        actions.acknowledge(referral_id=referral, by=self.desk.clinician)
        self.at(decided)
        asked = [service.pk for service in services or (self.desk.crisis,)]
        actions.accept(referral_id=referral, by=self.desk.clinician, urgency=urgency, services=asked)

    def offer(self, referral: UUID, service: object) -> dict[str, object]:
        by = {
            self.desk.crisis.pk: self.desk.worker,
            self.desk.nursing.pk: self.desk.nurse,
            self.night.pk: self.night_nurse,
        }
        offer = ReferralOffer.objects.get(referral=referral, service=service, closed_at=None)
        return {"referral_id": referral, "offer_id": offer.pk, "by": by[service.pk]}

    def contact(self, referral: UUID, when: str, by: object) -> None:
        self.at(when)
        actions.first_contact(referral_id=referral, by=by)

    def complete(self, referral: UUID, when: str, by: object) -> None:
        self.at(when)
        actions.complete(referral_id=referral, by=by, outcome="at_home_no_support", avoided_admission="yes")

    def read(self, referral: UUID) -> None:
        actions.mark_read(referral=Referral.objects.get(pk=referral), by=self.desk.gp)


def one_and_nine(told: Told) -> None:
    desk = told.desk
    one = told.send(1, "06-01 09:00", verified=True)
    told.triage(one, "06-01 09:04", "06-01 09:15")
    actions.accept_offer(**told.offer(one, desk.crisis))
    nine = told.send(9, "06-01 09:30", patient=told.people[1], verified=True)
    actions.mark_duplicate(referral_id=nine, by=desk.clinician, duplicate_of=one)
    told.contact(one, "06-01 09:50", desk.worker)
    told.complete(one, "06-02 08:00", desk.worker)
    told.read(one)


def two(told: Told) -> None:
    desk = told.desk
    two = told.send(2, "06-02 09:00", verified=True, practice=told.rutland)
    told.triage(two, "06-02 09:09", "06-02 09:29")
    actions.accept_offer(**told.offer(two, desk.crisis))
    told.at("06-02 10:00")
    actions.redirect(referral_id=two, by=desk.clinician, service=desk.nursing.pk, reason="Nearer.")
    actions.accept_offer(**told.offer(two, desk.nursing))
    told.contact(two, "06-02 11:30", desk.nurse)
    told.complete(two, "06-03 08:00", desk.nurse)


def three(told: Told) -> None:
    desk = told.desk
    three = told.send(3, "06-03 09:00", verified=True)
    told.triage(three, "06-03 09:30", "06-03 10:15", desk.crisis, desk.nursing, told.night)
    actions.decline_offer(**told.offer(three, desk.crisis), criterion=desk.criterion)
    actions.decline_offer(**told.offer(three, told.night), criterion=told.night_criterion)
    actions.accept_offer(**told.offer(three, desk.nursing))
    told.contact(three, "06-03 10:40", desk.nurse)


def four(told: Told) -> None:
    desk = told.desk
    four = told.send(4, "06-04 09:00", verified=True)
    told.triage(four, "06-04 09:12", "06-04 10:22", desk.crisis, desk.nursing)
    actions.waitlist_offer(**told.offer(four, desk.crisis), hours=Decimal("10.5"))
    told.at("06-04 11:01")
    watch.sweep(by=ESCALATION, now=timezone.now())


def five_ten_eleven_and_twelve(told: Told) -> None:
    desk = told.desk
    five = told.send(5, "06-05 09:00", "urgent", verified=True)
    told.at("06-05 09:03")
    actions.acknowledge(referral_id=five, by=desk.clinician)
    told.at("06-05 09:08")
    actions.advise(referral_id=five, by=desk.clinician, advice="Call the district nurses.")
    told.read(five)
    ten = told.send(10, "06-09 09:00", "urgent", verified=True)
    told.at("06-09 09:06")
    actions.acknowledge(referral_id=ten, by=desk.clinician)
    told.send(11, "06-10 09:00", "urgent")
    twelve = told.send(12, "06-11 09:00")
    told.at("06-11 09:50")
    actions.cancel(referral_id=twelve, by=desk.gp, reason="Not needed.")


def six_seven_and_eight(told: Told) -> None:
    desk = told.desk
    six = told.send(6, "06-30 20:00", "urgent")
    told.triage(six, "06-30 20:08", "06-30 20:24", desk.crisis, desk.nursing, urgency="urgent")
    actions.waitlist_offer(**told.offer(six, desk.crisis))
    seven = told.send(7, "06-30 23:30", verified=True)
    told.send(8, "07-01 00:10", "urgent")
    told.triage(seven, "07-01 00:10", "07-01 00:35")
    actions.accept_offer(**told.offer(seven, desk.crisis))
    told.contact(seven, "07-01 00:40", desk.worker)
    actions.waitlist_offer(**told.offer(six, desk.nursing), hours=Decimal("3"))
    actions.withdraw(referral_id=six, by=desk.clinician, reason="Went to family.")


@pytest.fixture(scope="module")
def _told(_desk: Desk) -> Told:
    """Everything told in order, then counted."""
    june = datetime(2026, 6, 1, tzinfo=LONDON)
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(june, tick=False) as wall:
        read_at_once(patch)
        told = Told(_desk, wall)
        for chapter in (one_and_nine, two, three, four, five_ten_eleven_and_twelve, six_seven_and_eight):
            chapter(told)
        counting.count()
    return told


@pytest.fixture
def counted(_told: Told, db: None) -> Told:
    return _told


def figure(metric: str, start: date, level: str = "system", period: str = "month", scope: object = None) -> object:
    """One figure as (numerator, denominator, value); None where there is none."""
    known = Observation.objects.filter(metric=metric, level=level, period=period, start=start, known_to=None)
    found = known.filter(scope_id=scope.pk) if scope else known
    return found.values_list("numerator", "denominator", "value").first()


def as_worked_out(wanted: tuple[int | None, int | None, str] | None) -> object:
    return wanted and (wanted[0], wanted[1], Decimal(wanted[2]))


def test_june_is_as_worked_out_by_hand(counted: Told) -> None:
    found = {key: figure(key, date(2026, 6, 1)) for key in JUNE}

    assert found == {key: as_worked_out(JUNE[key]) for key in JUNE}


def test_july_holds_what_came_after_midnight_in_london(counted: Told) -> None:
    assert {key: figure(key, date(2026, 7, 1)) for key in JULY} == {key: as_worked_out(JULY[key]) for key in JULY}


def test_a_quarter_is_not_the_mean_of_its_months(counted: Told) -> None:
    assert figure("acknowledge_median", date(2026, 4, 1), period="quarter") == (None, 8, Decimal("8.5"))
    assert figure("offers_accepted", date(2026, 7, 1), period="quarter") == (1, 1, Decimal(100))


def test_weeks_start_on_monday_and_days_end_at_midnight(counted: Told) -> None:
    assert figure("referrals_received", date(2026, 6, 1), period="week")[0] == 5
    assert figure("referrals_received", date(2026, 6, 8), period="week")[0] == 3
    assert figure("referrals_received", date(2026, 6, 29), period="week")[0] == 3  # 6 and 7 in June, 8 in July
    assert figure("referrals_received", date(2026, 6, 30), period="day")[0] == 2
    assert figure("crisis_reached", date(2026, 6, 30), period="day") == (1, 1, Decimal(100))


def test_each_level_counts_its_own(counted: Told) -> None:
    june, desk = date(2026, 6, 1), counted.desk
    leicester, rutland = counted.surgery.practice, counted.rutland.practice

    assert figure("referrals_received", june, "place", scope=leicester.place)[0] == 9
    assert figure("referrals_received", june, "place", scope=rutland.place)[0] == 1
    assert figure("referrals_received", june, "neighbourhood", scope=rutland.neighbourhood)[0] == 1
    assert figure("crisis_reached", june, "place", scope=rutland.place) == (0, 1, Decimal(0))
    assert figure("crisis_reached", june, "service", scope=desk.nursing) == (1, 2, Decimal(50))
    assert figure("offers_declined", june, "service", scope=counted.night) == (1, 1, Decimal(100))
    assert figure("offers_waitlisted", june, "service", scope=desk.crisis)[:2] == (2, 5)
    assert figure("unmet_need", date(2026, 7, 1), "service", scope=desk.nursing)[0] == 1
    assert figure("unmet_hours", june, "service", scope=desk.crisis) == (None, 1, Decimal("10.5"))
    assert figure("unmet_hours", june, "place", scope=leicester.place) == (None, 1, Decimal("10.5"))


def test_a_need_is_of_the_hour_that_a_clock_in_london_showed(counted: Told) -> None:
    """Four was put on a list at 10:22; six at 20:24, and at 00:40 on the clock, which is 23:40 in universal time."""
    needs = UnmetNeedFact.objects.order_by("recorded_on", "recorded_hour")

    assert list(needs.values_list("recorded_hour", "care_seconds")) == [(10, 37_800), (20, None), (0, 10_800)]


def test_hours_of_a_quarter_are_those_of_its_months_added_up(counted: Told) -> None:
    assert figure("unmet_hours", date(2026, 4, 1), period="quarter") == (None, 1, Decimal("10.5"))
    assert figure("unmet_hours", date(2026, 6, 29), period="week") == (None, 1, Decimal("3"))
