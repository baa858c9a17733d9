"""What a database holds, so that a backup can be compared with what was restored from it.

Rows are counted and added up as checksums, table by table and month by month; their order does not matter. The rest
is compared by its definition as PostgreSQL writes it: columns, constraints, indexes, triggers, functions, partitions.
"""
# ruff: noqa: S608  names of tables come from the catalogue

import re
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

from psycopg2 import sql
from psycopg2.errors import RestrictViolation
from psycopg2.extensions import connection, cursor

SAME_TEXT = (
    "SET LOCAL DateStyle = 'ISO, MDY'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL search_path = public",
)
OURS = (
    "relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')"
)
TABLES = f"SELECT relname FROM pg_class c WHERE relkind = 'r' AND {OURS} ORDER BY relname"
ROWS = """
SELECT count(*), coalesce(sum(('x' || left(md5(whole_row::text), 15))::bit(60)::bigint), 0)::text
FROM ONLY {table} AS whole_row
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
DEFINITIONS = f"""
SELECT 'columns of ' || c.relname, md5(string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attname))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND {OURS} GROUP BY c.relname
UNION ALL SELECT 'partition ' || relname, pg_get_expr(relpartbound, oid) || ' of ' || (
    SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid)
FROM pg_class c WHERE relispartition AND relkind IN ('r', 'p') AND {OURS}
UNION ALL SELECT 'index ' || relname, pg_get_indexdef(oid) FROM pg_class c WHERE relkind IN ('i', 'I') AND {OURS}
UNION ALL SELECT 'constraint ' || conname || ' on ' || conrelid::regclass::text, pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid WHERE contype <> 'n' AND {OURS}
UNION ALL SELECT 'trigger ' || tgname || ' on ' || tgrelid::regclass::text,
    pg_get_triggerdef(t.oid) || ' ' || tgenabled::text
FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND {OURS}
UNION ALL SELECT 'view ' || relname, pg_get_viewdef(oid) FROM pg_class c WHERE relkind IN ('v', 'm') AND {OURS}
UNION ALL SELECT 'function ' || p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL SELECT 'extension ' || extname, 'present' FROM pg_extension WHERE extname <> 'pg_stat_statements'
"""
APPEND_ONLY = f"""
SELECT c.relname, min(a.attname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
WHERE t.tgfoid = 'public.refuse_change'::regproc AND c.relkind = 'r' AND {OURS} GROUP BY c.relname ORDER BY 1
"""


class Contents(TypedDict):
    """Rows and checksum by table, last value by sequence, definition by name."""

    tables: dict[str, list[Any]]
    sequences: dict[str, int | None]
    definitions: dict[str, str]


def read(rows: cursor, progress: Callable[[str], None] = lambda table: None) -> Contents:
    """What the database holds, in the transaction of this cursor."""
    for setting in SAME_TEXT:
        rows.execute(setting)
    rows.execute(SEQUENCES)
    sequences = dict(rows.fetchall())
    rows.execute(DEFINITIONS)
    definitions = dict(sorted(rows.fetchall()))
    rows.execute(TABLES)
    tables = {}
    for (table,) in rows.fetchall():
        progress(table)
        rows.execute(sql.SQL(ROWS).format(table=sql.Identifier("public", table)))
        tables[table] = list(rows.fetchone())
    return Contents(tables=tables, sequences=sequences, definitions=definitions)


def differences(before: Contents, after: Contents) -> Iterator[str]:
    """A sentence for everything that is not as it was; sequences may have gone on while the dump was made."""
    for table in sorted({*before["tables"], *after["tables"]}):
        yield from other_rows(table, before["tables"].get(table), after["tables"].get(table))
    for name, last in before["sequences"].items():
        reached = after["sequences"].get(name)
        if name not in after["sequences"] or (last or 0) > (reached or 0):
            yield f"Sequence {name} had reached {last} and is at {reached}."
    for name in sorted({*before["definitions"], *after["definitions"]}):
        if plain(before["definitions"].get(name)) != plain(after["definitions"].get(name)):
            yield f"{name[0].upper()}{name[1:]} is not defined as it was."


def other_rows(table: str, was: list[Any] | None, now: list[Any] | None) -> Iterator[str]:
    """What is different in the rows of one table, if anything."""
    if was is None or now is None:
        yield f"Table {table} is {'new' if was is None else 'missing'}."
    elif was[0] != now[0]:
        yield f"Table {table} had {was[0]:,} rows and has {now[0]:,}."
    elif was != now:
        yield f"Table {table} has as many rows as before, but not the same ones."


def plain(definition: str | None) -> str | None:
    """A definition without the casts to text and the brackets that PostgreSQL places otherwise on a second reading."""
    return definition and re.sub(r"::(character varying|text)(\[\])?|[()\s]", "", definition)


def changeable(database: connection) -> Iterator[str]:
    """Append-only tables that would let a row be changed or removed. Tries it, and takes it back."""
    with database, database.cursor() as rows:
        rows.execute(APPEND_ONLY)
        tables = rows.fetchall()
    for table, column in tables:
        for change in ("UPDATE ONLY {table} SET {column} = {column}", "DELETE FROM ONLY {table}"):
            attempt = sql.SQL(change + " WHERE ctid = (SELECT ctid FROM ONLY {table} LIMIT 1)")
            if not refuses(database, attempt.format(table=sql.Identifier(table), column=sql.Identifier(column))):
                yield f"Table {table} lets {change.split()[0]} through."


def refuses(database: connection, attempt: sql.Composed) -> bool:
    """Whether the database refuses this (or has no row to try it on)."""
    try:
        with database.cursor() as rows:
            rows.execute(attempt)
            return rows.rowcount == 0
    except RestrictViolation:
        return True
    finally:
        database.rollback()
