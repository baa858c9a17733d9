"""What the portal says of beds by itself: a reservation that nobody used has ended, and so has cleaning.

Their spans end without anybody, so the bed is free on the second; this says so to whoever reads events, once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from audit.events import Kind
from homefirst.models import Spell
from homefirst.spells import where
from homefirst.states import SpellKind
from homefirst.steps import StepInHand
from homefirst.turns import lock_wards

SAID = {SpellKind.RESERVED: Kind.BED_LET_GO, SpellKind.CLEANING: Kind.BED_CLEANED}


@transaction.atomic
def say_run_out(*, spell_id: UUID, by: Actor, now: datetime) -> Spell | None:
    """Record that a reservation or cleaning ended when it was to; None where somebody said so meanwhile."""
    rows = Spell.objects.visible_to(by).run_out(now).filter(pk=spell_id)
    lock_wards(by, rows.values("bed__ward"))
    spell: Spell | None = rows.lock().select_related("bed").first()
    if spell is None:
        return None
    step = StepInHand(spell, "run_out", by, at=spell.span.upper, patient_id=spell.patient_id)
    step.event(SAID[SpellKind(spell.kind)], why="run_out", **where(spell.bed))
    step.save()
    return spell
