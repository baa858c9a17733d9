"""The portal starts with one command, and when it stops nothing of it is left."""

import os
import signal
import socket
from pathlib import Path

import pytest

from stack.embedded import Servers, start_servers
from stack.processes import Processes
from tests.stack.conftest import PATIENCE, Portal, is_alive, until

pytestmark = pytest.mark.xdist_group("stack")


def test_it_starts_heals_itself_and_stops_without_a_trace(portal: Portal) -> None:
    started = portal.family()
    until(lambda: f"http://localhost:{portal.port}" in portal.words())
    assert portal.answer("/healthz") == 200
    assert oct((portal.var / "servers.json").stat().st_mode & 0o777) == "0o600"

    worker = portal.named("worker")
    worker.kill()
    until(lambda: "worker ended (code -9); starting it again" in portal.words())
    until(lambda: any("worker" in one.cmdline() for one in portal.family() if one != worker))

    again = portal.command("run", "--port", str(portal.port), log=portal.var / "again")
    assert again.wait(timeout=PATIENCE) == 1
    assert "already running from this folder" in (portal.var / "again").read_text()

    started |= portal.family()
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(timeout=PATIENCE) == 0, portal.words()
    assert not [one for one in started if is_alive(one)]
    assert not (portal.var / "servers.json").exists()


def test_a_store_that_ends_is_started_again_where_it_was(portal: Portal) -> None:
    servers = (portal.var / "servers.json").read_text()
    stores = {"postgres": portal.named("-D"), "valkey": portal.named(str(portal.var / "valkey" / "valkey.conf"))}
    portal.process.send_signal(signal.SIGSTOP)  # so that both are away until somebody has asked
    for store in stores.values():
        store.kill()
    until(lambda: portal.answer("/readyz") == 503)
    portal.process.send_signal(signal.SIGCONT)
    for name in stores:
        until(lambda name=name: f"{name} ended (code -9); starting it again" in portal.words())
    until(lambda: portal.answer("/readyz") == 200)
    assert (portal.var / "servers.json").read_text() == servers


def test_killed_outright_it_leaves_nothing_and_starts_again(portal: Portal) -> None:
    started = portal.family()
    names = {one.name() for one in started}
    assert {"postgres", "valkey-server", "granian"} & names

    portal.process.kill()
    portal.process.wait()
    until(lambda: not [one for one in started if is_alive(one)])

    assert portal.answer("/healthz") == 0


def test_a_busy_port_is_one_clear_sentence(var: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        refused = Portal(var, number, tmp_path / "words")
        assert refused.process.wait(timeout=PATIENCE) == 1
    assert refused.words().strip() == (
        f"Cannot use port {number} on 127.0.0.1 (Address already in use). Choose another: make run PORT={number + 1}"
    )


def test_a_port_that_is_no_number_is_explained(var: Path, tmp_path: Path) -> None:
    refused = Portal(var, 99999, tmp_path / "words")
    assert refused.process.wait(timeout=PATIENCE) == 2
    assert "PORT must be a number from 1 to 65535" in refused.words()


def test_servers_named_in_the_environment_are_used_and_not_stopped(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    servers = start_servers(tmp_path, processes)
    assert processes.children == []
    processes.close()
    assert servers == Servers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
