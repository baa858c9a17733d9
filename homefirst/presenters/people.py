"""The person of a line of a list, from columns that were read with it."""

from datetime import date
from typing import Any

from django.db.models import F

from pages import words

PERSON = {
    "person_id": F("patient"),
    "family_name": F("patient__family_name"),
    "given_name": F("patient__given_name"),
    "date_of_birth": F("patient__date_of_birth"),
    "nhs_number": F("patient__nhs_number"),
    "deceased_at": F("patient__deceased_at"),
}
"""Columns for values() of rows with a patient."""


class PersonLine:
    """Who a line is about, as components of the referrals' lists show it."""

    marks: tuple[str, ...] = ()

    def __init__(self, row: dict[str, Any], today: date) -> None:
        self.row, self.today = row, today

    @property
    def key(self) -> str:
        return str(self.row["id"])

    @property
    def name(self) -> str:
        """FAMILY, Given."""
        return f"{self.row['family_name'].upper()}, {self.row['given_name']}"

    @property
    def age(self) -> str:
        born = self.row["date_of_birth"]
        return words.age(born, self.row["deceased_at"] or self.today) if born else ""

    @property
    def nhs_number(self) -> str:
        return words.nhs_number(self.row["nhs_number"])

    @property
    def has_died(self) -> bool:
        return self.row["deceased_at"] is not None


def due_words(due: date, today: date) -> str:
    """How far a day is: "today", "in 3 days", "2 days ago"."""
    days = (due - today).days
    if days == 0:
        return "today"
    return f"in {words.count(days, 'day')}" if days > 0 else f"{words.count(-days, 'day')} late"


def hours(value: Any) -> str:
    """Hours as people say them: 14, 3.5."""
    return "" if value is None else f"{float(value):g}"
