"""A person in a list of answers: enough to recognise them, never enough to learn something about their care."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from patients.areas import outcode

RESTRICTED = "Restricted record"


@dataclass(frozen=True, slots=True)
class Found:
    """One answer. `masked` ones say only that a restricted record fits; `differs` says what does not quite fit."""

    id: UUID
    family_name: str
    given_name: str
    date_of_birth: date | None
    deceased_at: date | None
    nhs_number: str
    nhs_number_valid: bool
    outcode: str
    practice: str
    may_open: bool
    masked: bool = False
    differs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """FAMILY, Given; for a masked record that it is restricted."""
        if self.masked:
            return RESTRICTED
        return ", ".join(part for part in (self.family_name.upper(), self.given_name) if part)


def recognisable(record: Any, *, by_number: bool = False, differs: tuple[str, ...] = ()) -> Found:
    """The answer for a record read with with_may_open() and its practice; an absorbed one answers for the kept one.

    A restricted record shows who it is only to whoever opened it, or typed its exact number.
    """
    person = record.merged_into or record
    if person.restricted and not (record.may_open or by_number):
        return Found(person.pk, "", "", None, None, "", True, "", "", may_open=False, masked=True)
    return Found(
        id=person.pk,
        family_name=person.family_name,
        given_name=person.given_name,
        date_of_birth=person.date_of_birth,
        deceased_at=person.deceased_at,
        nhs_number=person.nhs_number,
        nhs_number_valid=person.nhs_number_valid,
        outcode=outcode(person.postcode),
        practice=person.practice.name if person.practice else "",
        may_open=record.may_open,
        differs=differs,
    )
