"""Holding a ward still: whoever changes a bed locks its ward first, then the person, in that order everywhere.

So nobody waits in a circle, hours of staff are counted once, and what a page showed is compared with what is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound, StaleVersion
from homefirst.models import Act, Bed, Spell, Ward
from homefirst.policies import beds as policies
from homefirst.states import SpellKind
from homefirst.steps import check_version
from patients.models import Patient, Relationship
from referrals.models import Referral
from referrals.steps import not_before

TAKING = (SpellKind.RESERVED, SpellKind.OCCUPIED)
NO_BED = "There is no such bed, or you cannot see it."


class Unsuitable(Invalid):
    """The bed does not suit the person."""

    code = "BED_UNSUITABLE"


@dataclass
class Turn:
    """One bed in hand, at a moment: what it is used for now, and by what; and for whom it is wanted."""

    bed: Bed
    at: datetime
    spell: Spell | None = None
    state: str = ""
    spells: list[Spell] = field(default_factory=list)
    """Its uses that go on or are to come, and the one that changed last; what is begun joins them."""
    unread: int = 0
    """How often its other uses have changed."""
    person: Patient | None = None
    is_known: bool = False
    """Whether it is written already that whoever runs the ward takes part in their care."""
    kept: list[Spell] = field(default_factory=list)
    """Reservations of the person, anywhere."""
    given: list[Spell] | None = None
    """Who has hours of the ward's staff at that moment, where that was read with the bed."""

    @property
    def read_version(self) -> int:
        """How often the bed's use has changed: what partners send back to change it."""
        return self.unread + sum(spell.version for spell in self.spells)

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


def lock_beds(by: Actor, beds: Q) -> list[Bed]:
    """These beds, each locked after its ward, the wards in the order of lock_wards; the actor must manage each."""
    rows = Bed.objects.visible_to(by).filter(beds).select_related("ward").order_by("ward_id", "pk")
    found = list(rows.select_for_update(of=("ward", "self"), no_key=True))
    for bed in found:
        policies.check_can_manage(by, bed.ward)
    return found


def read_versions(bed: str = "pk") -> dict[str, Any]:
    """How often the use of each bed has changed, as a column named changes."""
    spells = Spell.objects.filter(bed=OuterRef(bed)).order_by().values("bed")
    return {"changes": Coalesce(Subquery(spells.annotate(n=Sum("version")).values("n")), 0)}


def hold(by: Actor, *bed_ids: UUID, at: datetime | None = None, read_version: int | None = None) -> dict[UUID, Turn]:
    """Lock these beds with their wards, and read what each is used for; StaleVersion when it is not what was read."""
    beds = lock_beds(by, Q(pk__in=bed_ids))
    if len(beds) != len(set(bed_ids)):
        raise NotFound(NO_BED)
    return turns_of(beds, at, read_version)


