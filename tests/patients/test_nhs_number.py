"""Modulus 11, against published vectors and against what it is for: catching slips of the hand."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from patients.nhs_number import check_digit, display, is_valid, normalise

VALID = [
    *("4010232137", "9111231114", "9111231122", "9111231130", "9111231149", "9111231157", "9000000009", "9000000025"),
    *("9000000033", "5900046192", "9476719931", "9462979626", "9912003888", "1000000001", "9449304424", "9999999999"),
]
INVALID = [
    *("9111111111", "9111111112", "9111111113", "9111111114", "1000000000", "3478526985", "7778521234", "4857773456"),
    *("123456789", "12345678901", "999000001X", "999", "٩٩٩٠٠٠٠٠١٨"),
]
NINE_DIGITS = st.from_regex(r"[0-9]{9}", fullmatch=True)


@pytest.mark.parametrize("number", VALID)
def test_published_numbers_pass(number):
    assert is_valid(number)


@pytest.mark.parametrize("number", [*INVALID, "", "999 000 0018", "9990000018\n"])
def test_others_fail(number):
    assert not is_valid(number)


def test_a_remainder_of_ten_is_never_issued():
    assert check_digit("123456789") is None


@pytest.mark.parametrize("text", ["12345678", "1234567890", "12345678A", ""])
def test_the_check_digit_is_of_nine_digits(text):
    with pytest.raises(ValueError, match="Expecting nine digits"):
        check_digit(text)


@given(NINE_DIGITS)
def test_exactly_one_check_digit_fits_or_none(nine):
    fitting = [last for last in "0123456789" if is_valid(nine + last)]

    assert fitting == ([] if check_digit(nine) is None else [str(check_digit(nine))])


@given(NINE_DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(nine, place, off):
    right = f"{nine}{check_digit(nine)}"
    if not is_valid(right):
        return
    wrong = right[:place] + str((int(right[place]) + off) % 10) + right[place + 1 :]

    assert not is_valid(wrong)


@given(NINE_DIGITS, st.integers(0, 8))
def test_two_swapped_neighbours_are_always_noticed(nine, place):
    right = f"{nine}{check_digit(nine)}"
    if not is_valid(right) or right[place] == right[place + 1]:
        return

    assert not is_valid(right[:place] + right[place + 1] + right[place] + right[place + 2 :])


@given(NINE_DIGITS)
def test_shown_and_typed_again_it_is_the_same(nine):
    number = f"{nine}0"

    assert normalise(display(number)) == number


def test_spaces_and_hyphens_are_dropped():
    assert normalise(" 999-000 \t0018\u00a0") == "9990000018"
    assert display("123") == "123"


@pytest.mark.django_db
def test_postgresql_knows_that_numbers_are_all_different():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attoptions FROM pg_attribute"
            " WHERE attrelid = 'patients_patient'::regclass AND attname = 'nhs_number'"
        )
        assert cursor.fetchone() == (["n_distinct=-0.8"],)
