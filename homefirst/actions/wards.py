"""What is done with beds and wards themselves: cleaned, closed, open again, and the board is right."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import IllegalTransition, Invalid, NotFound
from audit.events import Kind, record
from homefirst.models import Spell, Ward
from homefirst.spells import begin, check_follows, ended, finish_cleaning, where
from homefirst.states import SpellKind
from homefirst.steps import save_together
from homefirst.turns import TAKING, Turn, check_lasts, hold, hold_spell, is_repeated, last_act, lock_wards


@transaction.atomic
def cleaned(*, spell_id: UUID, by: Actor, expected_version: int | None = None) -> Spell:
    """The bed is clean sooner than planned."""
    turn, spell = hold_spell(by, spell_id)
    if not is_repeated(spell, "cleaned", by, expected_version):
        check_lasts(turn, spell, SpellKind.CLEANING, "This bed is clean already.")
        turn.spell = spell
        save_together(*finish_cleaning(turn, by))
    return spell


@transaction.atomic
def close_bed(
    *,
    bed_id: UUID,
    by: Actor,
    reason: str,
    back_on: date | None = None,
    at: datetime | None = None,
    read_version: int | None = None,
) -> Spell:
    """Take a bed out of use that nobody is in or waits for; otherwise a change of capacity is proposed first."""
    turn = hold(by, bed_id, at=at, read_version=read_version)[bed_id]
    if not reason.strip():
        raise Invalid("Say why the bed is closed.", field="reason")
    if back_on is not None and back_on < timezone.localdate(turn.at):
        raise Invalid("The day it is back must be today or later.", field="back_on")
    if turn.state == SpellKind.CLOSED and turn.spell and _closed_by(turn.spell, by):
        return turn.spell
    if turn.state in TAKING:
        raise IllegalTransition("Somebody is in this bed, or it is kept for them. Propose to close it instead.")
    check_follows(turn, SpellKind.CLOSED)
    return close_in_hand(turn, by=by, reason=reason, back_on=back_on)


def close_in_hand(
    turn: Turn,
    *,
    by: Actor,
    reason: str,
    back_on: date | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Spell:
    """Close a bed of a locked ward, from a moment on, until another or until it is opened. What is closed now is not
    cleaned any longer."""
    return begin(
        turn,
        SpellKind.CLOSED,
        verb="close",
        by=by,
        start=start,
        end=end,
        after=[] if start else finish_cleaning(turn, by),
        reason=reason.strip(),
        back_on=back_on,
    )


def _closed_by(spell: Spell, by: Actor) -> bool:
    last = last_act(spell)
    return last is not None and last.by_id == by.id


@transaction.atomic
def open_bed(
    *,
    by: Actor,
    spell_id: UUID | None = None,
    bed_id: UUID | None = None,
    expected_version: int | None = None,
    read_version: int | None = None,
) -> Spell:
    """Bring a closed bed back into use, or forget that it was going to close."""
    turn, spell = hold_spell(by, spell_id, bed_id=bed_id, read_version=read_version)
    if is_repeated(spell, "open", by, expected_version):
        return spell
    check_lasts(turn, spell, SpellKind.CLOSED, "This bed is open already.")
    step = ended(turn, spell, verb="open", by=by)
    step.event(Kind.BED_OPENED, **where(turn.bed))
    step.save()
    return spell


@transaction.atomic
def confirm_ward(*, ward_id: UUID, by: Actor) -> Ward:
    """Somebody on the ward looked: the board is right as it stands."""
    wards = lock_wards(by, [ward_id])
    if not wards:
        raise NotFound("There is no such ward, or you cannot see it.")
    ward = wards[0]
    now = timezone.now()
    ward.confirmed_at = max(now, ward.confirmed_at or now)
    ward.save(update_fields=["confirmed_at"])
    record(Kind.WARD_CONFIRMED, by=by, subject=ward, at=ward.confirmed_at)
    return ward
