"""Times and numbers read as the NHS content style writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pages import words

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (72, "1 hour 12 minutes left"),
        (60, "1 hour left"),
        (1, "1 minute left"),
        (0.5, "Less than a minute left"),
        (0, "Overdue by less than a minute"),
        (-5, "Overdue by 5 minutes"),
        (-121, "Overdue by 2 hours 1 minute"),
        (60 * 24 * 3 + 60, "3 days 1 hour left"),
    ],
)
def test_time_left(minutes, says):
    assert words.time_left(NOW + timedelta(minutes=minutes), NOW) == says


def test_time_left_never_promises_more_than_there_is():
    assert words.time_left(NOW + timedelta(seconds=119), NOW) == "1 minute left"


@pytest.mark.parametrize(
    ("state", "stopped_minutes", "says"),
    [
        ("running", None, "30 minutes left"),
        ("near", None, "30 minutes left"),
        ("met", -8, "Met with 38 minutes to spare"),
        ("missed", 42, "Missed by 12 minutes"),
        ("met", None, "Met"),
        ("paused", None, "Paused"),
        ("ended", -3, "Stopped, no longer needed"),
    ],
)
def test_clock_words(state, stopped_minutes, says):
    stopped = None if stopped_minutes is None else NOW + timedelta(minutes=stopped_minutes)
    assert words.clock_words(state, NOW + timedelta(minutes=30), NOW, stopped) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, "just now"), (8, "8 seconds ago"), (60, "1 minute ago"), (7300, "2 hours ago"), (200_000, "2 days ago")],
)
def test_ago(seconds, says):
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == says


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (datetime(2026, 11, 22, 16, 5, tzinfo=UTC), "4:05pm"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "12:00pm"),
        (datetime(2026, 11, 22, 0, 7, tzinfo=UTC), "12:07am"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "1:30am BST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "1:30am GMT"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2:30am"),
    ],
)
def test_the_hour_that_happens_twice_says_which_it_is(moment, says):
    assert words.clock_time(moment) == says


def test_dates_are_those_of_london():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert words.long_date(late) == "1 July 2026"
    assert words.moment(late) == "1 Jul 2026, 12:30am"


@pytest.mark.parametrize(("days", "says"), [(0, "Today"), (1, "Yesterday"), (-1, "Tomorrow"), (9, "13 Nov 2026")])
def test_when(days, says):
    assert words.when(NOW - timedelta(days=days), NOW) == f"{says} at 4:05pm"


@pytest.mark.parametrize(
    ("born", "says"),
    [
        (date(1938, 11, 22), "88 years"),
        (date(1938, 11, 23), "87 years"),
        (date(2025, 9, 1), "14 months"),
        (date(2026, 10, 25), "4 weeks"),
        (date(2026, 11, 21), "1 day"),
        (date(2026, 12, 1), "not yet born"),
    ],
)
def test_age(born, says):
    assert words.age(born, NOW) == says


@pytest.mark.parametrize(
    ("number", "says"),
    [("9990000018", "999\u00a0000\u00a00018"), ("999 000 0018", "999\u00a0000\u00a00018"), ("12", "12"), (None, "")],
)
def test_nhs_number(number, says):
    assert words.nhs_number(number) == says


@pytest.mark.parametrize(("number", "says"), [(0, "No referrals"), (1, "1 referral"), (1200, "1,200 referrals")])
def test_count(number, says):
    assert words.count(number, "referral") == says


def test_labels_inside_a_sentence_keep_their_capitals_only_when_they_are_initials():
    assert words.in_sentence("Email address") == "email address"
    assert words.in_sentence("NHS number") == "NHS number"
