"""Many millions of rows into PostgreSQL: indexes off before, on again after, no checks of what is known to be right.

It needs a role that may set session_replication_role, as the owner of a cluster may; real data is never loaded like
this. Foreign keys stay, and stay valid: a test compares copies with their originals instead.
"""
# ruff: noqa: S608  names of tables come from the models

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection, transaction

from audit import partitions
from synthetic.errors import NotReady
from synthetic.writer import ORDER

MEMORY = "256MB"
PLAIN_INDEXES = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE i.indrelid = ANY(%s::regclass[]) AND t.relkind = 'r' AND NOT i.indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1, 2
"""
PRIMARY = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisprimary"
DRAFTS = """
SELECT whole, c.relname FROM unnest(%s) AS whole JOIN pg_class c ON c.relname ~ ('^' || whole || '_[0-9]{4}_[0-9]{2}$')
WHERE NOT c.relispartition AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2
"""
SIZE = "SELECT pg_relation_size(%s::regclass)"
SEQUENCE = "SELECT pg_get_serial_sequence(%s, 'id')"
DEFAULT = """
SELECT max(pg_get_expr(d.adbin, d.adrelid)) FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.adrelid = %s::regclass AND a.attname = 'transaction_id'
"""


def run(statement: str) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def one(question: str, *values: object) -> Any:
    """The one value that a question answers."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


def defaults(table: str) -> dict[str, str]:
    """What a new row of this table gets, worked out once: naming the sequence and the transaction for each of many
    million rows took a fifth of the time."""
    found = {"id": f"nextval('{one(SEQUENCE, table)}'::regclass)"}
    if expression := one(DEFAULT, table):
        found["transaction_id"] = str(one(f"SELECT {expression}"))
    return found


def as_ever(draft: str, table: str) -> None:
    """A draft that is filled has the defaults of its table again; the numbers come from the whole."""
    run(f"ALTER TABLE {draft} ALTER id DROP DEFAULT")
    if expression := one(DEFAULT, table):
        run(f"ALTER TABLE {draft} ALTER transaction_id SET DEFAULT {expression}")


def afresh(tables: Iterable[str]) -> None:
    """Write these tables, which hold little yet, to new files. What is added to a file that the same transaction made
    goes to the disk once, and not into the log before (where wal_level is minimal)."""
    for table in tables:
        run(f"CLUSTER {table} USING {one(PRIMARY, table)}")
        run(f"ALTER TABLE {table} SET WITHOUT CLUSTER")


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


@dataclass(frozen=True, slots=True)
class Making:
    """The indexes of one table, and how many bytes they are made from."""

    table: str
    size: int
    statements: tuple[str, ...]

    def run(self) -> None:
        """Make them, and look at the table for the planner."""
        with transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
            run("SET LOCAL max_parallel_maintenance_workers = 0")
            for statement in self.statements:
                run(statement)


class Indexes:
    """Indexes of the tables that hold no constraint: dropped before loading, and made again after.

    Meanwhile nobody vacuums: what is loaded here has nothing to clean up.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN_INDEXES, [[model._meta.db_table for model in ORDER]])
            self.found: list[tuple[str, str, str]] = cursor.fetchall()
        self.tables = sorted({table for table, _, _ in self.found})

    def drop(self) -> None:
        """Take them away."""
        with transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(f"DROP INDEX {', '.join(name for _, name, _ in self.found)}")
            for table in self.tables:
                run(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")

    def plain(self) -> list[Making]:
        """How to make them again."""
        return [
            Making(
                table,
                one(SIZE, table),
                (
                    *(made.replace("INDEX ", "INDEX IF NOT EXISTS ", 1) for of, _, made in self.found if of == table),
                    f"ALTER TABLE {table} RESET (autovacuum_enabled)",
                    f"ANALYZE {table}",
                ),
            )
            for table in self.tables
        ]

    def drafts(self, of: Sequence[str]) -> list[Making]:
        """How to make those of months that are filled and not attached yet."""
        with connection.cursor() as cursor:
            cursor.execute(DRAFTS, [list(of)])
            found = cursor.fetchall()
        return [
            Making(draft, one(SIZE, draft), (*partitions.indexes_for(draft, table), f"ANALYZE {draft}"))
            for table, draft in found
        ]

    def make(self) -> None:
        """Make the plain ones here and now."""
        for making in self.plain():
            making.run()


def shared(work: Iterable[Making], hands: int = 2) -> list[list[Making]]:
    """The work in as many heaps of about one size, the largest first."""
    heaps: list[list[Making]] = [[] for _ in range(hands)]
    for making in sorted(work, key=lambda making: -making.size):
        min(heaps, key=lambda heap: sum(one.size for one in heap)).append(making)
    return heaps


def highest(table: str) -> int:
    """The highest identifier in use, or 0."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return cursor.fetchone()[0]


def numbers_from(first: Mapping[str, int]) -> None:
    """The identifiers that the next rows of these tables get."""
    for table, number in first.items():
        run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {number}, false)")
