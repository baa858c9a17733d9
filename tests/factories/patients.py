"""People in care, added by the real action, and the reasons why an organisation may see them."""

from datetime import date
from itertools import count

from accounts.actors import Actor
from directory.models import Organisation
from patients import actions
from patients.models import Patient, Relationship
from patients.nhs_number import check_digit
from tests.factories.people import SYSTEM

_number = count(1)


def nhs_number(nth: int | None = None) -> str:
    """A valid number of the range 999, which is never issued; the same for the same nth, otherwise a new one."""
    digits = 999_500_000 + next(_number) * 7 if nth is None else 999_000_000 + nth
    while check_digit(str(digits)) is None:
        digits += 1
    return f"{digits}{check_digit(str(digits))}"


def patient(*, by: Actor = SYSTEM, seen_by: Organisation | None = None, **details: object) -> Patient:
    """A person with a valid number; `seen_by` gives an organisation a relationship with them."""
    number = next(_number)
    known = {
        "given_name": "Ada",
        "family_name": f"Example{number}",
        "date_of_birth": date(1940, 1, 1 + number % 28),
        "nhs_number": nhs_number(),
    }
    added = actions.add_patient(by=by, **known | details)
    if seen_by:
        relate(added, seen_by)
    return added


def relate(person: Patient, organisation: Organisation, kind: str = Relationship.Kind.REFERRER) -> None:
    """Give the organisation a reason to open the record."""
    Relationship.objects.get_or_create(patient=person, organisation=organisation, kind=kind)
