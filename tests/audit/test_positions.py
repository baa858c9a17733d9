"""In a cluster whose transaction numbers begin again, new events still stand after all that were written."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from audit import positions
from audit.events import Kind, event, record
from audit.models import Event
from bcf import counting
from bcf.models import Cursor
from tests.factories.people import SYSTEM, user

pytestmark = pytest.mark.django_db
ELSEWHERE = 2**50
"""A transaction number that another cluster has reached, and this one never will."""


def written_elsewhere(position: int = ELSEWHERE) -> Event:
    restored = event(Kind.SIGNED_IN, by=SYSTEM, subject=user())
    restored.transaction_id = position
    restored.save(force_insert=True)
    return restored


def written_here() -> int:
    here = record(Kind.SIGNED_IN, by=SYSTEM, subject=user())
    return Event.objects.values_list("transaction_id", flat=True).get(pk=here.pk)


def test_nothing_has_to_be_done_where_nothing_was_restored() -> None:
    written_here()
    before = written_here()
    assert positions.carry_on() == 0
    assert written_here() == before


def test_new_events_stand_after_restored_ones() -> None:
    written_elsewhere()
    assert written_here() < ELSEWHERE
    assert positions.lift_needed() > 0

    assert positions.carry_on() > 0

    assert written_here() > ELSEWHERE
    assert positions.lift_needed() <= 0
    assert positions.carry_on() == 0


def test_and_again_in_the_next_cluster() -> None:
    written_elsewhere()
    positions.carry_on()
    written_elsewhere(2 * ELSEWHERE)
    positions.carry_on()
    assert written_here() > 2 * ELSEWHERE


def test_a_reader_that_was_further_than_the_last_event_counts_too() -> None:
    Cursor.objects.update_or_create(name=counting.READER, defaults={"transaction_id": ELSEWHERE})
    said = StringIO()
    call_command("after_restore", stdout=said)
    assert "was lifted by" in said.getvalue()
    assert written_here() > ELSEWHERE


def test_counting_refuses_to_pass_over_events() -> None:
    Cursor.objects.update_or_create(name=counting.READER, defaults={"transaction_id": ELSEWHERE})
    with pytest.raises(positions.Moved, match="after_restore"):
        counting.follow()
    call_command("after_restore", verbosity=0)
    counting.follow()


def test_the_offset_costs_nothing_for_each_event() -> None:
    """PostgreSQL puts the constant in the place of the function when it plans."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (VERBOSE, COSTS OFF) SELECT pg_current_xact_id()::text::bigint + transaction_offset()")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "transaction_offset" not in plan
