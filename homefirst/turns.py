"""Holding a ward still: whoever changes a bed locks its ward first, then the person, in that order everywhere.

So nobody waits in a circle, hours of staff are counted once, and what a page showed is compared with what is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound, StaleVersion
from homefirst.models import Act, Bed, Spell, Ward
from homefirst.policies import beds as policies
from homefirst.states import SpellKind
from homefirst.steps import check_version
from homefirst.suitability import Place, Suitability, Wanted, suits
from patients.models import Patient
from referrals.steps import not_before

TAKING = (SpellKind.RESERVED, SpellKind.OCCUPIED)


class Unsuitable(Invalid):
    """The bed does not suit the person."""

    code = "BED_UNSUITABLE"


@dataclass
class Turn:
    """One bed in hand, at a moment: what it is used for now, and by what."""

    bed: Bed
    at: datetime
    spell: Spell | None = None
    state: str = ""

    @property
    def read_version(self) -> int:
        """How often the bed's use has changed: what partners send back to change it."""
        return int(getattr(self.bed, "changes", 0))

    @property
    def ward(self) -> Ward:
        return self.bed.ward

    @property
    def free_from(self) -> datetime:
        """Now; or when its cleaning ends."""
        is_cleaning = self.spell is not None and self.spell.kind == SpellKind.CLEANING
        return self.spell.span.upper if is_cleaning and self.spell else self.at


def lock_wards(by: Actor, ward_ids: Any) -> list[Ward]:
    """These wards, locked in order until the transaction ends; the actor must manage every one of them."""
    rows = Ward.objects.visible_to(by).filter(pk__in=ward_ids).order_by("pk")
    wards = list(rows.select_for_update(of=("self",), no_key=True))
    for ward in wards:
        policies.check_can_manage(by, ward)
    return wards


def read_versions() -> dict[str, Any]:
    """How often the use of each bed has changed, as a column named changes."""
    spells = Spell.objects.filter(bed=OuterRef("pk")).order_by().values("bed")
    return {"changes": Coalesce(Subquery(spells.annotate(n=Sum("version")).values("n")), 0)}


def with_news(beds: Any) -> Any:
    """Reads these beds with their ward, when they last changed and how often."""
    spells = Spell.objects.filter(bed=OuterRef("pk")).order_by().values("bed")
    last = Subquery(spells.annotate(at=Max("updated_at")).values("at"))
    return beds.select_related("ward").annotate(changed_at=last, **read_versions())


def hold(by: Actor, *bed_ids: UUID, at: datetime | None = None, read_version: int | None = None) -> dict[UUID, Turn]:
    """Lock the wards of these beds, and read what each bed is used for; StaleVersion when it is not what was read."""
    turns = _held(by, Bed.objects.filter(pk__in=bed_ids), at, read_version)
    if len(turns) != len(set(bed_ids)):
        raise NotFound("There is no such bed, or you cannot see it.")
    return turns


def _held(by: Actor, beds: Any, at: datetime | None, read_version: int | None) -> dict[UUID, Turn]:
    wanted = Bed.objects.visible_to(by).filter(pk__in=beds.values("pk"))
    lock_wards(by, wanted.values("ward"))
    turns = {bed.pk: turn_of(bed, at) for bed in with_news(wanted)}
    if read_version is not None and any(turn.read_version != read_version for turn in turns.values()):
        raise StaleVersion("This bed has changed since you read it.")
    return turns


def turn_of(bed: Any, at: datetime | None = None) -> Turn:
    """A bed read with its news, as it is: never before the last thing done to it, even when the clock of this machine
    went back."""
    now, last = timezone.now(), bed.changed_at
    moment = max(now, last or now)
    if at is not None:
        moment = not_before(at, last or at, "The time is before the last change of this bed.")
    if not bed.holds_on(timezone.localdate(moment)):
        raise IllegalTransition(f"{bed.label} of {bed.ward} is not in use on that day.")
    spell = bed.spells.filter(span__contains=moment).first()
    return Turn(bed, moment, spell, spell.kind if spell else "")


