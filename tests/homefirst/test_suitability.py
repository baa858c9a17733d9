"""A bed suits a person or not, and says why."""

from decimal import Decimal

import pytest

from homefirst.suitability import Place, Wanted, suits

REHAB = Wanted(frozenset({"rehabilitation"}), sex="female")


@pytest.mark.parametrize(
    ("wanted", "place", "fits", "words"),
    [
        (REHAB, Place("rehabilitation"), True, "Rehabilitation and care of the elderly, as needed"),
        (REHAB, Place("stroke"), False, "It is for stroke rehabilitation; the person needs rehabilitation"),
        (Wanted(), Place("stroke"), True, "nobody has said what kind of bed is needed"),
        (REHAB, Place("rehabilitation", sex="female"), True, "Female bay, as needed"),
        (REHAB, Place("rehabilitation", sex="male"), False, "It is in a male bay"),
        (Wanted(sex="unknown"), Place("rehabilitation", sex="male"), True, "ask which bay is right"),
        (Wanted(sex="other"), Place("rehabilitation", sex="male"), True, "ask which bay is right"),
        (Wanted(infection=True), Place("stroke"), False, "It is not a side room"),
        (Wanted(infection=True), Place("stroke", side_room=True), True, "Side room, as infection needs"),
        (Wanted(mobility="two"), Place("stroke"), False, "It has no hoist"),
        (Wanted(mobility="two"), Place("stroke", hoist=True), True, "Hoist, as needed"),
        (Wanted(mobility="one"), Place("stroke"), True, ""),
        (Wanted(infection=True, mobility="two", sex="male"), Place("home"), True, ""),
        (
            Wanted(hours_a_day=Decimal(2)),
            Place("home", hours_left=Decimal("2.0")),
            True,
            "2 hours a day needed, 2 left",
        ),
        (Wanted(hours_a_day=Decimal("2.5")), Place("home", hours_left=Decimal(1)), False, "have 1 hours a day left"),
        (Wanted(hours_a_day=Decimal(2)), Place("home"), True, ""),
    ],
)
def test_a_bed_suits_or_not_and_says_why(wanted, place, fits, words):
    found = suits(wanted, place)
    assert found.fits is fits
    assert words in found.words
    assert bool(found.against) is not fits


def test_everything_against_it_is_said():
    found = suits(Wanted(frozenset({"palliative"}), "male", infection=True, mobility="two"), Place("stroke", "female"))
    assert len(found.against) == 4
