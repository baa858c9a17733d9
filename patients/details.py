"""What is known about a person, tidied and checked before it is stored.

A person who types is told what to put right. A partner's message is stored as it came where that is safe, because
refusing it would lose a referral: the check digit and the shape of a postcode or phone number are flagged, not refused.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audit.errors import Invalid
from directory.codes import OrganisationKind
from directory.models import Organisation
from patients.models import Residence, Sex
from patients.nhs_number import is_valid, normalise

OLDEST_YEARS = 120
NUMBER_SENTENCES = {
    "shape": "Enter an NHS number of 10 numbers, like 999 123 4567",
    "digit": "Check the NHS number: one of its numbers is wrong or two are swapped",
}
POSTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})$")
PHONE = re.compile(r"^\+?[0-9() .\-]{6,25}( ?(ext|x)\.? ?[0-9]{1,5})?$", re.IGNORECASE)
LENGTHS = {
    "given_name": 100,
    "family_name": 100,
    "address": 300,
    "postcode": 8,
    "phone": 30,
    "contact_needs": 300,
}
LABELS = {
    "given_name": "Given names",
    "family_name": "Family name",
    "address": "Address",
    "postcode": "Postcode",
    "phone": "Phone number",
    "contact_needs": "Contact needs",
}


@dataclass(frozen=True, slots=True)
class Details:
    """The fields of a person that people and partners give."""

    family_name: str
    given_name: str = ""
    date_of_birth: date | None = None
    nhs_number: str = ""
    sex: str = Sex.UNKNOWN
    address: str = ""
    postcode: str = ""
    phone: str = ""
    residence: str = Residence.UNKNOWN
    care_home: Organisation | None = None
    practice: Organisation | None = None
    contact_needs: str = ""
    deceased_at: date | None = None


FIELDS = tuple(field.name for field in fields(Details))


def checked(details: Details, *, typed: Collection[str] = FIELDS) -> Details:
    """Tidy and check; raises Invalid with the field and a sentence that says what to do.

    `typed` names the fields that a person has just typed, of which the shape is checked too.
    """
    texts = {name: clean_text(name, getattr(details, name)) for name in LENGTHS}
    if not texts["family_name"]:
        raise Invalid("Enter the family name", field="family_name")
    tidy = replace(details, **texts, nhs_number=clean_number(details.nhs_number, typed="nhs_number" in typed))
    tidy = replace(
        tidy,
        postcode=_postcode(tidy.postcode, typed="postcode" in typed),
        phone=_phone(tidy.phone, typed="phone" in typed),
    )
    _check_dates(tidy)
    _check_choices(tidy)
    return tidy


def clean_text(name: str, value: str | None) -> str:
    """One line in composed Unicode without stray spaces; names in any script pass, characters nobody can see do not."""
    text = unicodedata.normalize("NFC", value or "")
    if any(
        unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"} and not character.isspace() for character in text
    ):
        raise Invalid(f"{LABELS[name]} has a character that cannot be stored: type it again", field=name)
    text = " ".join(text.split())
    if len(text) > LENGTHS[name]:
        raise Invalid(f"{LABELS[name]} must be {LENGTHS[name]} characters or fewer", field=name)
    return text


def clean_number(value: str | None, *, typed: bool) -> str:
    """Ten digits or nothing. The check digit is refused when a person types it, and flagged when a partner sends it."""
    number = normalise(value or "")
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{10}", number):
        raise Invalid(NUMBER_SENTENCES["shape"], field="nhs_number", code="INVALID_NHS_NUMBER")
    if typed and not is_valid(number):
        raise Invalid(NUMBER_SENTENCES["digit"], field="nhs_number", code="INVALID_NHS_NUMBER")
    return number


def check_death(on: date, born: date | None) -> None:
    """A death is not in the future, nor before birth."""
    if on > timezone.localdate():
        raise Invalid("Date of death must be today or in the past", field="deceased_at")
    if born and on < born:
        raise Invalid("Date of death must not be before the date of birth", field="deceased_at")


def _postcode(value: str, *, typed: bool) -> str:
    upper = value.upper()
    shape = POSTCODE.match(upper)
    if shape:
        return f"{shape[1]} {shape[2]}"
    if value and typed:
        raise Invalid("Enter a full postcode, like LE1 5WW", field="postcode")
    return upper


def _phone(value: str, *, typed: bool) -> str:
    if value and typed and not PHONE.match(value):
        raise Invalid("Enter a phone number, like 0116 496 0000", field="phone")
    return value


def _check_dates(details: Details) -> None:
    today, born = timezone.localdate(), details.date_of_birth
    if born and born > today:
        raise Invalid("Date of birth must be today or in the past", field="date_of_birth")
    if born and born < today - timedelta(days=OLDEST_YEARS * 365.25):
        raise Invalid(f"Check the year: nobody here is older than {OLDEST_YEARS}", field="date_of_birth")
    if details.deceased_at:
        check_death(details.deceased_at, born)


def _check_choices(details: Details) -> None:
    _check_one_of(details, "sex", Sex.values, "Select sex from the list")
    _check_one_of(details, "residence", Residence.values, "Select where the person lives from the list")
    _check_kind(details, "practice", OrganisationKind.PRACTICE, "Select a GP practice from the list")
    _check_kind(details, "care_home", OrganisationKind.CARE_HOME, "Select a care home from the list")


def _check_one_of(details: Details, name: str, allowed: list[Any], sentence: str) -> None:
    if getattr(details, name) not in allowed:
        raise Invalid(sentence, field=name)


def _check_kind(details: Details, name: str, kind: str, sentence: str) -> None:
    organisation: Organisation | None = getattr(details, name)
    if organisation and organisation.kind != kind:
        raise Invalid(sentence, field=name)