def hold_for(
    by: Actor,
    bed_id: UUID,
    patient_id: UUID,
    *,
    referral_id: UUID | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> tuple[Turn, Patient]:
    """The same, for somebody: they are locked after the ward, and what is kept for them is read with the bed. A bed is
    asked for by a referral of the same person."""
    beds = lock_beds(by, Q(pk=bed_id))
    if not beds:
        raise NotFound(NO_BED)
    person: Any = the_person(by, patient_id, ward=beds[0].ward, referral_id=referral_id)
    if referral_id and not person.asks:
        raise Invalid("This person has no such referral.", field="referral")
    turn = turns_of(beds, at, read_version, person)[bed_id]
    turn.person, turn.is_known = person, person.is_known
    return turn, person


def hold_spell(
    by: Actor,
    spell_id: UUID | None,
    *,
    bed_id: UUID | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> tuple[Turn, Spell]:
    """A spell and its bed, with the ward locked; the spell may have ended. Without its id: what the bed is used for."""
    wanted = Spell.objects.visible_to(by).filter(pk=spell_id)
    beds = lock_beds(by, Q(pk__in=wanted.values("bed")) if spell_id else Q(pk=bed_id))
    if not beds:
        raise NotFound("There is no such stay or reservation, or you cannot see it." if spell_id else NO_BED)
    (turn,) = turns_of(beds, at, read_version, spell_id=spell_id).values()
    spell = next(one for one in turn.spells if one.pk == spell_id) if spell_id else turn.spell
    if spell is None:
        raise IllegalTransition("This bed is free, so that is not possible. Read it again.")
    if spell.kind == SpellKind.RESERVED:  # who takes another bed for the person ends it, and does not hold this ward
        spell.refresh_from_db(from_queryset=Spell.objects.visible_to(by).lock())
        spell.bed, turn.at = turn.bed, max(turn.at, spell.updated_at)
    return turn, spell


def turns_of(
    beds: Sequence[Bed],
    at: datetime | None = None,
    read_version: int | None = None,
    person: Patient | None = None,
    spell_id: UUID | None = None,
) -> dict[UUID, Turn]:
    """Beds of locked wards as they are; with what is kept for a person, and with a spell that may have ended."""
    now = timezone.now()
    ahead = DateTimeTZRange(at or now, None)
    counted = {bed.ward_id for bed in beds if person and bed.ward.staff_hours_a_day is not None}
    mine = live_reservations(person, at or now) if person else Q(pk=spell_id)
    spells = _uses(beds, ahead, mine, Q(bed__ward__in=counted, kind__in=TAKING, span__overlap=ahead))
    turns = {bed.pk: _turn(bed, [spell for spell in spells if spell.bed_id == bed.pk], now, at) for bed in beds}
    for turn in turns.values():
        turn.kept = [spell for spell in spells if person and is_kept(spell, person, turn.at)]
        if turn.bed.ward_id in counted:
            turn.given = [one for one in spells if one.bed.ward_id in counted and turn.at in one.span]
        if read_version not in {None, turn.read_version}:
            raise StaleVersion("This bed has changed since you read it.")
    return turns


def _uses(beds: Sequence[Bed], ahead: DateTimeTZRange, *more: Q) -> list[Spell]:
    """What these beds are used for from a moment on and what changed of each last, and other spells."""
    of_beds = Spell.objects.filter(bed__in=beds)
    newest = of_beds.order_by("bed_id", "-updated_at").distinct("bed_id").values("pk")
    going_on = of_beds.filter(span__overlap=ahead).values("pk")
    others = [Spell.objects.filter(some).values("pk") for some in more]
    wanted = going_on.union(newest, *others)  # each by its index, as an OR would not
    rows = Spell.objects.filter(pk__in=wanted).select_related("bed__ward")
    changes = Case(When(bed__in=beds, then=read_versions("bed")["changes"]))
    return list(rows.annotate(changes=changes).order_by("span"))


def _turn(bed: Any, spells: list[Any], now: datetime, at: datetime | None) -> Turn:
    """A bed as it is: never before the last thing done to it, even when the clock of this machine went back."""
    last = max((spell.updated_at for spell in spells), default=None)
    moment = max(now, last or now)
    if at is not None:
        moment = not_before(at, last or at, "The time is before the last change of this bed.")
    if not bed.holds_on(timezone.localdate(moment)):
        raise IllegalTransition(f"{bed.label} of {bed.ward} is not in use on that day.")
    for spell in spells:
        spell.bed = bed
    used = next((spell for spell in spells if moment in spell.span), None)
    unread = spells[0].changes - sum(spell.version for spell in spells) if spells else 0
    turn = Turn(bed, moment, used, used.kind if used else "", spells, unread)
    bed.turn = turn
    return turn


def turn_of(spell: Any) -> Turn:
    """The turn in which a step of this transaction held the bed of the spell that it answered."""
    turn: Turn = spell.bed.turn
    return turn


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


def the_person(by: Actor, patient_id: UUID | None, *, ward: Ward, referral_id: UUID | None = None) -> Patient:
    """The person, locked so that nobody else places them meanwhile; the record in use when two were merged. is_known
    says whether whoever runs the ward takes part in their care already, asks whether the referral is theirs."""
    seen = Patient.objects.visible_to(by).filter(pk=patient_id)
    person = _locked(seen.current(), ward, referral_id)
    if person is None:
        person = _locked(Patient.objects.filter(pk__in=seen.values("merged_into")), ward, referral_id)
    if person is None:
        raise NotFound("There is no such person, or you may not open their record.")
    if person.deceased_at:
        raise Invalid("The record says that this person has died.", field="person")
    return person


def _locked(people: Any, ward: Ward, referral_id: UUID | None) -> Patient | None:
    care, whose = Relationship.Kind.CARE, OuterRef("pk")
    cares = Relationship.objects.filter(organisation=ward.organisation_id, kind=care, patient=whose)
    asks = Referral.objects.filter(Q(patient=whose) | Q(patient__merged_into=whose), pk=referral_id)
    told = people.annotate(is_known=Exists(cares), asks=Exists(asks))
    found: Patient | None = told.select_for_update(of=("self",), no_key=True).first()
    return found


def live_reservations(person: Patient, at: datetime) -> Q:
    """Beds kept for this person now or from later."""
    return Q(patient=person, kind=SpellKind.RESERVED, let_go_at=None, span__endswith__gt=at)


def is_kept(spell: Spell, person: Patient, at: datetime) -> bool:
    """Whether it is one of live_reservations."""
    theirs = spell.patient_id == person.pk and spell.kind == SpellKind.RESERVED
    return theirs and spell.let_go_at is None and lasts(spell, at)


def lock_kept(turn: Turn) -> list[Spell]:
    """What is kept for the person, for nobody else to change: those of other wards are locked one by one."""
    here = [spell for spell in turn.kept if spell.bed.ward_id == turn.bed.ward_id]
    if len(here) == len(turn.kept) or turn.person is None:
        return here
    elsewhere = Spell.objects.filter(live_reservations(turn.person, turn.at)).exclude(bed__ward=turn.bed.ward_id)
    return [*here, *elsewhere.select_related("bed__ward").lock()]
