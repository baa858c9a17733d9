"""Whether a bed in hand suits somebody, and whether the staff of its ward have the hours."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from homefirst.models import Bed, Spell
from homefirst.suitability import Place, Suitability, Wanted, suits
from homefirst.turns import TAKING, Turn, Unsuitable
from patients.models import Patient


def check_suits(turn: Turn, person: Patient, wanted: Wanted, *, but: Sequence[UUID] = ()) -> None:
    """Raise Unsuitable with what speaks against the bed. The hours of some spells count as free."""
    found = _weigh(turn.bed, person.sex, wanted, hours_left(turn, but=but))
    if not found.fits:
        told = ". ".join(found.against)
        raise Unsuitable(f"{turn.bed.label} of {turn.ward} does not suit this person. {told}.", field="bed")


def _weigh(bed: Bed, sex: str, wanted: Wanted, left: Decimal | None) -> Suitability:
    hours = wanted.hours_a_day or bed.hours_a_day
    known = Wanted(wanted.designations, sex, wanted.infection, wanted.mobility, hours)
    return suits(known, Place(bed.designation, bed.sex, bed.side_room, bed.hoist, left))


def hours_left(turn: Turn, *, but: Sequence[UUID] = ()) -> Decimal | None:
    """Hours of staff a day that are given to nobody then; None where the ward does not count hours."""
    if turn.ward.staff_hours_a_day is None:
        return None
    given = turn.given
    if given is None:
        taking = Spell.objects.filter(bed__ward=turn.ward, kind__in=TAKING, span__contains=turn.at)
        given = list(taking.select_related("bed"))
    hours = (_hours(spell) for spell in given if spell.kind in TAKING and spell.pk not in but)
    return turn.ward.staff_hours_a_day - sum(hours, Decimal(0))


def _hours(spell: Spell) -> Decimal:
    hours = spell.bed.hours_a_day if spell.hours_a_day is None else spell.hours_a_day
    return hours or Decimal(0)
