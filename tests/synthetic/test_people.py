"""The people: nobody's number, nobody's postcode, and enough variety to break careless software."""

import re
from collections import Counter

import pytest

from accounts.actors import ESCALATION
from directory.models import Organisation, Practice
from patients.models import NumberStatus, Patient, Residence
from patients.nhs_number import is_valid
from synthetic.dice import Dice
from synthetic.people import DATA, LETTERS, Names, mistyped, numbers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counts")]


def everyone() -> list[Patient]:
    return list(Patient.objects.visible_to(ESCALATION))


def test_numbers_are_of_the_range_that_is_never_issued_and_each_comes_once():
    given = [patient.nhs_number for patient in everyone() if patient.nhs_number]
    assert all(number.startswith("999") for number in given)
    assert max(Counter(given).values()) == 1


def test_numbers_say_truly_whether_they_are_valid():
    for patient in everyone():
        assert patient.nhs_number_valid == is_valid(patient.nhs_number)
        assert bool(patient.nhs_number) == (patient.nhs_number_status != NumberStatus.NOT_REQUIRED)


def test_the_range_gives_different_valid_numbers():
    first = [number for number, _ in zip(numbers(), range(20_000), strict=False)]
    assert len(set(first)) == 20_000
    assert all(is_valid(number) for number in first[:500])


def test_postcodes_are_nobodys():
    for patient in everyone():
        if patient.postcode:
            assert re.fullmatch(rf"(LE|DE|NG)\d{{1,2}} \d[{LETTERS}]{{2}}", patient.postcode)


def test_people_live_where_their_practice_is():
    places = dict(Practice.objects.values_list("organisation_id", "place_id"))
    assert all(patient.place_id == places[patient.practice_id] for patient in everyone())


def test_care_homes_are_invented_ones():
    residents = [patient for patient in everyone() if patient.residence == Residence.CARE_HOME]
    assert residents
    homes = Organisation.objects.in_bulk([patient.care_home_id for patient in residents])
    assert all(home.synthetic for home in homes.values())


def test_everybody_is_marked_as_synthetic():
    assert {patient.synthetic for patient in everyone()} == {True}


def test_names_of_every_shape_are_in_the_lists():
    groups = Names(Dice(1)).groups
    family = groups["rare"]["family"]
    assert any("'" in name for name in family)
    assert any("-" in name for name in family)
    assert any(len(name) == 1 for name in family)
    assert any(len(name) > 30 for name in family)
    assert any("\u0600" <= groups["arabic"]["female"][0][0] <= "\u06ff" for _ in "1")
    assert (DATA / "names.toml").exists()


@pytest.mark.parametrize("name", ["Smith", "Å", "Null", "O'Neill"])
def test_a_mistyped_name_differs_by_one_slip(name: str):
    slips = {mistyped(name, Dice(number)) for number in range(20)}
    assert slips - {name}
    assert all(abs(len(slip) - len(name)) <= 1 for slip in slips)
