"""One portal to a checkout, one program to a port: said in a sentence before anything is started."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from stack.errors import StackError

PATIENCE = 20.0
BUSY = "The portal is already running from this folder (process {owner}). Use that one, or stop it first."


@contextlib.contextmanager
def run_lock(var: Path, *, busy: str = BUSY) -> Iterator[int]:
    """Hold var/run.lock. The keeper holds it too, so after a crash the next start waits until it has cleaned up."""
    var.mkdir(parents=True, exist_ok=True)
    path = var / "run.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, busy)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, busy: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = path.read_text().strip()
            if _exists(owner) or time.monotonic() > deadline:
                raise StackError(busy.format(owner=owner)) from None
            time.sleep(0.2)
        else:
            return


def _exists(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def running(var: Path) -> bool:
    """Whether a portal holds this var directory."""
    path = var / "run.lock"
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextlib.contextmanager
def hold_port(host: str, port: int) -> Iterator[None]:
    """Take the port now, while the database is still being prepared, and share it with our web server.

    The first socket finds out whether the port is free; the second keeps others away. It never listens, so every
    connection goes to the web server, which shares the port as we do (SO_REUSEPORT).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe, socket.socket(family) as held:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
            probe.close()
            held.bind((host, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise StackError(
                f"Cannot use port {port} on {host} ({reason}). Choose another: make run PORT={port + 1}"
            ) from error
        yield
