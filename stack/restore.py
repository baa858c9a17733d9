"""`python -m stack restore`: a backup into an empty database, then the proof that everything is there."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from stack import clients, contents
from stack.backup import DUMP, FORMAT, MANIFEST, checksum
from stack.errors import StackError

JOBS = min(4, os.cpu_count() or 1)
FOUND = """
SELECT (SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace),
    to_regclass('public.patients_patient') IS NOT NULL, current_database(),
    current_setting('server_version_num')::int / 10000
"""
SHOWN = 20


def restore(folder: Path, url: str, say: Callable[[str], None]) -> None:
    """Restore a backup and compare. Raises StackError when the place is not empty or anything is not as it was."""
    manifest = read_manifest(folder)
    major = check_place(url)
    say(f"Restoring the backup taken at {manifest['taken_at']} ({manifest['rows']:,} rows)")
    command = [clients.program("pg_restore", major), "--exit-on-error", "--no-owner", "--no-privileges"]
    clients.run([*command, f"--jobs={JOBS}", f"--dbname={parse_dsn(url)['dbname']}", str(folder / DUMP)], url)
    database = psycopg2.connect(url)
    try:
        database.autocommit = True
        with database.cursor() as rows:
            rows.execute("ANALYZE")
        database.autocommit = False
        compare(database, manifest["contents"])
    finally:
        database.close()
    say(f"Compared: {manifest['rows']:,} rows of {len(manifest['contents']['tables'])} tables are as they were.")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the backup says about itself, once its file was found to be the one that was written."""
    if not (folder / MANIFEST).exists():
        raise StackError(f"{folder} is not a finished backup: it has no {MANIFEST}.")
    manifest = json.loads((folder / MANIFEST).read_text())
    if manifest["format"] != FORMAT:
        raise StackError(f"{folder} was written by another release: use that release to restore it.")
    if not (folder / DUMP).exists() or checksum(folder / DUMP) != manifest["dump"]["sha256"]:
        raise StackError(f"{folder / DUMP} is damaged or not the one that was backed up. Use another copy.")
    return manifest


def check_place(url: str) -> int:
    """The server's major version; refuses a database that holds anything, above all people."""
    database = psycopg2.connect(url)
    try:
        with database.cursor() as rows:
            rows.execute(FOUND)
            tables, portal, name, major = rows.fetchone()
            people = 0
            if portal:
                rows.execute("SELECT count(*) FROM public.patients_patient")
                people = rows.fetchone()[0]
    finally:
        database.close()
    if people:
        raise StackError(
            f"There are {people:,} people in the database {name}. A backup is never restored over people: make a new "
            "database (createdb), and let DATABASE_URL or VAR_DIR name it."
        )
    if tables:
        raise StackError(f"The database {name} is not empty. Make a new one (createdb) and let DATABASE_URL name it.")
    return major


def compare(database: "psycopg2.extensions.connection", before: contents.Contents) -> None:
    """Rows, checksums, sequences and definitions are as they were, and append-only tables still refuse."""
    with database, database.cursor() as rows:
        wrong = list(contents.differences(before, contents.read(rows)))
    wrong += contents.changeable(database)
    if wrong:
        more = [f"… and {len(wrong) - SHOWN} more."] if len(wrong) > SHOWN else []
        raise StackError("\n".join(["The restored database is not as it was:", *wrong[:SHOWN], *more]))
