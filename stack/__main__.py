"""`python -m stack run` starts the portal; `manage` runs a Django command beside it; `clean` forgets its data;
`backup` and `restore` keep it and bring it back."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from stack.accounts import forget_private_directory
from stack.backup import back_up
from stack.embedded import Servers, start_servers
from stack.errors import StackError
from stack.lock import run_lock, running
from stack.processes import Processes, environment
from stack.restore import restore
from stack.supervisor import ROOT, Options, Supervisor

OURS = ("postgres", "valkey", "log", "static", "test")


def var_directory() -> Path:
    """VAR_DIR, or var/ in the checkout."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until it is stopped."""
    options = Options(var_directory(), arguments.host, arguments.port, not arguments.no_seed, arguments.parent)
    Supervisor(options).run()
    return 0


@contextlib.contextmanager
def servers(var: Path) -> Iterator[Servers]:
    """The running portal's servers, or our own for as long as it takes."""
    known = var / "servers.json"
    if running(var) and known.exists():
        found = json.loads(known.read_text())
        yield Servers(found["DATABASE_URL"], found["REDIS_URL"])
        return
    with run_lock(var) as lock:
        processes = Processes(var / "log", keep_open=[lock])
        try:
            yield start_servers(var, processes)
        finally:
            processes.close()


def manage(arguments: argparse.Namespace) -> int:
    """A Django command with the running portal's servers, or with our own for as long as it takes."""
    var = var_directory()
    with servers(var) as found:
        return django(arguments.arguments, var, found.environment())


def backup(arguments: argparse.Namespace) -> int:
    """Write the database, and what is needed to check a restore of it, into a folder."""
    var = var_directory()
    folder = arguments.to or var / "backups" / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    with servers(var) as found:
        back_up(found.database_url, folder.resolve(), say)
    return 0


def restored(arguments: argparse.Namespace) -> int:
    """Restore a backup into an empty database, compare it, and make it ready for the portal to go on."""
    var = var_directory()
    with servers(var) as found:
        restore(arguments.folder.resolve(), found.database_url, say)
        for command in ("migrate", "after_restore"):
            if code := django([command, "--verbosity", "0"], var, found.environment()):
                return code
    say("The portal can be started on it. What happened after the backup was taken is not in it.")
    return 0


def say(words: str) -> None:
    """One line to whoever waits."""
    print(words, flush=True)


def django(arguments: list[str], var: Path, servers: dict[str, str]) -> int:
    """Run manage.py in the foreground."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(VAR_DIR=str(var), **servers), check=False).returncode


def clean(arguments: argparse.Namespace) -> int:
    """Remove the embedded servers' data: the next start begins with an empty database."""
    var = var_directory()
    with run_lock(var):
        for name in OURS:
            shutil.rmtree(var / name, ignore_errors=True)
        for path in (*var.glob("*.json"), *var.glob("beat-schedule*")):
            path.unlink()
        for place in (var, var / "test"):
            forget_private_directory(place)
    return 0


def port(value: str) -> int:
    """A port number a person may choose."""
    if not value.isdigit() or not 1 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"PORT must be a number from 1 to 65535, not {value!r}")
    return int(value)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    commands = top.add_subparsers(required=True)
    runs = commands.add_parser("run", help=run.__doc__)
    runs.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    runs.add_argument("--port", type=port, default=os.environ.get("PORT") or "8000")
    runs.add_argument("--no-seed", action="store_true", help="leave an empty database empty")
    runs.add_argument("--parent", type=int, help="stop when this process is no longer our parent")
    runs.set_defaults(command=run)
    manages = commands.add_parser("manage", help=manage.__doc__)
    manages.add_argument("arguments", nargs=argparse.REMAINDER)
    manages.set_defaults(command=manage)
    backups = commands.add_parser("backup", help=backup.__doc__)
    backups.add_argument("--to", type=Path, help="a folder that does not exist yet (var/backups/ and the time)")
    backups.set_defaults(command=backup)
    restores = commands.add_parser("restore", help=restored.__doc__)
    restores.add_argument("folder", type=Path, help="the folder that backup made")
    restores.set_defaults(command=restored)
    commands.add_parser("clean", help=clean.__doc__).set_defaults(command=clean)
    return top


def main() -> int:
    """Exit code 1 and one sentence when something stands in the way."""
    arguments = parser().parse_args()
    try:
        return arguments.command(arguments)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
