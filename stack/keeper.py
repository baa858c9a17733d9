"""Sees to it that nothing outlives the supervisor, even when the supervisor is killed outright.

It runs in a session of its own and reads the supervisor's pipe: "+ <process group> <signal> <name>" when a child
starts, "- <process group>" when it has gone. When the pipe closes, whatever is still listed is asked to stop and,
after a grace, killed. Standard library only: this must work when nothing else does.
"""

import os
import signal
import sys
import time

GRACE = 8.0
DATABASE_GRACE = 5.0
STORES = ("postgres", "valkey")


def alive(group: int) -> bool:
    """Whether any process of the group is left (a group of another account counts as alive)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(group: int, number: int) -> None:
    """Signal a process group that may have gone."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def finish(groups: dict[int, int], grace: float) -> None:
    """Ask the groups to stop, wait, then kill what is left."""
    for group, number in groups.items():
        send(group, number)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(alive(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        send(group, signal.SIGKILL)


def read_list() -> dict[int, tuple[int, str]]:
    """Follow the pipe until it closes; what is listed then is what has to be stopped."""
    listed: dict[int, tuple[int, str]] = {}
    for line in sys.stdin:
        match line.split():
            case ["+", group, number, name]:
                listed[int(group)] = (int(number), name)
            case ["-", group]:
                listed.pop(int(group), None)
    return listed


def main() -> None:
    """Wait, then clean up: programs first, so that they can still use the database while they stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    listed = read_list()
    finish({group: number for group, (number, name) in listed.items() if name not in STORES}, GRACE)
    finish({group: number for group, (number, name) in listed.items() if name in STORES}, DATABASE_GRACE)


if __name__ == "__main__":
    main()
