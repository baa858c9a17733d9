"""The person of a line of a list, from columns that were read with it."""

from datetime import date, datetime
from typing import Any

from django.db.models import F

from accounts.actors import Actor
from pages import words
from referrals.presenters.lists import RESTRICTED
from referrals.worklist import opened_by

PERSON = {
    "person_id": F("patient"),
    "family_name": F("patient__family_name"),
    "given_name": F("patient__given_name"),
    "date_of_birth": F("patient__date_of_birth"),
    "nhs_number": F("patient__nhs_number"),
    "restricted": F("patient__restricted"),
    "deceased_at": F("patient__deceased_at"),
}
"""Columns for values() of rows with a patient."""


def person_for(actor: Actor, at: datetime | None = None) -> dict[str, Any]:
    """The person's columns, with whether a restricted record is open to this reader now, or at a moment."""
    return PERSON | {"opened": opened_by(actor, "patient", at)}


class PersonLine:
    """Who a line is about, as components of the referrals' lists show it; the row is read with person_for(reader)."""

    marks: tuple[str, ...] = ()

    def __init__(self, row: dict[str, Any], today: date) -> None:
        self.row, self.today = row, today

    @property
    def key(self) -> str:
        return str(self.row["id"])

    @property
    def is_sealed(self) -> bool:
        """Restricted, and not opened by this reader."""
        return self.row["restricted"] and not self.row["opened"]

    @property
    def reference(self) -> str:
        return self.row["reference"]

    @property
    def name(self) -> str:
        """FAMILY, Given."""
        return RESTRICTED if self.is_sealed else f"{self.row['family_name'].upper()}, {self.row['given_name']}"

    @property
    def age(self) -> str:
        born = self.row["date_of_birth"]
        return "" if self.is_sealed or born is None else words.age(born, self.row["deceased_at"] or self.today)

    @property
    def nhs_number(self) -> str:
        return "" if self.is_sealed else words.nhs_number(self.row["nhs_number"])

    @property
    def has_died(self) -> bool:
        return not self.is_sealed and self.row["deceased_at"] is not None


def due_words(due: date, today: date) -> str:
    """How far a day is: "today", "in 3 days", "2 days ago"."""
    days = (due - today).days
    if days == 0:
        return "today"
    return f"in {words.count(days, 'day')}" if days > 0 else f"{words.count(-days, 'day')} late"


def hours(value: Any) -> str:
    """Hours as people say them: 14, 3.5."""
    return "" if value is None else f"{float(value):g}"
