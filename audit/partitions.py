"""Tables kept by month: months made ahead, rows of the DEFAULT partition moved to theirs, old months put aside.

PostgreSQL's own catalogue says which tables are kept by month, so this module names none. A month is a plain table
until it is attached; filling it takes no lock that anybody waits for. Attaching locks out other makers of partitions
and, for as long as late rows are moved, whoever reads or writes the DEFAULT partition. No lock is waited for longer
than LOCK_WAIT, so nobody queues behind us for longer than that.
"""
# ruff: noqa: S608  names of tables and columns come from the catalogue, months from arithmetic

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import sleep
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected, LockNotAvailable

LOCK_WAIT = "2s"
TRIES = 5
PAUSE_SECONDS = 1.0
ONE_AT_A_TIME = 7_262
AHEAD = 3
MONTH = re.compile(r"_(\d{4})_(\d{2})$")
INDEX = re.compile(r"^(CREATE (?:UNIQUE )?INDEX) \S+ ON ONLY \S+(.*)$")


class Busy(Exception):
    """Somebody held a table for too long. Nothing was changed in it; run it again later."""


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month, in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """The month of a moment."""
        there = moment.astimezone(UTC)
        return cls(there.year, there.month)

    def plus(self, months: int) -> "Month":
        """So many months later."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    def name(self, table: str) -> str:
        """What the table's partition of this month is called."""
        return f"{table}_{self.year}_{self.number:02}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """A table kept by month: its name, the column that says when, and its DEFAULT partition."""

    name: str
    column: str
    rest: str

    def months(self) -> dict[Month, str]:
        """The months that it has, and their partitions."""
        found = _rows(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = %s::regclass ORDER BY c.relname",
            self.name,
        )
        matched = ((MONTH.search(name), name) for (name,) in found)
        return {Month(int(at[1]), int(at[2])): name for at, name in matched if at}

    def months_of_the_rest(self) -> list[Month]:
        """Months whose rows wait in the DEFAULT partition."""
        found = _rows(
            f"SELECT DISTINCT date_trunc('month', {self.column} AT TIME ZONE 'UTC') FROM {self.rest} ORDER BY 1"
        )
        return [Month(month.year, month.month) for (month,) in found]

    def within(self, month: Month) -> str:
        """The condition that a row belongs to this month."""
        until = month.plus(1).start
        return f"{self.column} >= '{month.start.isoformat()}' AND {self.column} < '{until.isoformat()}'"


def tables() -> list[Monthly]:
    """Every table kept by month."""
    found = _rows(
        "SELECT c.relname, a.attname, d.relname FROM pg_partitioned_table p "
        "JOIN pg_class c ON c.oid = p.partrelid JOIN pg_class d ON d.oid = p.partdefid "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] "
        "WHERE p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid = 'timestamptz'::regtype "
        "AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
    )
    return [Monthly(*row) for row in found]


def months(first: Month, last: Month) -> list[Month]:
    """Every month from the first to the last."""
    return [first.plus(n) for n in range((last.year - first.year) * 12 + last.number - first.number + 1)]


def make(now: datetime, *, since: datetime | None = None, ahead: int = AHEAD, only: str = "") -> list[str]:
    """Make the months from `since` (or now) to `ahead` months from now, and one for every row that waits for one.

    In every table kept by month, or only in one. Answers the names of new partitions; running it again, or twice at
    once, makes nothing twice. Raises Busy.
    """
    wanted = months(Month.of(since or now), Month.of(now).plus(ahead))
    made: list[str] = []
    for table in tables():
        if only in ("", table.name):
            with _alone(table):
                waiting = table.months_of_the_rest()
                missing = {*wanted, *waiting} - set(table.months())
                made += [_make(table, month) for month in sorted(missing)]
                if waiting and not connection.in_atomic_block:
                    _run(f"VACUUM {table.rest}")  # readers would step over what was moved until somebody does
                if missing:
                    _run(f"ANALYZE ONLY {table.name}")  # the whole's statistics are nobody else's work
    return made


def draft(table: Monthly, month: Month, *, indexes: bool) -> str:
    """The month as an empty table beside the others, to be filled and then attached by make().

    Many rows are loaded faster without indexes: indexes_for() says how to make them then, else attaching does.
    """
    name, also = month.name(table.name), "INCLUDING INDEXES" if indexes else ""
    _run(f"CREATE TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS {also})")
    _run(f"ALTER TABLE {name} ADD CONSTRAINT {name}_month CHECK ({table.within(month)})")
    for constraint, definition in _rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        table.name,
    ):
        _run(f"ALTER TABLE {name} ADD CONSTRAINT {constraint} {definition}")
    return name


def indexes_for(name: str, whole: str) -> list[str]:
    """Statements that give a draft the indexes of its table, so that attaching it has none to make."""
    return [
        f"ALTER TABLE {name} ADD {constraint}" if constraint else INDEX.sub(rf"\1 ON {name}\2", index)
        for constraint, index in _rows(
            "SELECT pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u') "
            "WHERE i.indrelid = %s::regclass ORDER BY i.indexrelid",
            whole,
        )
    ]


def retire(name: str, before: Month) -> list[str]:
    """Put the table's months before this one aside, as tables of their own; no row is removed.

    Answers the names of the tables put aside. They stay append-only. Raises Busy, or ValueError for an unknown table.
    """
    table = next((one for one in tables() if one.name == name), None)
    if table is None:
        raise ValueError(f"{name} is not kept by month. Choose one of: {', '.join(one.name for one in tables())}.")
    with _alone(table):
        return [_put_aside(table, part) for month, part in sorted(table.months().items()) if month < before]


def _make(table: Monthly, month: Month) -> str:
    """Fill a plain table with the month's rows, then attach it."""
    name = month.name(table.name)
    if not _rows("SELECT to_regclass(%s) IS NOT NULL", name)[0][0]:
        _patiently(lambda: _fill(table, name, month))
    _patiently(lambda: _attach(table, name, month))
    return name


