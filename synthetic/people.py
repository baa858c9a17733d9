"""People who do not exist: names, addresses, ages and numbers that look like those of the area."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import models

from accounts.actors import Actor
from audit.events import Kind, event
from directory.models import Practice
from patients.models import Change, Merge, NumberStatus, Patient, Residence, Sex
from patients.nhs_number import check_digit
from synthetic.dice import Dice, Identifiers, Shares
from synthetic.phonebook import Phonebook
from synthetic.shares import (
    AGES,
    CARE_HOME_FROM_AGE,
    CARE_HOME_SHARE,
    CONTACT_NEEDS,
    DEAD_SHARE,
    INVALID_NUMBER_SHARE,
    NUMBER_STATUS,
    RARE_SCRIPTS,
    RESIDENCE,
    RESTRICTED_SHARE,
    SEX,
)

DATA = Path(__file__).parent / "data"
LETTERS = "CIKMOV"
SOURCE = "synthetic"


def numbers(start: int = 0) -> Iterator[str]:
    """NHS numbers of the range 999, which is never issued; each once, spread over the range."""
    for step in range(start, 1_000_000):
        middle = step * 611_953 % 1_000_000
        digit = check_digit(f"999{middle:06}")
        if digit is not None:
            yield f"999{middle:06}{digit}"


@dataclass(slots=True)
class Skeleton:
    """What decides how often a person is referred; the rest is drawn when the person is written."""

    practice: int
    born: date
    sex: str


class Population:
    """Draws people, practice by practice, in a fixed order."""

    def __init__(self, book: Phonebook, seed: int | str, now: datetime, size: int, since: datetime, first: int = 0):
        """So many people, all of them recorded before `since`; `first` says where to begin in the range of numbers."""
        self.book, self.seed, self.now, self.size, self.since = book, seed, now, size, since
        self.ids = Identifiers(Dice(seed, "people-ids"), now)
        self.dice = Dice(seed, "people")
        self.names = Names(Dice(seed, "names"))
        self.homes = Homes(Dice(seed, "homes"), book)
        self.numbers = numbers(first)

    def skeletons(self) -> Iterator[Skeleton]:
        """Practice, date of birth and sex of everybody."""
        dice = Dice(self.seed, "skeletons")
        today = self.now.date()
        for number in range(self.size):
            low, high = dice.pick(AGES)
            born = today - timedelta(days=dice.randint(int(low * 365.25), int(high * 365.25) - 1))
            yield Skeleton(number * len(self.book.practices) // self.size, born, dice.pick(SEX))

    def person(self, skeleton: Skeleton, *, referred: bool) -> Patient:
        """One person. Those who are referred do not die here: their history decides (story.py)."""
        practice, dice = self.book.practices[skeleton.practice], self.dice
        given, family = self.names.name(practice.place.slug, skeleton.sex)
        added = self.since - timedelta(days=1 + dice.random() * 700)
        self.ids.moment = added
        patient = Patient(
            id=self.ids(),
            given_name=given,
            family_name=family,
            date_of_birth=None if dice.yes(0.002) else skeleton.born,
            sex=skeleton.sex,
            phone=f"07700 900{dice.randrange(1000):03}" if dice.yes(0.8) else "",
            practice_id=practice.organisation_id,
            place_id=practice.place_id,
            locality_id=practice.locality_id,
            neighbourhood_id=practice.neighbourhood_id,
            contact_needs=dice.pick(CONTACT_NEEDS),
            restricted=dice.yes(RESTRICTED_SHARE),
            source=SOURCE,
            synthetic=True,
            created_at=added,
            updated_at=added,
        )
        self._number(patient)
        self.homes.settle(patient, practice, self.age(skeleton))
        if not referred and dice.yes(from_age(DEAD_SHARE, self.age(skeleton))):
            patient.deceased_at = self.now.date() - timedelta(days=dice.randint(2, 730))
            if patient.deceased_at < skeleton.born:
                patient.deceased_at = None
        return patient

    def age(self, skeleton: Skeleton) -> int:
        return int((self.now.date() - skeleton.born).days / 365.25)

    def _number(self, patient: Patient) -> None:
        """Who comes after the last number of the range has none: 909,000 people at most can have one."""
        status = self.dice.pick(NUMBER_STATUS)
        number = "" if status == NumberStatus.NOT_REQUIRED else next(self.numbers, "")
        patient.nhs_number_status = status if number else NumberStatus.NOT_REQUIRED
        if not number:
            return
        patient.nhs_number, patient.nhs_number_valid = number, True
        if status != NumberStatus.VERIFIED and self.dice.yes(INVALID_NUMBER_SHARE / 0.04):
            wrong = (int(patient.nhs_number[-1]) + self.dice.randint(1, 9)) % 10
            patient.nhs_number, patient.nhs_number_valid = f"{patient.nhs_number[:-1]}{wrong}", False

    def twin(self, patient: Patient) -> Patient:
        """The same person recorded again by somebody who typed it differently and had no number."""
        dice = self.dice
        self.ids.moment = patient.created_at + timedelta(days=30)
        twin = Patient(**{field.attname: getattr(patient, field.attname) for field in Patient._meta.concrete_fields})
        twin.id, twin.created_at, twin.updated_at = self.ids(), self.ids.moment, self.ids.moment
        twin.nhs_number, twin.nhs_number_valid = "", False
        twin.nhs_number_status = NumberStatus.NOT_REQUIRED
        change = dice.choice(("family_name", "given_name", "both"))
        if change != "given_name":
            twin.family_name = mistyped(twin.family_name, dice)
        if change != "family_name":
            twin.given_name = mistyped(twin.given_name, dice)
        if dice.yes(0.2):
            twin.phone = ""
        return twin

    def merge(self, kept: Patient, absorbed: Patient, by: Actor) -> list[models.Model]:
        """Some of the pairs were found and merged: the same rows as patients.actions.merge leaves."""
        at = absorbed.created_at + timedelta(days=self.dice.randint(3, 200))
        absorbed.merged_into_id, absorbed.updated_at = kept.pk, at
        self.ids.moment = at
        reason = "Same name, date of birth and address; the family confirmed."
        ours = {"by_name": by.name, "by_id": by.id, "at": at}
        merge = Merge(id=self.ids(), kept_id=kept.pk, absorbed_id=absorbed.pk, reason=reason, **ours)
        before = {"absorbed": str(absorbed.pk)}
        change = Change(patient_id=kept.pk, what=Change.What.MERGED, before=before, note=reason, **ours)
        told = event(Kind.PATIENT_MERGED, by=by, subject=merge, patient_id=kept.pk, at=at, **before)
        return [merge, change, told]


def from_age(table: dict[int, float], age: int) -> float:
    """The value of the highest age in the table that this age has reached."""
    return next(value for start, value in reversed(table.items()) if age >= start)


def mistyped(name: str, dice: Dice) -> str:
    """A name with one slip: two letters swapped, one doubled, or one left out."""
    if len(name) < 4:
        return name + name[-1]
    spot = dice.randint(1, len(name) - 2)
    slip = dice.randrange(3)
    if slip == 0:
        return name[:spot] + name[spot + 1] + name[spot] + name[spot + 2 :]
    return name[:spot] + (name[spot] * 2 if slip == 1 else "") + name[spot + 1 :]


class Names:
    """Given and family names, by the languages of a place."""

    def __init__(self, dice: Dice):
        self.dice = dice
        data = tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))
        self.groups = data["groups"]
        self.places = {place: Shares(shares) for place, shares in data["places"].items()}

    def name(self, place: str, sex: str) -> tuple[str, str]:
        """A given name and a family name."""
        group = self.groups[self.dice.pick(RARE_SCRIPTS) or self.dice.pick(self.places[place])]
        given = {Sex.FEMALE: "female", Sex.MALE: "male"}.get(sex) or self.dice.choice(("female", "male"))
        return self.dice.choice(group[given]), self.dice.choice(group["family"])


class Homes:
    """Addresses: real towns and outcodes, invented streets, and inward codes that Royal Mail does not use."""

    def __init__(self, dice: Dice, book: Phonebook):
        self.dice, self.book = dice, book
        data = tomllib.loads((DATA / "homes.toml").read_text(encoding="utf-8"))
        self.stems, self.types, self.towns, self.around = data["stems"], data["types"], data["towns"], data["around"]

    def settle(self, patient: Patient, practice: Practice, age: int) -> None:
        """Give the person a home, or a place in a care home."""
        homes = self.book.homes.get(practice.place.slug, [])
        if homes and age >= CARE_HOME_FROM_AGE and self.dice.yes(CARE_HOME_SHARE):
            home = self.dice.choice(homes)
            patient.care_home_id, patient.residence = home.pk, Residence.CARE_HOME
            patient.address = f"{home.name}, {home.address.rsplit(', ', 1)[-1]}"
            patient.postcode = self._postcode(self._outcode(practice))
            return
        patient.residence = self.dice.pick(RESIDENCE)
        if patient.residence == Residence.NO_FIXED_ABODE:
            return
        outcode = self._outcode(practice)
        number, stem, kind = self.dice.randint(1, 240), self.dice.choice(self.stems), self.dice.choice(self.types)
        patient.address = f"{number} {stem} {kind}, {self.towns[outcode]}"
        patient.postcode = self._postcode(outcode)

    def _outcode(self, practice: Practice) -> str:
        near = practice.organisation.postcode.split(" ")[0]
        area = practice.district.slug if practice.district else practice.place.slug
        if near in self.towns and (area not in self.around or self.dice.yes(0.8)):
            return near
        return self.dice.choice(self.around[area])

    def _postcode(self, outcode: str) -> str:
        return f"{outcode} {self.dice.randint(0, 9)}{self.dice.choice(LETTERS)}{self.dice.choice(LETTERS)}"
