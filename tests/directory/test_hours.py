"""When a service is open: nights, bank holidays and both clock changes, in London time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.codes import Weekday
from directory.hours import LONDON, Opening, Timetable, moment_words, time_words, week_words

DAYTIME = tuple(Opening(day, time(8), time(20)) for day in range(7))
NIGHT = tuple(Opening(day, time(20), time(8)) for day in range(7))
OFFICE = tuple(Opening(day, time(9), time(17)) for day in range(5))
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})


def london(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (london(2026, 11, 23, 7, 59), "Opens 8am"),
        (london(2026, 11, 23, 8, 0), "Open now until 8pm"),
        (london(2026, 11, 23, 19, 59), "Open now until 8pm"),
        (london(2026, 11, 23, 20, 0), "Opens 8am tomorrow"),
    ],
)
def test_a_daytime_service_opens_and_closes_on_the_minute(at, text):
    assert Timetable(DAYTIME).state(at).text == text


def test_office_hours_say_the_day_they_open_again():
    friday_evening = Timetable(OFFICE).state(london(2026, 11, 20, 18))
    assert not friday_evening.open
    assert friday_evening.text == "Opens 9am on Monday"


def test_a_night_belongs_to_the_day_it_starts_on():
    saturday_only = Timetable((Opening(Weekday.SATURDAY, time(22), time(8)),))
    assert saturday_only.is_open(london(2026, 11, 22, 7, 59))
    assert not saturday_only.is_open(london(2026, 11, 21, 7, 59))
    assert not saturday_only.is_open(london(2026, 11, 22, 8))


def test_a_nightly_service_is_open_until_morning():
    assert Timetable(NIGHT).state(london(2026, 11, 23, 23)).text == "Open now until 8am tomorrow"


def test_day_and_night_never_closes():
    state = Timetable(always=True).state(london(2026, 12, 25, 3))
    assert state.open
    assert state.text == "Open now, day and night"


def test_spells_that_touch_are_one_spell():
    whole_week = Timetable(tuple(Opening(day, time(0), time(0)) for day in range(7)))
    assert whole_week.state(london(2026, 11, 23, 12)).text == "Open now, day and night"
    weekend = Timetable(tuple(Opening(day, time(0), time(0)) for day in (5, 6)))
    assert weekend.state(london(2026, 11, 21, 12)).changes_at == london(2026, 11, 23)


def test_without_bank_holiday_hours_a_bank_holiday_is_closed():
    office = Timetable(OFFICE, bank_holidays=CHRISTMAS)
    state = office.state(london(2026, 12, 24, 17))
    assert state.changes_at == london(2026, 12, 29, 9)
    assert state.text == "Opens 9am on Tuesday"


def test_bank_holiday_hours_replace_those_of_the_weekday():
    hours = Timetable((*DAYTIME, Opening(Weekday.BANK_HOLIDAY, time(10), time(14))), bank_holidays=CHRISTMAS)
    assert not hours.is_open(london(2026, 12, 25, 9))
    assert hours.is_open(london(2026, 12, 25, 10))
    assert not hours.is_open(london(2026, 12, 25, 15))


def test_the_night_before_a_bank_holiday_still_ends_in_its_morning():
    assert Timetable(NIGHT, bank_holidays=CHRISTMAS).is_open(london(2026, 12, 25, 7))


def test_closed_all_fortnight_says_closed():
    assert Timetable().state(london(2026, 11, 23, 12)).text == "Closed"


def test_when_clocks_go_forward_a_night_is_an_hour_shorter():
    start, end = london(2026, 3, 28, 20), london(2026, 3, 29, 8)
    spell = next(spell for spell in Timetable(NIGHT).spells(start) if spell[0] == start)
    assert spell == (start, end)
    assert spell[1] - spell[0] == timedelta(hours=11)


def test_when_clocks_go_back_a_night_is_an_hour_longer():
    start = london(2026, 10, 24, 20)
    spell = next(spell for spell in Timetable(NIGHT).spells(start) if spell[0] == start)
    assert spell[1] - spell[0] == timedelta(hours=13)


def test_when_clocks_go_back_an_hour_that_comes_twice_is_open_both_times():
    sunday = Timetable((Opening(Weekday.SUNDAY, time(1), time(1, 30)),))
    assert sunday.is_open(london(2026, 10, 25, 1, 15, fold=0))
    assert sunday.is_open(london(2026, 10, 25, 1, 15, fold=1))
    assert not sunday.is_open(london(2026, 10, 25, 1, 45, fold=1))


def test_when_clocks_go_forward_a_time_that_does_not_exist_opens_an_hour_later_by_the_wall():
    sunday = Timetable((Opening(Weekday.SUNDAY, time(1, 30), time(9)),))
    assert not sunday.is_open(datetime(2026, 3, 29, 1, 29, tzinfo=UTC))
    assert sunday.is_open(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


ON_A_BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
moments = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
times = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
openings = st.lists(st.builds(Opening, st.sampled_from(Weekday.values), times, times), max_size=10).map(tuple)


@ON_A_BUSY_MACHINE
@given(openings, moments)
def test_the_state_holds_until_it_says_it_changes(hours, at):
    table = Timetable(hours, bank_holidays=CHRISTMAS)
    state = table.state(at)
    if state.changes_at is None:
        return
    assert state.changes_at > at
    assert table.is_open(state.changes_at) is not state.open
    assert table.is_open(max(at, state.changes_at - timedelta(minutes=1))) is state.open


@ON_A_BUSY_MACHINE
@given(openings, moments)
def test_the_same_moment_in_another_time_zone_gives_the_same_answer(hours, at):
    assert Timetable(hours).is_open(at) == Timetable(hours).is_open(at.astimezone(LONDON))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0), "midnight"),
        (time(12), "midday"),
        (time(8), "8am"),
        (time(20, 30), "8:30pm"),
        (time(0, 15), "12:15am"),
    ],
)
def test_times_are_written_as_the_nhs_writes_them(at, words):
    assert time_words(at) == words


def test_far_moments_name_their_date():
    assert moment_words(london(2026, 12, 29, 9), london(2026, 12, 1, 9)) == "9am on 29 December"
    assert moment_words(london(2026, 12, 2), london(2026, 12, 1, 9)) == "midnight"


def test_a_week_is_printed_with_equal_days_together():
    hours = (
        *OFFICE,
        Opening(Weekday.SATURDAY, time(9), time(13)),
        Opening(Weekday.SATURDAY, time(14), time(16)),
    )
    assert week_words(hours) == [
        ("Monday to Friday", "9am to 5pm"),
        ("Saturday", "9am to 1pm, 2pm to 4pm"),
        ("Sunday", "Closed"),
        ("Bank holidays", "Closed"),
    ]
    assert week_words(NIGHT) == [("Every day", "8pm to 8am"), ("Bank holidays", "Closed")]
    full = tuple(Opening(day, time(0), time(0)) for day in (5, 6))
    assert week_words(full)[1] == ("Saturday and Sunday", "All day")
    assert ("Monday", "24 hours from 8am") in week_words((Opening(0, time(8), time(8)),))
