"""Readiness and the owners of its hours: spans that begin, end and are split, always covering the same time.

Spans hold moments in UTC, so an hour that the clocks repeat or leave out changes nothing about their length. A span
that ended no later than it began becomes empty: it is kept, and counts for no time.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Func, Q, Subquery, Value
from django.db.models.functions import Greatest, JSONObject

from audit.errors import Invalid
from homefirst.models import DelayReason, DelaySpell, DischargeCase, Readiness

FIRST_REASON = "hub-needs-and-pathway"
ONE_READINESS = "readiness_no_overlap"
LOWER = F("span__startswith")
MINUTE = timedelta(minutes=1)


def first_reason() -> Subquery:
    """The reason with which waiting begins, to be read along with a case as first_reason."""
    known = DelayReason.objects.in_force().filter(code=FIRST_REASON)
    return Subquery(known.values(row=JSONObject(id="id", text="text"))[:1])


def begin(case: Any, at: datetime, *, organisation_id: UUID) -> DelaySpell:
    """Ready from this moment on: until somebody says otherwise, the hub's organisation owns the hours."""
    if case.first_reason is None:
        raise Invalid("The list of delay reasons is not loaded. Ask the administrator to load it.")
    span = DateTimeTZRange(at, None)
    try:
        Readiness.objects.create(case=case, span=span)
    except IntegrityError as overlap:
        if ONE_READINESS not in str(overlap):
            raise
        raise Invalid("They were ready and waiting before that already. Give a later time.", field="at") from overlap
    reason_id = case.first_reason["id"]
    return DelaySpell.objects.create(case=case, organisation_id=organisation_id, reason_id=reason_id, span=span)


def end(case: DischargeCase, at: datetime) -> None:
    """No longer waiting from this moment on."""
    for model in (Readiness, DelaySpell):
        later = model._default_manager.filter(case=case).exclude(span__isempty=True)
        running = later.filter(Q(span__endswith=None) | Q(span__endswith__gt=at))
        running.update(span=Func(LOWER, Greatest(LOWER, Value(at)), function="tstzrange"))


def spell_at(case: DischargeCase, at: datetime) -> DelaySpell:
    """The spell of this moment, locked. People type minutes: the minute in which a spell began belongs to it."""
    spells = DelaySpell.objects.filter(case=case).exclude(span__isempty=True).select_for_update(of=("self",))
    rows = list(spells.select_related("organisation", "reason").order_by("span"))
    held = next((row for row in rows if at in row.span), None)
    begun = next((row for row in rows if at <= row.span.lower < at + MINUTE), None)
    if found := held or begun:
        return found
    raise Invalid("The person was not ready and waiting then. Check the date and time.", field="at")


def hand_over(spell: DelaySpell, at: datetime, **columns: Any) -> DelaySpell:
    """The hours of this spell from a moment on, with another owner; the hours before keep theirs."""
    if at <= spell.span.lower:
        for name, value in columns.items():
            setattr(spell, name, value)
        spell.save()
        return spell
    upper = spell.span.upper
    spell.span = DateTimeTZRange(spell.span.lower, at)
    spell.save(update_fields=["span"])
    return DelaySpell.objects.create(case_id=spell.case_id, span=DateTimeTZRange(at, upper), **columns)
