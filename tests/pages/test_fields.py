"""What people type in date and time boxes is kept, and a wrong one is told exactly what to change."""

from datetime import date, time

import pytest
import time_machine
from django import forms

from pages.fields import BirthDateField, NHSDateField, NHSTimeField


class Born(forms.Form):
    born = BirthDateField(label="Date of birth")


class Visit(forms.Form):
    day = NHSDateField(label="Visit date", future=True, required=False)
    at = NHSTimeField(label="Visit time", required=False)


def born(day="", month="", year=""):
    return Born({"born_day": day, "born_month": month, "born_year": year})


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        yield


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march", " MARCH "])
def test_a_month_may_be_a_number_or_a_name(month):
    assert born("15", month, "1946").is_valid()


@pytest.mark.parametrize(
    ("typed", "says", "parts"),
    [
        (("", "", ""), "Enter date of birth", ["day", "month", "year"]),
        (("15", "3", ""), "Date of birth must include a year", ["year"]),
        (("", "", "1946"), "Date of birth must include a day and month", ["day", "month"]),
        (("31", "2", "1946"), "Date of birth must be a real date", ["day", "month", "year"]),
        (("x", "2", "1946"), "Date of birth must be a real date, like 15 3 1946", ["day"]),
        (("²", "2", "1946"), "Date of birth must be a real date, like 15 3 1946", ["day"]),
        (("soon", "soon", "46"), "Date of birth must be a real date, like 15 3 1946", ["day", "month", "year"]),
        (("15", "3", "46"), "Date of birth must have a year of 4 numbers, like 1946", ["year"]),
        (("15", "3", "1846"), "Date of birth must be 1900 or later", ["year"]),
        (("23", "11", "2026"), "Date of birth must be today or in the past", ["day", "month", "year"]),
    ],
)
def test_a_wrong_date_says_what_to_change(typed, says, parts):
    form = born(*typed)

    assert form.errors["born"] == [says]
    assert form.errors.as_data()["born"][0].params["parts"] == parts
    assert form["born"].value() == list(typed)


@pytest.mark.parametrize(
    ("typed", "says", "parts"),
    [
        (("soon", "soon", "soon"), "Visit date must be a real date, like 22 11 2026", ["day", "month", "year"]),
        (("23", "11", "26"), "Visit date must have a year of 4 numbers, like 2026", ["year"]),
        (("tomorrow", "11", "2026"), "Visit date must be a real date, like 22 11 2026", ["day"]),
    ],
)
def test_a_day_of_this_week_is_shown_by_the_example_of_today(typed, says, parts):
    form = Visit(dict(zip(("day_day", "day_month", "day_year"), typed, strict=True)))

    assert form.errors["day"] == [says]
    assert form.errors.as_data()["day"][0].params["parts"] == parts


def test_today_is_in_the_past_enough_and_in_the_future_enough():
    assert born("22", "11", "2026").is_valid()
    assert Visit({"day_day": "22", "day_month": "11", "day_year": "2026"}).is_valid()


def test_an_optional_date_may_be_empty_but_not_half_empty():
    assert Visit({}).is_valid()
    assert Visit({"day_day": "1"}).errors["day"] == ["Visit date must include a month and year"]
    assert Visit({"day_day": "21", "day_month": "11", "day_year": "2026"}).errors["day"] == [
        "Visit date must be today or in the future"
    ]


@pytest.mark.parametrize("given", [date(1946, 3, 15), "1946-03-15"])
def test_a_first_value_fills_the_boxes(given):
    form = Born(initial={"born": given})

    assert form.fields["born"].widget.decompress(form["born"].value()) == ["15", "3", "1946"]


def test_a_date_counts_as_changed_only_when_it_is():
    same = Born({"born_day": "15", "born_month": "3", "born_year": "1946"}, initial={"born": date(1946, 3, 15)})
    other = Born({"born_day": "16", "born_month": "3", "born_year": "1946"}, initial={"born": date(1946, 3, 15)})

    assert not same.has_changed()
    assert other.has_changed()


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("4:05pm", time(16, 5)),
        ("16:05", time(16, 5)),
        ("4 PM", time(16)),
        ("1605", time(16, 5)),
        ("12am", time(0)),
        ("12:30pm", time(12, 30)),
        ("", None),
    ],
)
def test_a_time_is_read_the_way_people_write_it(typed, means):
    form = Visit({"at": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == means


@pytest.mark.parametrize("typed", ["25:00", "4:75pm", "13pm", "0am", "soon", "²pm"])
def test_what_is_no_time_is_refused_and_kept(typed):
    form = Visit({"at": typed})

    assert form.errors["at"] == ["Visit time must be a time, like 4:05pm or 16:05"]
    assert form["at"].value() == typed


def test_a_time_is_shown_as_a_clock():
    assert Visit(initial={"at": time(9, 5)})["at"].value() == "09:05"
