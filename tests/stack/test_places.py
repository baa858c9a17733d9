"""Root runs PostgreSQL as somebody else, somewhere that somebody can reach, and opens nobody's directories."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import psycopg2
import pytest

from stack import accounts, embedded
from stack.accounts import Place, command_names, forget_private_directory, open_to_read, place_for, private_directory
from stack.embedded import Postgres, stop_leftover, write_private
from stack.errors import StackError
from stack.processes import Processes
from tests.stack.conftest import ROOT, until

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run PostgreSQL as another account")


@root_only
def test_a_closed_directory_stays_closed_and_the_cluster_goes_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    processes = Processes(tmp_path / "log")
    server = Postgres(var, processes, durable=False)
    try:
        assert server.place.home.parent == private_directory(var)
        with psycopg2.connect(server.start()) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW timezone")
            assert cursor.fetchone() == ("UTC",)
        connection.close()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.place.home.stat().st_mode) == 0o700
    finally:
        processes.close()
        forget_private_directory(var)
    assert not server.place.home.exists()


@root_only
def test_a_directory_somebody_else_laid_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "ELSEWHERE", tmp_path)
    ours = private_directory(tmp_path / "var")
    ours.rmdir()
    ours.symlink_to(tmp_path)
    with pytest.raises(StackError, match="belongs to somebody else"):
        private_directory(tmp_path / "var")


def test_an_ordinary_account_keeps_everything_under_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    place = place_for(tmp_path / "var", Path("/package"))
    assert place == Place(None, Path("/package/pginstall/bin"), tmp_path / "var" / "postgres")


def test_without_any_account_root_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CANDIDATES", ("no-such-account",))
    with pytest.raises(StackError, match="no account postgres or nobody"):
        accounts.unprivileged_account()


def test_a_copy_of_the_programs_can_be_read_by_everybody(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "postgres"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(0o600)
    open_to_read(tmp_path)
    assert stat.S_IMODE(program.stat().st_mode) == 0o755


def test_a_secret_is_not_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    secret = tmp_path / "secret"
    secret.symlink_to(elsewhere)
    write_private(secret, "hidden")
    assert elsewhere.read_text() == "untouched"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_only_a_process_of_ours_is_a_leftover(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{tmp_path}\n")
    stop_leftover(pid_file, "/no/such/cluster", 15)
    assert not pid_file.exists()
    assert not command_names(os.getpid(), "/no/such/cluster")


def test_a_file_whose_process_has_gone_is_left_for_postgresql_to_judge(tmp_path: Path) -> None:
    """By the shared memory that it names, PostgreSQL sees whether a process of the old server still writes."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{gone.pid}\n")
    stop_leftover(pid_file, str(tmp_path), 15)
    assert pid_file.exists()


def test_a_leftover_server_is_stopped(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "log")
    marker = str(tmp_path / "cluster")
    left = processes.start("left", ["sh", "-c", f"while true; do sleep 0.1; done # {marker}"])
    pid_file = tmp_path / "valkey.pid"
    pid_file.write_text(f"{left.popen.pid}\n")
    until(lambda: command_names(left.popen.pid, marker))
    stop_leftover_while_reaping(left, pid_file, marker)
    assert left.gone()
    processes.close()


def stop_leftover_while_reaping(left: object, pid_file: Path, marker: str) -> None:
    """A leftover has been adopted by init, which collects it; here we are its parent and do that ourselves."""
    pause = accounts.pause
    try:
        accounts.pause = lambda: left.gone() or pause()
        stop_leftover(pid_file, marker, 15)
    finally:
        accounts.pause = pause


def test_a_port_taken_in_between_means_another_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = iter([1, 2])
    monkeypatch.setattr(embedded, "free_port", lambda: next(ports))
    processes = Processes(tmp_path)

    def start(port: int) -> object:
        program = "echo could not bind: Address already in use; exit 1" if port == 1 else "sleep 60"
        return processes.start(f"server-{port}", ["sh", "-c", program])

    assert embedded.on_a_free_port(start, lambda port: port == 2, lambda: None) == 2
    processes.close()


def test_a_password_that_is_not_the_clusters_is_explained(tmp_path: Path) -> None:
    open_directory = ROOT / "var" / "test" / "password"
    shutil.rmtree(open_directory, ignore_errors=True)
    open_directory.mkdir(parents=True)
    processes = Processes(tmp_path)
    try:
        Postgres(open_directory, processes, durable=False).start()
        processes.close()
        (open_directory / "postgres.json").write_text('{"password": "wrong"}')
        processes = Processes(tmp_path)
        with pytest.raises(StackError, match=r"is not the cluster's\. Remove var/"):
            Postgres(open_directory, processes, durable=False).start()
    finally:
        processes.close()
        forget_private_directory(open_directory)
