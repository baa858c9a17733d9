"""Keeps the servers, the web server, the worker and the timetable running, and stops everything when asked."""

import contextlib
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from stack.embedded import start_servers, write_private
from stack.errors import StackError, Stopped
from stack.lock import hold_port, run_lock
from stack.parent import Parent
from stack.processes import Child, Processes, environment

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 20.0
READY_SECONDS = 90.0


@dataclass
class Options:
    """What the command line and the environment ask for."""

    var: Path
    host: str
    port: int
    seed: bool = True
    parent: int | None = None


@dataclass
class Program:
    """A program that is started again when it ends, after a pause that doubles each time."""

    name: str
    command: list[str] = field(default_factory=list)
    again: Callable[[], Child] | None = None
    child: Child | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = field(default=0.0)


def programs(options: Options) -> list[Program]:
    """The three programs of the portal; the timetable last, since being ready does not wait for it."""
    granian = [
        str(BIN / "granian"), "--interface", "wsgi", "config.wsgi:application", "--workers", "2",
        "--blocking-threads", "1", "--blocking-threads-idle-timeout", "600", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", "5", "--log-level", "warning", "--host", options.host, "--port", str(options.port),
    ]  # fmt: skip
    celery = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
    return [
        Program("web", granian),
        Program(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--loglevel", "warning", "--without-mingle", "--without-gossip"],
        ),
        Program("beat", [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]),
    ]


class Supervisor:
    """One start of the portal, from the lock to the last process."""

    def __init__(self, options: Options):
        self.options = options
        self.base_url = f"http://localhost:{options.port}"
        self.asked = 0
        self.parent = Parent(options.parent)
        self.programs = programs(options)
        self.stores: list[Program] = []
        self.environment: dict[str, str] = {}

    def run(self) -> None:
        """Start, watch, stop."""
        self._listen_to_signals()
        with run_lock(self.options.var) as lock, hold_port(self.options.host, self.options.port):
            self.processes = Processes(self.options.var / "log", keep_open=[lock])
            try:
                self._start()
                self._watch()
            except Stopped:
                pass
            finally:
                self._stop()

    def _listen_to_signals(self) -> None:
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def _check(self) -> None:
        """Raise Stopped when somebody asked to stop, or make was stopped."""
        if self.asked or self.parent.wants_to_stop():
            raise Stopped

    def _start(self) -> None:
        servers = start_servers(self.options.var, self.processes, stopping=self._check)
        self.stores = [
            Program(store.child.name, again=store.again, child=store.child, started=time.monotonic())
            for store in servers.stores
        ]
        write_private(self.options.var / "servers.json", json.dumps(servers.environment()))
        self.environment = environment(
            DJANGO_SETTINGS_MODULE=os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.demo"),
            VAR_DIR=str(self.options.var),
            PORT=str(self.options.port),
            BASE_URL=os.environ.get("BASE_URL", self.base_url),
            PYTHONUNBUFFERED="1",
            **servers.environment(),
        )
        self._prepare()
        *needed, timetable = self.programs
        for program in needed:
            self._launch(program)
        self._wait_for_ready()
        self._launch(timetable)
        print(self._welcome(), flush=True)

    def _prepare(self) -> None:
        command = [sys.executable, "manage.py", "prepare", *([] if self.options.seed else ["--no-seed"])]
        child = self.processes.start("prepare", command, env=self.environment, cwd=ROOT, show=True)
        while not child.gone():
            self._check()
            time.sleep(0.05)
        self.processes.forget(child)
        if child.popen.returncode:
            raise StackError("The database could not be prepared: the lines above say why.")

    def _launch(self, program: Program) -> None:
        program.started = time.monotonic()
        if program.again:
            program.child = program.again()
        else:
            program.child = self.processes.start(program.name, program.command, env=self.environment, cwd=ROOT)

    def _wait_for_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not answers_ready(self.options):
            self._check()
            self._restart_the_fallen()
            if time.monotonic() > deadline:
                print(f"The portal is still not ready: see {self.options.var / 'log'}", flush=True)
                return
            time.sleep(0.2)

    def _watch(self) -> None:
        while True:
            self._check()
            self._restart_the_fallen()
            self.processes.check_keeper()
            time.sleep(0.2)

    def _restart_the_fallen(self) -> None:
        for program in (*self.stores, *self.programs):
            if program.child is None:
                if 0 < program.due <= time.monotonic():
                    self._launch(program)
            elif program.child.gone():
                self._plan_restart(program, program.child)

    def _plan_restart(self, program: Program, child: Child) -> None:
        self.processes.forget(child)
        steady = time.monotonic() - program.started > STEADY_SECONDS
        program.pause = 1.0 if steady else min(program.pause * 2, LONGEST_PAUSE)
        program.due = time.monotonic() + program.pause
        program.child = None
        print(
            f"{program.name} ended (code {child.popen.returncode}); starting it again in {program.pause:.0f} s. "
            f"Its log is {child.log}",
            flush=True,
        )

    def _stop(self) -> None:
        asked = self.asked
        print("Stopping", flush=True)
        stores = [child for child in self.processes.children if child.name in {"postgres", "valkey"}]
        others = [child for child in self.processes.children if child not in stores]
        self.processes.stop(others, hurry=lambda: self.asked > asked)
        self.processes.stop(stores)
        with contextlib.suppress(FileNotFoundError):
            (self.options.var / "servers.json").unlink()
        self.processes.close()

    def _welcome(self) -> str:
        return "\n".join(
            ["", f"The portal is at {self.base_url}", *people(self.options.var), "Stop it with Ctrl-C.", ""]
        )


def people(var: Path) -> Iterator[str]:
    """Who can sign in, from var/demo.json."""
    path = var / "demo.json"
    if not path.exists():
        return
    listed = json.loads(path.read_text())["people"]
    if not listed:
        return
    yield "Sign in with one of these (every person and record is synthetic):"
    width = max(len(person["email"]) for person in listed)
    for person in listed:
        yield f"  {person['email']:<{width}}  {person['password']}  {person['role']}"


def answers_ready(options: Options) -> bool:
    """Whether /readyz says so."""
    host = "127.0.0.1" if options.host in {"0.0.0.0", "::"} else options.host  # noqa: S104  comparing, not binding
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"http://{host}:{options.port}/readyz", headers={"Host": "localhost"})
    try:
        with opener.open(request, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
