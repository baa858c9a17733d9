"""Between tests that commit, only what they wrote is removed.

Django truncates every table and makes all content types and permissions anew: with more than a hundred tables, and
months of the large ones, that took longer than most of these tests. Here tables that hold rows are emptied by DELETE,
without triggers, and what migrations left (content types, permissions, the site) stays.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = {"django_content_type", "auth_permission", "django_site", "django_migrations"}


def filled(tables: Sequence[str]) -> list[str]:
    """Those that hold a row."""
    looks = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall()]


def sql_flush(
    self: DatabaseOperations,
    style: Any,
    tables: Sequence[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """DELETE instead of TRUNCATE, where there is something to delete."""
    found = filled([table for table in tables if table not in KEPT])
    if not found:
        return []
    gone = [f'DELETE FROM "{table}"' for table in found]
    return ["SET session_replication_role = replica", *gone, "SET session_replication_role = origin"]


def empty_quickly() -> None:
    """From now on; and at the end a database goes whatever is connected to it."""
    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *args, **kwargs: None
    DatabaseCreation._destroy_test_db = drop  # type: ignore[method-assign]


def drop(self: DatabaseCreation, name: str, verbosity: int) -> None:
    """Whoever is still connected, such as a browser's socket that closes late, does not fail the last test."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")
