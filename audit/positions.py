"""Where an event stands among all others, in this cluster and in those it was restored from (docs/adr/0014).

An event's `transaction_id` is PostgreSQL's number of the writing transaction plus an offset. The numbers belong to a
cluster: one that a backup is restored into begins again near zero. The offset, kept as a constant of a function of
the database so that it costs nothing and travels with every dump, lifts them above everything that was written
before. Readers of events therefore never meet a number twice, and need not know that the database moved.
"""

from typing import Any

from django.db import connection, transaction

OFFSET_FUNCTION = """
CREATE OR REPLACE FUNCTION transaction_offset() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT {offset}::bigint'
"""
OLDEST_RUNNING = """
SELECT pg_stat_clear_snapshot();
WITH snapshot AS (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
), here AS (
    SELECT backend_xid::text::bigint AS running, query = '<insufficient privilege>' AS hidden
    FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
    UNION ALL SELECT transaction::text::bigint, false FROM pg_prepared_xacts WHERE database = current_database()
)
SELECT transaction_offset() + CASE
    WHEN (SELECT bool_or(hidden) FROM here) THEN oldest
    ELSE least(next, (SELECT min(running + ((next - running) >> 32 << 32)) FROM here)) END
FROM snapshot
"""
"""The oldest transaction still running in this database, else the next to come: each one below it has ended.

The snapshot is taken before sessions are looked at, and a session shows its transaction from the moment it has one,
so none is missed. PostgreSQL would show a list of sessions that was looked at before in this transaction again,
without those that began since: it is forgotten first. Transactions of other databases on the server do not count: a
long one would hold figures up. Where another role's sessions are hidden from ours, they do. A session shows 32 of the
64 bits: the shift adds the rest.
"""
LIFT_NEEDED = """
SELECT greatest((SELECT max(transaction_id) FROM audit_event), %s) + 1 - transaction_offset() - greatest(
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1)
"""
ONE_AT_A_TIME = 7_262_014


class Moved(Exception):
    """The database was restored into another cluster and nobody ran `manage.py after_restore`."""


def lift_needed(read_up_to: int = 0) -> int:
    """By how much new events would have to be lifted to stand after all others; 0 or less where they do."""
    return _row(LIFT_NEEDED, read_up_to)[0]


@transaction.atomic
def carry_on(read_up_to: int = 0) -> int:
    """Let new events stand after all that are written, and after `read_up_to`; answers by how much they were lifted.

    0 where nothing had to be done. Run it before anybody writes, as the owner of the database's functions.
    """
    _row("SELECT pg_advisory_xact_lock(%s)", ONE_AT_A_TIME)
    needed = lift_needed(read_up_to)
    if needed <= 0:
        return 0
    lift = needed + 1  # this transaction, too, may write more
    with connection.cursor() as cursor:
        cursor.execute(OFFSET_FUNCTION.format(offset=_row("SELECT transaction_offset()")[0] + lift))
    return lift


def _row(question: str, *values: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()
