"""Says that reservations and cleaning have ended, soon after they did, so that figures and partners know of it.

A spell that somebody ended was changed at its end or later; one that ended by itself was last changed before. Nothing
else is remembered between sweeps: an outage is caught up by the next one, and two at once say everything once.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.actors import Actor, system_actor
from homefirst.actions.beds_following import say_run_out
from homefirst.following_crisis import each
from homefirst.models import Spell

FOLLOWER: Actor = system_actor("home_first")
BATCH = 500


def beds_keep_up(now: datetime) -> int:
    """Say what has run out; how many."""
    return each(run_out(now), lambda pk: say_run_out(spell_id=pk, by=FOLLOWER, now=now) is not None)


def run_out(now: datetime) -> Iterable[UUID]:
    """Reservations and cleaning that ended by themselves and were not said to have; the earliest first."""
    rows = Spell.objects.visible_to(FOLLOWER).run_out(now)
    return list(rows.order_by("span__endswith", "pk").values_list("pk", flat=True)[:BATCH])
