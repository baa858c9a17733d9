"""Beginning and ending what a bed is used for, by the table of states.

The exclusion constraints are what guarantees that a bed is given once, and a person one bed; their refusals become
sentences here, which say who was quicker.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.actors import Actor
from audit.errors import IllegalTransition
from audit.events import Kind
from homefirst.models import Act, Bed, Spell
from homefirst.relating import relate
from homefirst.states import BED_EVENTS, BED_TRANSITIONS, SpellKind
from homefirst.steps import StepInHand, save_together
from homefirst.suitability import Wanted
from homefirst.turns import Turn
from pages.words import clock_time, long_date

ONE_BED, ONE_PERSON = "spell_one_at_a_time", "stay_one_bed_at_a_time"
DID = {
    SpellKind.RESERVED: "reserved",
    SpellKind.OCCUPIED: "gave somebody",
    SpellKind.CLOSED: "closed",
    SpellKind.CLEANING: "asked for the cleaning of",
}


class Taken(IllegalTransition):
    """Somebody else was quicker. `plain` says so without the name of staff."""

    code = "BED_TAKEN"

    def __init__(self, message: str, plain: str = ""):
        super().__init__(message)
        self.plain = plain or message


def check_follows(turn: Turn, kind: SpellKind) -> None:
    """Raise Taken when what the bed is used for now may not be followed by this."""
    if kind not in BED_TRANSITIONS[turn.state]:
        raise taken(turn.spell, turn.bed)


def taken(spell: Spell | None, bed: Bed) -> Taken:
    """What the second of two people reads."""
    plain = f"{bed.label} of {bed.ward} is not free at that time. Choose another bed."
    act = Act.objects.filter(subject_id=spell.pk, version=1).first() if spell else None
    if spell is None or act is None:
        return Taken(plain)
    when = f"{clock_time(act.at)} on {long_date(act.at)}"
    until = f", until {clock_time(spell.span.upper)}" if spell.kind == SpellKind.RESERVED else ""
    told = f"{act.who} {DID[SpellKind(spell.kind)]} {bed.label} of {bed.ward} at {when}{until}"
    return Taken(f"{told}. Choose another bed.", plain)


def begin(
    turn: Turn,
    kind: SpellKind,
    *,
    verb: str,
    by: Actor,
    start: datetime | None = None,
    end: datetime | None = None,
    data: dict[str, Any] | None = None,
    after: Sequence[StepInHand] = (),
    **columns: Any,
) -> Spell:
    """Start a spell from what the bed was, by the table; says who was quicker when the database refuses it. What it
    comes after is written with it."""
    spell = Spell(bed=turn.bed, kind=turn.state, span=DateTimeTZRange(start or turn.at, end), **columns)
    step = StepInHand(spell, verb, by, at=turn.at, reason=spell.reason, patient_id=spell.patient_id)
    step.move(kind, BED_TRANSITIONS, BED_EVENTS, **where(turn.bed), **(data or {}))
    with translated(spell):
        save_together(*after, step)
    turn.spell, turn.state = spell, kind
    turn.spells.append(spell)
    if spell.patient_id and not turn.is_known:
        relate(spell.patient_id, [turn.ward.organisation_id])
    return spell


def ended(turn: Turn, spell: Spell, *, verb: str, by: Actor) -> StepInHand:
    """End a spell now; one that had not begun never was. The caller records what it means and saves the step."""
    begun = spell.span.lower < turn.at
    spell.span = DateTimeTZRange(spell.span.lower, turn.at) if begun else DateTimeTZRange(empty=True)
    return StepInHand(spell, verb, by, at=turn.at, patient_id=spell.patient_id)


def given_up(turn: Turn, spell: Spell, by: Actor) -> StepInHand:
    """A reservation is let go before its time. The caller saves the step."""
    step = ended(turn, spell, verb="let_go", by=by)
    spell.let_go_at = turn.at
    step.event(Kind.BED_LET_GO, **where(turn.bed))
    return step


def leave(
    turn: Turn, spell: Spell, by: Actor, *, verb: str, destination: str, to: Bed | None = None, clean: bool = True
) -> None:
    """End a stay; a bed of a ward that cleans is cleaned for the ward's minutes, and then free by itself."""
    step = ended(turn, spell, verb=verb, by=by)
    spell.destination = destination
    moved = {"to_bed": str(to.pk)} if to else {}
    step.event(Kind.BED_RELEASED, destination=destination, **where(turn.bed), **moved)
    minutes = turn.ward.cleaning_minutes
    if clean and minutes:
        begin(turn, SpellKind.CLEANING, verb="clean", by=by, end=turn.at + timedelta(minutes=minutes), after=[step])
    else:
        step.save()


def reservation_for(turn: Turn, kept: Sequence[Spell]) -> Spell | None:
    """The person's reservation of the bed, of all that are kept for them. Raises IllegalTransition when it is kept for
    somebody else now."""
    mine = next((spell for spell in kept if spell.bed_id == turn.bed.pk), None)
    if mine is None and turn.state == SpellKind.RESERVED:
        raise Taken(f"{turn.bed.label} of {turn.ward} is reserved for somebody else. Choose another bed.")
    return mine


def make_way(turn: Turn, kept: Sequence[Spell], by: Actor) -> list[StepInHand]:
    """Before somebody takes a bed: cleaning is cut short, their reservation is used, any other of theirs let go."""
    steps = finish_cleaning(turn, by)
    for spell in kept:
        if spell.bed_id == turn.bed.pk:
            steps.append(ended(turn, spell, verb="use", by=by))
        else:
            steps.append(given_up(Turn(spell.bed, turn.at, spell, spell.kind), spell, by))
    return steps


def finish_cleaning(turn: Turn, by: Actor) -> list[StepInHand]:
    """The bed is clean sooner than planned, if it is being cleaned. The caller saves what this answers."""
    if turn.spell is None or turn.spell.kind != SpellKind.CLEANING:
        return []
    step = ended(turn, turn.spell, verb="cleaned", by=by)
    step.event(Kind.BED_CLEANED, **where(turn.bed))
    return [step]


def needs_of(spell: Spell) -> Wanted:
    """What the person in a spell needs of a bed."""
    return Wanted(frozenset(spell.needs), "", spell.infection, spell.mobility, spell.hours_a_day)


def columns_of(wanted: Wanted, bed: Bed) -> dict[str, Any]:
    """The columns of a spell that keep what its person needs."""
    return {
        "needs": sorted(wanted.designations),
        "infection": wanted.infection,
        "mobility": wanted.mobility,
        "hours_a_day": wanted.hours_a_day or bed.hours_a_day,
    }


def where(bed: Bed) -> dict[str, str]:
    """What every event of beds says."""
    return {"bed": str(bed.pk), "ward": str(bed.ward_id), "designation": str(bed.designation)}


@contextmanager
def translated(spell: Spell) -> Iterator[None]:
    """The refusals of the exclusion constraints, as sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name not in {ONE_BED, ONE_PERSON}:
            raise
        raise _clash(spell, name) from error


def _clash(spell: Spell, constraint: str) -> Taken:
    others = Spell.objects.filter(span__overlap=spell.span).exclude(pk=spell.pk).select_related("bed__ward")
    if constraint == ONE_BED:
        return taken(others.filter(bed=spell.bed).order_by("span").first(), spell.bed)
    stay = others.filter(patient=spell.patient_id, kind=SpellKind.OCCUPIED).first()
    there = f"in {stay.bed.label} of {stay.bed.ward}" if stay else "in another bed or place"
    return Taken(f"This person is already {there}. Move them from there, or let them leave first.")
