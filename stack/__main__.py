"""`python -m stack run` starts the portal; `manage` runs a Django command beside it; `clean` forgets its data."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack.accounts import forget_private_directory
from stack.embedded import start_servers
from stack.errors import StackError
from stack.lock import run_lock, running
from stack.processes import Processes, environment
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


def manage(arguments: argparse.Namespace) -> int:
    """A Django command with the running portal's servers, or with our own for as long as it takes."""
    var = var_directory()
    known = var / "servers.json"
    if running(var) and known.exists():
        return django(arguments.arguments, var, json.loads(known.read_text()))
    with run_lock(var) as lock:
        processes = Processes(var / "log", keep_open=[lock])
        try:
            servers = start_servers(var, processes)
            return django(arguments.arguments, var, servers.environment())
        finally:
            processes.close()


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
