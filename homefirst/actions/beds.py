"""What is done with people and beds: reserve, let go, occupy, move, say when somebody leaves, release.

A bed's use is a row of spells. Reservations and cleaning end by themselves, because their spans do. Pages expect the
version of a spell; partners send back how often the bed had changed when they read it (read_version).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import Invalid, NotFound
from audit.events import Kind
from homefirst.codes import Destination, Source
from homefirst.fitting import check_suits
from homefirst.models import Spell
from homefirst.spells import (
    Taken,
    begin,
    check_follows,
    columns_of,
    given_up,
    leave,
    make_way,
    needs_of,
    reservation_for,
    where,
)
from homefirst.states import SpellKind
from homefirst.steps import StepInHand
from homefirst.suitability import Wanted
from homefirst.turns import (
    Turn,
    check_lasts,
    hold,
    hold_for,
    hold_spell,
    is_repeated,
    last_act,
    live_reservations,
    lock_kept,
    the_person,
)
from patients.models import Patient

LONGEST_RESERVATION = timedelta(days=3)
NOBODY_KNOWS = Wanted()
STAY_ENDED = "This stay has ended. Look at the ward again."


@transaction.atomic
def reserve(
    *,
    bed_id: UUID,
    by: Actor,
    patient_id: UUID,
    until: datetime,
    wanted: Wanted = NOBODY_KNOWS,
    referral_id: UUID | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> Spell:
    """Keep a bed for somebody until a moment, at most 3 days ahead; then it is free again by itself."""
    turn, person = hold_for(by, bed_id, patient_id, referral_id=referral_id, at=at, read_version=read_version)
    same = _same_again(turn, SpellKind.RESERVED, person, by)
    if same and same.span.upper == until:
        return same
    check_follows(turn, SpellKind.RESERVED)
    _check_until(turn.free_from, until)
    _check_no_other(turn)
    check_suits(turn, person, wanted)
    return begin(
        turn,
        SpellKind.RESERVED,
        verb="reserve",
        by=by,
        start=turn.free_from,
        end=until,
        data={"until": until.isoformat()},
        patient=person,
        referral_id=referral_id,
        **columns_of(wanted, turn.bed),
    )


@transaction.atomic
def let_go(
    *,
    by: Actor,
    spell_id: UUID | None = None,
    bed_id: UUID | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> Spell:
    """Give up a reservation, of this id or of this bed: the bed is free at once."""
    turn, spell = hold_spell(by, spell_id, bed_id=bed_id, at=at, read_version=read_version)
    if not is_repeated(spell, "let_go", by, expected_version):
        check_lasts(turn, spell, SpellKind.RESERVED, "This reservation has ended. Look at the ward again.")
        given_up(turn, spell, by).save()
    return spell


@transaction.atomic
def occupy(
    *,
    bed_id: UUID,
    by: Actor,
    patient_id: UUID,
    source: str,
    wanted: Wanted | None = None,
    leaving_on: date | None = None,
    referral_id: UUID | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> Spell:
    """Somebody takes a bed, free or kept for them; what they need comes from their reservation unless it is given."""
    turn, person = hold_for(by, bed_id, patient_id, referral_id=referral_id, at=at, read_version=read_version)
    if same := _same_again(turn, SpellKind.OCCUPIED, person, by):
        return same
    if source not in Source.values:
        raise Invalid("Say where the person comes from.", field="source")
    _check_leaving(turn.at, leaving_on)
    kept = lock_kept(turn)
    reserved = reservation_for(turn, kept)
    known = wanted or (needs_of(reserved) if reserved else NOBODY_KNOWS)
    after = _ready(turn, person, known, by=by, kept=kept, but=[reserved.pk] if reserved else [])
    return begin(
        turn,
        SpellKind.OCCUPIED,
        verb="occupy",
        by=by,
        data={"source": source, "reservation": str(reserved.pk) if reserved else None},
        after=after,
        patient=person,
        referral_id=referral_id or (reserved.referral_id if reserved else None),
        source=source,
        leaving_on=leaving_on,
        **columns_of(known, turn.bed),
    )


def _ready(
    turn: Turn, person: Patient, wanted: Wanted, *, by: Actor, kept: Sequence[Spell], but: Sequence[UUID]
) -> list[StepInHand]:
    """The bed is theirs if they want it: it may follow, it suits. Answers the steps that take what is in the way."""
    check_follows(turn, SpellKind.OCCUPIED)
    check_suits(turn, person, wanted, but=but)
    return make_way(turn, kept, by)


@transaction.atomic
def move(
    *, spell_id: UUID, bed_id: UUID, by: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Spell:
    """Somebody goes from one bed to another; answers the new stay. The old bed is cleaned."""
    old_bed = Spell.objects.visible_to(by).filter(pk=spell_id).values_list("bed", flat=True).first()
    if old_bed is None:
        raise NotFound("There is no such stay, or you cannot see it.")
    turns = hold(by, old_bed, bed_id, at=at)
    old, spell = hold_spell(by, spell_id, at=at)
    if is_repeated(spell, "move", by, expected_version):
        return Spell.objects.visible_to(by).get(bed=bed_id, patient=spell.patient_id, span__startswith=spell.span.upper)
    return move_in_hand(old, turns[bed_id], spell, by=by)


def move_in_hand(old: Turn, new: Turn, spell: Spell, *, by: Actor, clean: bool = True) -> Spell:
    """Move a stay between two beds whose wards are locked."""
    check_lasts(old, spell, SpellKind.OCCUPIED, STAY_ENDED)
    if old.bed.pk == new.bed.pk:
        raise Invalid("The person is in this bed already. Choose another.", field="bed")
    new.at = old.at = max(old.at, new.at)
    new.person = person = the_person(by, spell.patient_id, ward=new.ward)
    new.kept = list(Spell.objects.filter(live_reservations(person, new.at)).select_related("bed__ward").lock())
    reserved = reservation_for(new, new.kept)
    leave(old, spell, by, verb="move", destination=Destination.COMMUNITY_BED, to=new.bed, clean=clean)
    wanted = needs_of(spell)
    but = [spell.pk, *([reserved.pk] if reserved else [])]
    after = _ready(new, person, wanted, by=by, kept=new.kept, but=but)
    return begin(
        new,
        SpellKind.OCCUPIED,
        verb="occupy",
        by=by,
        data={"source": Source.COMMUNITY_BED.value, "from_bed": str(old.bed.pk)},
        after=after,
        patient=person,
        referral_id=spell.referral_id,
        source=Source.COMMUNITY_BED,
        leaving_on=spell.leaving_on,
        **columns_of(wanted, new.bed),
    )


def keep_in_hand(old: Turn, new: Turn, spell: Spell, *, by: Actor) -> Spell:
    """Keep another bed instead of this one, until the same moment; both wards are locked."""
    check_lasts(old, spell, SpellKind.RESERVED, "This reservation has ended.")
    person, wanted = the_person(by, spell.patient_id, ward=new.ward), needs_of(spell)
    until = spell.span.upper
    after = [given_up(old, spell, by)]
    check_follows(new, SpellKind.RESERVED)
    check_suits(new, person, wanted, but=[spell.pk])
    return begin(
        new,
        SpellKind.RESERVED,
        verb="reserve",
        by=by,
        start=new.free_from,
        end=until,
        data={"until": until.isoformat(), "from_bed": str(old.bed.pk)},
        after=after,
        patient=person,
        referral_id=spell.referral_id,
        **columns_of(wanted, new.bed),
    )


@transaction.atomic
def change_leaving(*, spell_id: UUID, by: Actor, leaving_on: date | None, expected_version: int | None = None) -> Spell:
    """Say on which day somebody is expected to leave."""
    turn, spell = hold_spell(by, spell_id)
    if is_repeated(spell, "expect_leaving", by, expected_version):
        return spell
    check_lasts(turn, spell, SpellKind.OCCUPIED, STAY_ENDED)
    _check_leaving(turn.at, leaving_on)
    spell.leaving_on = leaving_on
    step = StepInHand(spell, "expect_leaving", by, at=turn.at, patient_id=spell.patient_id)
    step.event(Kind.BED_UPDATED, leaving_on=leaving_on.isoformat() if leaving_on else None, **where(turn.bed))
    step.save()
    return spell


@transaction.atomic
def release(
    *,
    by: Actor,
    destination: str,
    spell_id: UUID | None = None,
    bed_id: UUID | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> Spell:
    """Somebody leaves this stay, or whoever is in this bed does. A physical bed is cleaned for the ward's minutes; a
    place at home is free at once."""
    turn, spell = hold_spell(by, spell_id, bed_id=bed_id, at=at, read_version=read_version)
    if is_repeated(spell, "release", by, expected_version):
        return spell
    check_lasts(turn, spell, SpellKind.OCCUPIED, STAY_ENDED)
    if destination not in Destination.values:
        raise Invalid("Say where the person goes.", field="destination")
    leave(turn, spell, by, verb="release", destination=destination)
    return spell


def _same_again(turn: Turn, kind: SpellKind, person: Patient, by: Actor) -> Spell | None:
    """The same person in the same bed by the same actor: sent twice."""
    spell = turn.spell
    if spell is None or spell.kind != kind or spell.patient_id != person.pk:
        return None
    last = last_act(spell)
    return spell if last is not None and last.by_id == by.id else None


def _check_until(start: datetime, until: datetime) -> None:
    if until <= start:
        raise Invalid("The reservation must end later than it starts. Enter a later time.", field="until")
    if until - start > LONGEST_RESERVATION:
        raise Invalid("A bed can be kept for 3 days at most. Enter an earlier time.", field="until")


def _check_leaving(at: datetime, leaving_on: date | None) -> None:
    if leaving_on is not None and leaving_on < timezone.localdate(at):
        raise Invalid("The day of leaving must be today or later.", field="leaving_on")


def _check_no_other(turn: Turn) -> None:
    if turn.kept:
        other = turn.kept[0]
        raise Taken(
            f"{other.bed.label} of {other.bed.ward} is already kept for this person. Let it go first, or use it."
        )
