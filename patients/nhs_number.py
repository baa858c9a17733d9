"""The NHS number: ten digits, the last a check digit by modulus 11 (NHS data dictionary, NHS NUMBER)."""

import re

SEPARATORS = re.compile(r"[\s\-]+")


def normalise(value: str) -> str:
    """The digits without the spaces and hyphens that people type or paste."""
    return SEPARATORS.sub("", value)


def check_digit(first_nine: str) -> int | None:
    """The check digit for nine digits; None when the arithmetic gives 10, which is never issued.

    Raises ValueError for anything but nine digits.
    """
    if not re.fullmatch(r"[0-9]{9}", first_nine):
        raise ValueError("Expecting nine digits")
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True))
    remainder = 11 - total % 11
    return {11: 0, 10: None}.get(remainder, remainder)


def is_valid(value: str) -> bool:
    """True for ten ASCII digits whose last is the right check digit."""
    return bool(re.fullmatch(r"[0-9]{10}", value)) and check_digit(value[:9]) == int(value[9])


def display(value: str) -> str:
    """Spaced 3-3-4, as people read it aloud."""
    return f"{value[:3]} {value[3:6]} {value[6:]}" if len(value) == 10 else value
