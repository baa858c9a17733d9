"""What a request costs the machine: CPU of two process trees from /proc, statements from pg_stat_statements."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psycopg2

TICKS = os.sysconf("SC_CLK_TCK")
NOT_COUNTED = r"^\s*(begin|commit|rollback|savepoint|release|set|show|select \$1\s*$|select [$0-9]+ from only )"
"""Control of transactions and connections, whether a kept one still lives, PostgreSQL's checks of foreign keys."""
CALLS = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements AS seen JOIN pg_database AS base ON base.oid = seen.dbid
WHERE base.datname = %s AND seen.toplevel AND seen.query !~* %s
"""


@dataclass(frozen=True)
class Reading:
    """What the meters show at one moment."""

    server: float
    postgres: float
    statements: int

    def since(self, before: "Reading", requests: int) -> dict[str, float]:
        """Milliseconds of CPU and statements for each request in between."""
        per = max(requests, 1)
        return {
            "server_ms": (self.server - before.server) * 1000 / per,
            "postgres_ms": (self.postgres - before.postgres) * 1000 / per,
            "statements": (self.statements - before.statements) / per,
        }


class Meters:
    """The meters of one server and one database."""

    def __init__(self, server: int, postgres: int, url: str, database: str = "portal"):
        self.server, self.postgres, self.database = server, postgres, database
        self.connection = psycopg2.connect(url.rsplit("/", 1)[0] + "/postgres")
        self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def read(self) -> Reading:
        """Now."""
        with self.connection.cursor() as cursor:
            cursor.execute(CALLS, [self.database, NOT_COUNTED])
            statements = int(cursor.fetchone()[0])
        return Reading(cpu_seconds(self.server), cpu_seconds(self.postgres), statements)

    def close(self) -> None:
        """Let the connection go."""
        self.connection.close()


def cpu_seconds(root: int) -> float:
    """What a process and its descendants, living and collected, have used."""
    used, children = {}, defaultdict(list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        children[int(fields[1])].append(pid)
        used[pid] = sum(int(value) for value in fields[11:15])
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0)
        waiting += children[pid]
    return total / TICKS
