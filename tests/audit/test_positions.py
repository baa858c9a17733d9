"""In a cluster whose transaction numbers begin again, new events still stand after all that were written."""

from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit import positions
from audit.events import Kind, event, record
from audit.models import Event
from audit.positions import OLDEST_RUNNING
from bcf import counting
from bcf.models import Cursor
from tests.factories.people import SYSTEM, user

pytestmark = pytest.mark.django_db
ELSEWHERE = 2**50
"""A transaction number that another cluster has reached, and this one never will."""
SINCE_OURS = """
SELECT greatest(0, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 - pg_current_xact_id()::text::bigint)
"""
"""How many transactions have begun on the server since the test's own, and may have ended."""


def written_elsewhere(position: int = ELSEWHERE) -> Event:
    restored = event(Kind.SIGNED_IN, by=SYSTEM, subject=user())
    restored.transaction_id = position
    restored.save(force_insert=True)
    return restored


def written_here() -> int:
    here = record(Kind.SIGNED_IN, by=SYSTEM, subject=user())
    return Event.objects.values_list("transaction_id", flat=True).get(event_id=here.event_id)


def written_next() -> int:
    """Where the event of a transaction that begins now would stand: other databases of the server go on meanwhile."""
    return written_here() + ask(SINCE_OURS)


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

    assert written_next() > ELSEWHERE
    assert positions.lift_needed() <= 0
    assert positions.carry_on() == 0


def test_and_again_in_the_next_cluster() -> None:
    written_elsewhere()
    positions.carry_on()
    written_elsewhere(2 * ELSEWHERE)
    positions.carry_on()
    assert written_next() > 2 * ELSEWHERE


def test_a_reader_that_was_further_than_the_last_event_counts_too() -> None:
    Cursor.objects.update_or_create(name=counting.READER, defaults={"transaction_id": ELSEWHERE})
    said = StringIO()
    call_command("after_restore", stdout=said)
    assert "was lifted by" in said.getvalue()
    assert written_next() > ELSEWHERE


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


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_began_since_the_last_look_is_waited_for() -> None:
    """PostgreSQL keeps a list of sessions for the length of a transaction; an old one would hide the writer."""
    first, second = (psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None}) for _ in "ab")
    try:
        with transaction.atomic():
            ask(OLDEST_RUNNING)
            writing = ask("SELECT pg_current_xact_id()::text::bigint + transaction_offset()", first)
            ask("SELECT pg_current_xact_id()", second)
            second.commit()
            assert ask(OLDEST_RUNNING) <= writing
            first.commit()
            assert ask(OLDEST_RUNNING) > writing
    finally:
        first.close()
        second.close()


def ask(question: str, session: Any = connection) -> int:
    with session.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
