"""Readiness and the owners of its hours: spans that begin, end and are split, always covering the same time.

Spans hold moments in UTC, so an hour that the clocks repeat or leave out changes nothing about their length. A span
that ended no later than it began becomes empty: it is kept, and counts for no time.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit.errors import Invalid
from homefirst.models import DelayReason, DelaySpell, DischargeCase, Readiness

FIRST_REASON = "hub-needs-and-pathway"
MINUTE = timedelta(minutes=1)


def begin(case: DischargeCase, at: datetime, *, organisation_id: UUID) -> DelaySpell:
    """Ready from this moment on: until somebody says otherwise, the hub's organisation owns the hours."""
    reason = DelayReason.objects.in_force().filter(code=FIRST_REASON).first()
    if reason is None:
        raise Invalid("The list of delay reasons is not loaded. Ask the administrator to load it.")
    latest = max((span.upper for span in _spans(case) if span.upper), default=None)
    if latest and at < latest:
        raise Invalid("They were ready and waiting before that already. Give a later time.", field="at")
    span = DateTimeTZRange(at, None)
    Readiness.objects.create(case=case, span=span)
    return DelaySpell.objects.create(case=case, organisation_id=organisation_id, reason=reason, span=span)


def end(case: DischargeCase, at: datetime) -> None:
    """No longer waiting from this moment on."""
    for model in (Readiness, DelaySpell):
        later = model._default_manager.filter(case=case).exclude(span__isempty=True)
        for row in later.filter(span__endswith=None) | later.filter(span__endswith__gt=at):
            lower = row.span.lower
            row.span = DateTimeTZRange(lower, max(lower, at))
            row.save(update_fields=["span"])


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


def _spans(case: DischargeCase) -> list[Any]:
    return list(Readiness.objects.filter(case=case).exclude(span__isempty=True).values_list("span", flat=True))