def hold_spell(
    by: Actor, spell_id: UUID, *, at: datetime | None = None, read_version: int | None = None
) -> tuple[Turn, Spell]:
    """A spell and its bed, with the ward locked; the spell may have ended."""
    wanted = Spell.objects.visible_to(by).filter(pk=spell_id)
    turns = _held(by, Bed.objects.filter(pk__in=wanted.values("bed")), at, read_version)
    if not turns:
        raise NotFound("There is no such stay or reservation, or you cannot see it.")
    (turn,) = turns.values()
    return turn, Spell.objects.visible_to(by).lock().get(pk=spell_id)


def is_repeated(spell: Spell, verb: str, by: Actor, expected: int | None) -> bool:
    """The same step by the same actor, sent again: a double click or a retry. Raises StaleVersion for another's."""
    if expected is not None and spell.version == expected + 1:
        last = last_act(spell)
        if last is not None and last.verb == verb and last.by_id == by.id:
            return True
    check_version(spell, expected)
    return False


def last_act(spell: Spell) -> Act | None:
    """The newest act on a spell."""
    return Act.objects.filter(subject_id=spell.pk).order_by("-version").first()


def lasts(spell: Spell, at: datetime) -> bool:
    """Whether a spell goes on after a moment, or has not begun."""
    return not spell.span.isempty and (spell.span.upper is None or spell.span.upper > at)


def check_lasts(turn: Turn, spell: Spell, kind: SpellKind, sentence: str) -> None:
    """Raise IllegalTransition with the sentence unless the spell is of this kind and goes on."""
    if spell.kind != kind or not lasts(spell, turn.at):
        raise IllegalTransition(sentence)


def the_person(by: Actor, patient_id: UUID | None) -> Patient:
    """The person, locked so that nobody else places them meanwhile; the record in use when two were merged."""
    seen = Patient.objects.visible_to(by).filter(pk=patient_id)
    person = _locked(seen.current())
    if person is None:
        person = _locked(Patient.objects.filter(pk__in=seen.values("merged_into")))
    if person is None:
        raise NotFound("There is no such person, or you may not open their record.")
    if person.deceased_at:
        raise Invalid("The record says that this person has died.", field="person")
    return person


def _locked(people: Any) -> Patient | None:
    found: Patient | None = people.select_for_update(of=("self",), no_key=True).first()
    return found


def live_reservations(person: Patient, at: datetime) -> Any:
    """Beds kept for this person now or from later, locked."""
    kept = Q(patient=person, kind=SpellKind.RESERVED, let_go_at=None, span__endswith__gt=at)
    return Spell.objects.filter(kept).select_related("bed__ward").lock()


def check_suits(turn: Turn, person: Patient, wanted: Wanted, *, but: Sequence[UUID] = ()) -> None:
    """Raise Unsuitable with what speaks against the bed."""
    found = weigh(turn.bed, person.sex, wanted, hours_left(turn.ward, turn.at, but=but))
    if not found.fits:
        told = ". ".join(found.against)
        raise Unsuitable(f"{turn.bed.label} of {turn.ward} does not suit this person. {told}.", field="bed")


def weigh(bed: Bed, sex: str, wanted: Wanted, left: Decimal | None) -> Suitability:
    """The suitability of a bed for a person of this sex."""
    hours = wanted.hours_a_day or bed.hours_a_day
    known = Wanted(wanted.designations, sex, wanted.infection, wanted.mobility, hours)
    return suits(known, Place(bed.designation, bed.sex, bed.side_room, bed.hoist, left))


def hours_left(ward: Ward, at: datetime, *, but: Sequence[UUID] = ()) -> Decimal | None:
    """Hours of staff a day that are given to nobody at a moment; None where the ward does not count hours."""
    if ward.staff_hours_a_day is None:
        return None
    taken = Spell.objects.filter(bed__ward=ward, kind__in=TAKING, span__contains=at).exclude(pk__in=but)
    given = taken.aggregate(hours=Sum(Coalesce(F("hours_a_day"), F("bed__hours_a_day"))))["hours"]
    return ward.staff_hours_a_day - (given or Decimal(0))
