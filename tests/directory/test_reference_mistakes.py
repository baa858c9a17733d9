"""Mistakes in the data files: each says where it is, and leaves nothing behind."""

import pytest
from django.core.management import CommandError

from directory.models import (
    Area,
    ClockPolicy,
)
from directory.reference.files import RowError
from directory.reference.loading import load_reference_data
from tests.directory.files import edit, load

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "areas.csv",
            "leicester,Leicester,place",
            "leicester,Leicester,plaice",
            r"areas.csv:3: level: .*plaice",
        ),
        (
            "areas.csv",
            "1997-04-01",
            "1997-13-01",
            r"areas.csv:3: valid_from must be a date such as 2026-04-01",
        ),
        ("areas.csv", "leicester,Leicester", "leicester,", r"areas.csv:3: name is missing"),
        (
            "areas.csv",
            "leicester,Leicester,place",
            "llr,Leicester,place",
            r"areas.csv:3: area llr is here twice",
        ),
        ("areas.csv", "E06000016,llr", "E06000016,rll", r"areas.csv:3: there is no area 'rll'"),
        (
            "areas.csv",
            "1997-04-01,,false",
            "1997-04-01,,maybe",
            r"areas.csv:3: synthetic must be true or false",
        ),
        ("areas.csv", "1997-04-01,,false,", "1997-04-01,,false,x,", r"areas.csv:3: expected 9 columns"),
        ("populations.csv", "2021,88500", "2021,many", r"populations.csv:2: count must be a whole number"),
        (
            "organisations.csv",
            "QK1,,,,,2022",
            "QK9,,,,,2022",
            r"organisations.csv:3: there is no organisation 'QK9'",
        ),
        (
            "services.toml",
            '"crisis", "urgent"]',
            '"crisis", "urgnt"]',
            r"services.toml:\d+: urgencies: .*urgnt",
        ),
        ("services.toml", '["adult", "area"', '["adult", "aera"', r"there is no criterion 'aera'"),
        ("services.toml", "08:00-22:00", "8-22", r"services.toml:\d+: hours must look like 08:00-20:00"),
        ("services.toml", "08:00-22:00", "08:00-25:00", r"is not a time of day"),
        ("services.toml", "every_day =", "everyday =", r"hours do not know everyday"),
        ("services.toml", 'areas = ["leicestershire"]', "areas = []", r"areas is missing"),
        (
            "services.toml",
            'areas = ["leicestershire"]',
            'areas = "leicestershire"',
            r"areas must be a list of texts",
        ),
        ("services.toml", 'phone = "0116 496 0201"', "phone = 1164960201", r"phone must be text"),
        ("services.toml", "[[service]]", "[[service]", r"services.toml: "),
        ("services.toml", "valid_from = 2022-04-01", "", r"services.toml:\d+: valid_from is missing"),
        (
            "teams.toml",
            'service = "night-nursing"',
            'service = "nite"',
            r"teams.toml:\d+: there is no service 'nite'",
        ),
        ("policies.toml", "warn_minutes = 5", "warn_minutes = 50", r"the files contradict each other"),
    ],
)
def test_a_mistake_says_file_line_and_what_and_leaves_nothing_behind(folder, name, old, new, message):
    edit(folder, name, old, new)
    with pytest.raises(RowError, match=message):
        load_reference_data(folder)
    assert not Area.objects.exists()
    assert not ClockPolicy.objects.exists()


def test_the_command_passes_the_mistake_on(folder):
    edit(folder, "areas.csv", "leicester,Leicester", "leicester,")
    with pytest.raises(CommandError, match=r"areas.csv:3: name is missing"):
        load(folder=folder)