def _fill(table: Monthly, name: str, month: Month) -> None:
    """A draft with the month's rows. A run that was broken off after it is taken up again."""
    draft(table, month, indexes=True)
    _run(f"INSERT INTO {name} SELECT * FROM {table.rest} WHERE {table.within(month)}")


def _attach(table: Monthly, name: str, month: Month) -> None:
    """Take what came late, remove the month's rows from the DEFAULT partition, and attach the month."""
    within = table.within(month)
    _run("SET CONSTRAINTS ALL IMMEDIATE")
    _run(f"LOCK TABLE ONLY {table.name} IN SHARE UPDATE EXCLUSIVE MODE")
    _run(f"LOCK TABLE {table.rest} IN ACCESS EXCLUSIVE MODE")
    if _rows(f"SELECT EXISTS (SELECT FROM {table.rest} WHERE {within})")[0][0]:
        known = f"SELECT FROM {name} AS known WHERE known.id = late.id"
        _run(f"INSERT INTO {name} SELECT * FROM {table.rest} AS late WHERE {within} AND NOT EXISTS ({known})")
        _run(f"ALTER TABLE {table.rest} DISABLE TRIGGER USER")
        _run(f"DELETE FROM {table.rest} WHERE {within}")
        _run(f"ALTER TABLE {table.rest} ENABLE TRIGGER USER")
    bounds = f"FROM ('{month.start.isoformat()}') TO ('{month.plus(1).start.isoformat()}')"
    _run(f"ALTER TABLE {table.name} ATTACH PARTITION {name} FOR VALUES {bounds}")
    _run(f"ALTER TABLE {name} DROP CONSTRAINT {name}_month")


def _put_aside(table: Monthly, part: str) -> str:
    """Detach one month. Its trigger belonged to the whole, so it gets one of its own."""
    aside = f"{part}_retired"

    def detach() -> None:
        _run("SET CONSTRAINTS ALL IMMEDIATE")
        _run(f"ALTER TABLE {table.name} DETACH PARTITION {part}")
        _run(f"ALTER TABLE {part} RENAME TO {aside}")
        _run(
            f"CREATE TRIGGER {aside}_append_only BEFORE UPDATE OR DELETE ON {aside} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )

    _patiently(detach)
    return aside


def _patiently(change: Callable[[], None]) -> None:
    """Make a change in one transaction, waiting little for locks but trying several times."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                _run(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
                change()
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                raise
            if not left:
                raise Busy("A table is in use by something that takes long. Run it again later.") from error
            sleep(PAUSE_SECONDS)


@contextmanager
def _alone(table: Monthly) -> Iterator[None]:
    """One at a time: the second waits, and finds nothing left to do."""
    _rows("SELECT pg_advisory_lock(%s, hashtext(%s))", ONE_AT_A_TIME, table.name)
    try:
        yield
    finally:
        _rows("SELECT pg_advisory_unlock(%s, hashtext(%s))", ONE_AT_A_TIME, table.name)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()
