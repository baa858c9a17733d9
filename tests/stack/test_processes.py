"""Children are stopped even when they will not, and even when their parent is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.errors import StackError
from stack.processes import LOG_LIMIT, Processes, rotate, wait_until
from tests.stack.conftest import PATIENCE, ROOT, is_alive, until

STUBBORN = (
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('ready', flush=True); time.sleep(600)"
)
PARENT = """
import sys, time
from pathlib import Path
from stack.processes import Processes
processes = Processes(Path(sys.argv[1]))
child = processes.start("stubborn", [sys.executable, "-c", sys.argv[2]])
print(child.popen.pid, flush=True)
time.sleep(600)
"""


def test_a_child_that_ignores_the_request_is_killed_with_its_children(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    child = processes.start("stubborn", [sys.executable, "-c", STUBBORN], grace=0.3)
    until(lambda: "ready" in child.last_words())
    family = {psutil.Process(child.popen.pid), *psutil.Process(child.popen.pid).children()}
    assert len(family) == 2

    processes.close()

    assert not [one for one in family if is_alive(one)]


def test_the_keeper_stops_children_of_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), STUBBORN], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    until(lambda: len(child.children()) == 1)
    family = {child, *child.children()}

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    until(lambda: not [one for one in family if is_alive(one)])


def test_a_dead_keeper_is_replaced(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    first = processes.keeper
    first.kill()
    first.wait()
    processes.check_keeper()
    assert processes.keeper.pid != first.pid
    first.stdin.close()
    processes.close()


def test_a_program_that_fails_to_start_shows_its_last_words(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    child = processes.start("broken", [sys.executable, "-c", "raise SystemExit('no such setting')"])
    with pytest.raises(StackError, match="no such setting"):
        wait_until(lambda: False, child, seconds=PATIENCE, stopping=lambda: None)
    processes.close()


def test_a_large_log_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("wb") as file:
        os.truncate(file.fileno(), LOG_LIMIT + 1)
    rotate(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").exists()
