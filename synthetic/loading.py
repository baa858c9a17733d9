"""Many millions of rows into PostgreSQL: indexes off before, on again after, no checks of what is known to be right.

It needs a role that may set session_replication_role, as the owner of a cluster may; real data is never loaded like
this. Foreign keys stay, and stay valid: a test compares copies with their originals instead.
"""
# ruff: noqa: S608  names of tables come from the models

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import Error, connection, transaction

from synthetic.errors import NotReady
from synthetic.writer import ORDER

MEMORY = "256MB"
PLAIN_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE i.indrelid = ANY(%s::regclass[]) AND t.relkind = 'r' AND NOT i.indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1
"""


def run(statement: str) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def may_load() -> None:
    """Refuse early when the role may not load."""
    try:
        with transaction.atomic():
            run("SET LOCAL session_replication_role = replica")
            run("SET LOCAL session_replication_role = origin")
    except Error as error:
        raise NotReady(
            "This scale needs a database role that may set session_replication_role. "
            "Use the owner of a database cluster of its own, as `make run` has."
        ) from error


@contextmanager
def quickly() -> Iterator[None]:
    """One transaction that does not check foreign keys nor wait for the disk."""
    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET LOCAL session_replication_role = replica")
        run("SET LOCAL synchronous_commit = off")
        run(f"SET LOCAL work_mem = '{MEMORY}'")
        yield
        run("SET LOCAL work_mem TO DEFAULT")
        run("SET LOCAL session_replication_role = origin")


class Indexes:
    """Indexes of the tables that hold no constraint: dropped before loading, and made again after."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_INDEXES, [[model._meta.db_table for model in ORDER]])
            self.found: dict[str, str] = dict(cursor.fetchall())

    def drop(self) -> None:
        """Take them away."""
        with transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(f"DROP INDEX {', '.join(self.found)}")

    def make(self) -> None:
        """Make them again, table by table."""
        with transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
            for made in self.found.values():
                run(made.replace("INDEX ", "INDEX IF NOT EXISTS ", 1))


def highest(table: str) -> int:
    """The highest identifier in use, or 0."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return cursor.fetchone()[0]


def numbers_from(first: Mapping[str, int]) -> None:
    """The identifiers that the next rows of these tables get."""
    for table, number in first.items():
        run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {number}, false)")
