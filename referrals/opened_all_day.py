"""The worklist as it is opened all day: without filters, at its beginning. Its two questions are compiled once."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.prepared import Slots, as_actor, ids_of, rows, shape_of
from referrals import worklist

DUE = "next_due_at"


def first_page(actor: Actor, listed: str, now: datetime) -> worklist.Page:
    """The first page of one of the lists, by its slug; one statement."""
    found = rows(("worklist", listed, shape_of(actor)), _slots(actor, now), partial(_first_page, actor, listed))
    return worklist.first_of(found, DUE)


def counts(actor: Actor, now: datetime) -> list[int]:
    """How many referrals each list holds; one statement."""
    found = rows(("worklist counts", shape_of(actor)), _slots(actor, now), partial(_counts, actor))
    return worklist.counts_of(found, worklist.triage_lists(actor, now))


def _slots(actor: Actor, now: datetime) -> dict[str, Any]:
    return ids_of(actor) | {"now": now}


def _first_page(actor: Actor, listed: str, slots: Slots) -> QuerySet[Any]:
    reader, now = as_actor(actor, slots), slots["now"]
    condition = next(one.condition for one in worklist.triage_lists(reader, now) if one.slug == listed)
    mine = worklist.open_referrals(reader, now).filter(condition)
    return worklist.in_order(worklist.referral_values(mine, reader, now), DUE)[: worklist.PAGE + 1]


def _counts(actor: Actor, slots: Slots) -> QuerySet[Any]:
    reader, now = as_actor(actor, slots), slots["now"]
    return worklist.counts(worklist.open_referrals(reader, now), worklist.triage_lists(reader, now))
