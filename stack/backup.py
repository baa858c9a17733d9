"""`python -m stack backup`: the whole database in one file, and beside it what is in it, to compare a restore with."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

from stack import clients, contents
from stack.errors import StackError

FORMAT = 1
DUMP, MANIFEST = "portal.dump", "manifest.json"
SNAPSHOT = "SELECT pg_export_snapshot(), current_setting('server_version_num')::int / 10000, version()"
NOT_OURS = "--exclude-extension=pg_stat_statements"
"""An extension of whoever runs the server; the owner of a database may not make it."""


def back_up(url: str, folder: Path, say: Callable[[str], None]) -> Path:
    """Write a backup into a new folder; a folder without a manifest is not a backup. People may go on working."""
    if folder.exists():
        raise StackError(f"{folder} exists already. Name a folder that does not, or none.")
    draft = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    taken_at = datetime.now(UTC)
    try:
        held, version = dump(url, draft / DUMP, say)
        rows = sum(count for count, _ in held["tables"].values())
        size = (draft / DUMP).stat().st_size
        manifest = {
            "format": FORMAT,
            "taken_at": taken_at.isoformat(timespec="seconds"),
            "server": version,
            "rows": rows,
            "dump": {"file": DUMP, "bytes": size, "sha256": checksum(draft / DUMP)},
            "contents": held,
        }
        write(draft / MANIFEST, json.dumps(manifest, indent=1))
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    say(f"{rows:,} rows of {len(held['tables'])} tables, {size / 1e6:,.1f} MB: {folder}")
    return folder


def dump(url: str, file: Path, say: Callable[[str], None]) -> tuple[contents.Contents, str]:
    """Dump the database and read what it holds, both as of one moment."""
    database = psycopg2.connect(url)
    try:
        database.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with database.cursor() as rows, ThreadPoolExecutor(1) as pool:
            rows.execute(SNAPSHOT)
            snapshot, major, version = rows.fetchone()
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            command = [clients.program("pg_dump", major), "--format=custom", f"--snapshot={snapshot}"]
            command += ["--no-owner", "--no-privileges", *excluded(command[0]), f"--file={file}"]
            say("Dumping the database, and adding up what is in it")
            dumping = pool.submit(clients.run, command, url)
            held = contents.read(rows)
            dumping.result()
            return held, version
    finally:
        database.close()


def excluded(pg_dump: str) -> list[str]:
    """What is left out, where the program can leave it out (from version 17)."""
    return [NOT_OURS] if clients.version_of(pg_dump) >= 17 else []


def checksum(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write(file: Path, text: str) -> None:
    """Write a file for its owner only, and see it on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text + "\n")
        opened.flush()
        os.fsync(opened.fileno())
