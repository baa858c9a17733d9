"""Who shall have a bed, and which beds would suit somebody: what forms and changes of capacity ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from audit.errors import Invalid
from homefirst.board import BedNow, WardNow
from homefirst.policies.beds import can_manage
from homefirst.suitability import Suitability, Wanted, suits
from patients.models import Patient
from patients.nhs_number import normalise
from referrals.models import Referral

DIGITS = 10


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person to be placed, and the referral that asks for it, if one was named."""

    patient_id: UUID
    referral_id: UUID | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A free bed that suits, and why."""

    ward: WardNow
    bed: BedNow
    found: Suitability

    @property
    def text(self) -> str:
        """The bed in words."""
        features = f" ({', '.join(self.bed.features).lower()})" if self.bed.features else ""
        return f"{self.ward.name}, {self.bed.label}{features}"


def somebody(by: Actor, text: str) -> Somebody:
    """The person of this NHS number or referral reference, if the actor may open them; Invalid otherwise."""
    typed = text.strip()
    number = normalise(typed)
    if number.isdigit() and number.isascii():
        return _by_number(by, number)
    rows = Referral.objects.filter(reference=typed.upper(), patient__in=Patient.objects.visible_to(by).values("pk"))
    row = rows.values_list("patient", "pk", "needs").first()
    if row is None:
        raise Invalid("No referral that you may open has this reference. Check it, or enter the NHS number.")
    return Somebody(row[0], row[1], tuple(row[2]))


def _by_number(by: Actor, number: str) -> Somebody:
    if len(number) != DIGITS:
        raise Invalid("An NHS number has 10 digits. Check it, or enter the reference of a referral.")
    found = list(Patient.objects.visible_to(by).current().with_number(number).values_list("pk", flat=True)[:2])
    if not found:
        raise Invalid("No record that you may open has this NHS number. Check it, or find the person first.")
    if len(found) > 1:
        raise Invalid("Two records have this NHS number. Enter the reference of the referral instead.")
    return Somebody(found[0])


def asked(by: Actor, referral_id: str) -> dict[str, Any] | None:
    """The referral for which a bed is sought, when an address names one of a person that the actor may open."""
    try:
        wanted = UUID(referral_id)
    except ValueError:
        return None
    rows = Referral.objects.filter(pk=wanted, patient__in=Patient.objects.visible_to(by).values("pk"))
    return rows.values("reference", "needs").first()


def choices(
    by: Actor, wards: Iterable[WardNow], sex: str, wanted: Wanted, *, without: Sequence[UUID] = ()
) -> list[Choice]:
    """Free beds of wards that the actor manages and that suit somebody, those of the needed kind first."""
    found = [
        Choice(ward, bed, verdict)
        for ward in wards
        if can_manage(by, ward.organisation_id)
        for bed in ward.beds
        if bed.is_free and bed.id not in without and (verdict := _weigh(ward, bed, sex, wanted)).fits
    ]
    return sorted(
        found, key=lambda choice: bool(wanted.designations) and choice.bed.designation not in wanted.designations
    )


def _weigh(ward: WardNow, bed: BedNow, sex: str, wanted: Wanted) -> Suitability:
    hours = wanted.hours_a_day or bed.row["hours_a_day"]
    known = Wanted(wanted.designations, sex, wanted.infection, wanted.mobility, hours)
    return suits(known, bed.place(ward.hours_left))


def wanted_of(spell: dict[str, Any] | Any) -> Wanted:
    """What the person of a spell, read as a row, needs."""
    return Wanted(frozenset(spell["needs"]), "", spell["infection"], spell["mobility"], spell["hours_a_day"])
