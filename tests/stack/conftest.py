"""Starts the portal as `make run` does, in a var directory of its own, and sees what is left of it afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
UNWANTED = ("DATABASE_URL", "REDIS_URL", "PORT", "HOST", "BASE_URL")
PATIENCE = 120.0
"""Seconds until a test gives up waiting: many times what a busy machine needs."""
READY_SECONDS = 600.0


class Portal:
    """A portal started for a test: its process, its address and everything it started."""

    def __init__(self, var: Path, port: int, log: Path):
        self.var, self.port, self.log = var, port, log
        settings = {"VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings.demo", "API_REQUESTS_A_MINUTE": "0"}
        self.environment = {name: value for name, value in os.environ.items() if name not in UNWANTED} | settings
        self.process = self.command("run", "--no-seed", "--port", str(port), log=log)
        self.seen: set[psutil.Process] = set()

    def command(self, *arguments: str, log: Path) -> subprocess.Popen:
        """`python -m stack …`, its words kept in a file."""
        with log.open("w") as words:
            return subprocess.Popen(
                [sys.executable, "-m", "stack", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
            )

    def words(self) -> str:
        """What it said so far."""
        return self.log.read_text()

    def answer(self, path: str) -> int:
        """The status of an address, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def family(self) -> set[psutil.Process]:
        """Everything it has started so far and that still runs."""
        if self.process.poll() is None:
            self.seen |= set(psutil.Process(self.process.pid).children(recursive=True))
        return {process for process in self.seen if is_alive(process)}

    def wait_until_ready(self) -> None:
        """Until /readyz says so."""
        until(lambda: self.answer("/readyz") == 200 or self.process.poll() is not None, READY_SECONDS)
        assert self.process.poll() is None, self.words()

    def named(self, word: str) -> psutil.Process:
        """The first of its programs with that word in its command line."""
        return next(process for process in sorted(self.family(), key=lambda p: p.pid) if word in process.cmdline())


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs: a process that has ended but was not yet collected does not count."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something, with a limit."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not so after {seconds} seconds"
        time.sleep(0.05)


@pytest.fixture
def port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def var() -> Iterator[Path]:
    """A var directory kept for the whole run, so that only its first start makes a cluster; one for each worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    directory = ROOT / "var" / "test" / f"stack-{worker}-{os.getpid()}"
    forget(directory)
    directory.mkdir(parents=True)
    yield directory
    forget(directory)


def forget(directory: Path) -> None:
    """Remove the servers' data and the directory, wherever root had to put them."""
    environment = os.environ | {"VAR_DIR": str(directory)}
    subprocess.run([sys.executable, "-m", "stack", "clean"], cwd=ROOT, env=environment, check=True)
    shutil.rmtree(directory)


@pytest.fixture
def portal(var: Path, port: int, tmp_path: Path) -> Iterator[Portal]:
    """A portal that is ready."""
    started = Portal(var, port, tmp_path / "words")
    try:
        started.wait_until_ready()
        started.family()
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        until(lambda: not started.family())
