"""A cluster of its own under var/bench/: seeded once for a scale, kept, and started again for every measurement."""

import contextlib
import http.client
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from stack.embedded import Postgres, Valkey, free_port
from stack.errors import StackError
from stack.lock import run_lock
from stack.processes import Child, Processes, environment, wait_until
from stack.supervisor import ROOT, Options, programs

BUSY = "A measurement is already running in this folder (process {owner}). Let it end first."
TABLES = ("patients_patient", "referrals_referral", "referrals_clock", "audit_event", "audit_access", "bcf_observation")


@dataclass
class Cluster:
    """PostgreSQL and Valkey that hold one scale, and where to reach them."""

    var: Path
    processes: Processes
    postgres: Postgres
    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> None:
        """A Django command, under the settings of the measurement."""
        command = [sys.executable, "manage.py", *arguments]
        if subprocess.run(command, cwd=ROOT, env=self.environment, check=False).returncode:
            raise StackError(f"manage.py {arguments[0]} failed: the lines above say why.")

    def execute(self, statement: str, parameters: tuple[object, ...] = ()) -> list[tuple]:
        """One statement outside any transaction."""
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def prepare(self, scale: str) -> None:
        """Migrate; seed what was never seeded to the end, with its figures."""
        stamp = self.var / "seeded.json"
        if not stamp.exists():
            self._empty()
        self.manage("prepare", "--no-seed")
        if not stamp.exists():
            print(f"Seeding the scale {scale}: once, it is kept in {self.var}", flush=True)
            self.manage("seed", "--scale", scale)
            stamp.write_text(json.dumps({"scale": scale}))
        self.manage("write_demo_access", "--verbosity", "0")
        self.execute("VACUUM (ANALYZE)")

    def _empty(self) -> None:
        """Begin with an empty database: a seeding that was interrupted left something."""
        connection = psycopg2.connect(self.url.rsplit("/", 1)[0] + "/postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS portal WITH (FORCE)")
            cursor.execute("CREATE DATABASE portal")
        connection.close()

    def rows(self) -> dict[str, int]:
        """How many rows the large tables hold."""
        return {table: self.execute(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608  our own names

    def access(self) -> dict[str, list[dict[str, str]]]:
        """Who can sign in, and which partner systems can call."""
        return json.loads((self.var / "demo.json").read_text())

    @contextlib.contextmanager
    def server(self) -> Iterator[tuple[int, Child]]:
        """The production server as the stack starts it, and its port."""
        port = free_port()
        command = programs(Options(self.var, "127.0.0.1", port))[0].command
        command = ["bench.wsgi:application" if part == "config.wsgi:application" else part for part in command]
        child = self.processes.start("web", command, env=self.environment, cwd=ROOT)
        try:
            wait_until(lambda: answers(port), child, seconds=60, stopping=lambda: None)
            yield port, child
        finally:
            self.processes.stop([child])


def answers(port: int) -> bool:
    """Whether the server is there; both workers are started before it listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        time.sleep(0.1)
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def cluster(var: Path) -> Iterator[Cluster]:
    """The cluster of this directory. DATABASE_URL and REDIS_URL are not asked: a measurement writes."""
    var.mkdir(parents=True, exist_ok=True)
    with run_lock(var, busy=BUSY) as lock:
        processes = Processes(var / "log", keep_open=[lock])
        try:
            postgres = Postgres(var, processes)
            url, redis = postgres.start(), Valkey(var, processes).start()
            yield Cluster(var, processes, postgres, url, variables(var, url, redis))
        finally:
            processes.close()


def variables(var: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """What bench/settings.py reads."""
    return environment(
        DATABASE_URL=database_url,
        REDIS_URL=redis_url,
        DJANGO_SETTINGS_MODULE="bench.settings",
        VAR_DIR=str(var),
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="localhost,127.0.0.1",
        BASE_URL="https://localhost",
        LOG_LEVEL="WARNING",
        PYTHONUNBUFFERED="1",
    )
