"""Child processes: each in its own session with its own log, listed with the keeper, stopped without exception."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.keeper import alive, send

LOG_LIMIT = 10 * 1024 * 1024
KILLED_SECONDS = 5.0
"""The longest wait for what was killed to go: the kernel ends it in its own time."""


@dataclass
class Child:
    """A running program and how it wishes to be stopped."""

    name: str
    popen: subprocess.Popen
    log: Path
    stop_signal: int
    grace: float

    @property
    def group(self) -> int:
        """The process group: the child leads it, since it started a session."""
        return self.popen.pid

    def gone(self) -> bool:
        """Whether the program has ended."""
        return self.popen.poll() is not None

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])


class Processes:
    """Starts children, tells the keeper about them and stops them: the programs first, the stores last."""

    def __init__(self, logs: Path, *, keep_open: Sequence[int] = ()):
        self.logs = logs
        self.children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)
        self.keep_open = tuple(keep_open)
        self._start_keeper()

    def _start_keeper(self) -> None:
        keeper = Path(__file__).with_name("keeper.py")
        self.keeper = subprocess.Popen(
            [sys.executable, "-I", str(keeper)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self.keep_open,
            cwd="/",
            text=True,
        )
        for child in self.children:
            self._tell_keeper(f"+ {child.group} {child.stop_signal} {child.name}")

    def _tell_keeper(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.keeper.stdin.write(line + "\n")
            self.keeper.stdin.flush()

    def check_keeper(self) -> None:
        """A keeper that has died is replaced: without it a kill -9 would leave children behind."""
        if self.keeper.poll() is not None:
            self._start_keeper()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        cwd: Path | str | None = None,
        stop_signal: int = signal.SIGTERM,
        grace: float = 10.0,
        account: int | None = None,
        show: bool = False,
    ) -> Child:
        """Start a program. Its output goes to its log, or to the screen with `show`."""
        log = self.logs / f"{name}.log"
        rotate(log)
        with log.open("ab") as output:
            popen = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=None if show else output,
                stderr=None if show else subprocess.STDOUT,
                start_new_session=True,
                env=env,
                cwd=cwd,
                **as_account(account),
            )
        child = Child(name, popen, log, stop_signal, grace)
        self.children.append(child)
        self._tell_keeper(f"+ {child.group} {stop_signal} {name}")
        return child

    def forget(self, child: Child) -> None:
        """A child that has ended: whatever it left in its group is killed and it is struck off the list."""
        send(child.group, signal.SIGKILL)
        if child in self.children:
            self.children.remove(child)
        self._tell_keeper(f"- {child.group}")

    def stop(self, children: Sequence[Child], *, hurry: Callable[[], bool] = lambda: False) -> None:
        """Ask these to stop together, wait for each one's grace, then kill. `hurry` cuts the wait short."""
        for child in children:
            send(child.group, child.stop_signal)
        started = time.monotonic()
        for child in children:
            while not (child.gone() and not alive(child.group)):
                if hurry() or time.monotonic() - started > child.grace:
                    break
                time.sleep(0.05)
            self.forget(child)
            child.popen.wait()
            self._wait_for_the_killed(child)

    def _wait_for_the_killed(self, child: Child) -> None:
        """Whatever else was in its group: only then are its files and ports free."""
        deadline = time.monotonic() + KILLED_SECONDS
        while alive(child.group) and time.monotonic() < deadline:
            time.sleep(0.01)

    def close(self) -> None:
        """Stop everything, newest first, and let the keeper go."""
        while self.children:
            self.stop([self.children[-1]])
        self.keeper.stdin.close()
        self.keeper.wait()


def as_account(account: int | None) -> dict[str, object]:
    """The subprocess arguments that run a program as another account."""
    return {} if account is None else {"user": account, "group": group_of(account), "extra_groups": []}


def group_of(account: int) -> int:
    """The account's own group."""
    return pwd.getpwuid(account).pw_gid


def rotate(log: Path) -> None:
    """Keep one older log when the current one has grown large."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float, stopping: Callable[[], None]) -> None:
    """Wait for a child to be ready; say what it said when it is not."""
    deadline = time.monotonic() + seconds
    while not ready():
        stopping()
        if child.gone():
            raise StackError(f"{child.name} ended while starting. Its log {child.log} ends:\n{child.last_words()}")
        if time.monotonic() > deadline:
            raise StackError(f"{child.name} was not ready within {seconds:.0f} seconds. See {child.log}.")
        time.sleep(0.05)


def environment(**values: str) -> dict[str, str]:
    """This process's environment with some values set."""
    return os.environ | values
