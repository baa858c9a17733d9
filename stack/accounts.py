"""Where root may run PostgreSQL: an unprivileged account, and a place on disk that account can reach."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.processes import as_account

CANDIDATES = ("postgres", "nobody")
ELSEWHERE = Path("/var/tmp")  # noqa: S108  survives a restart; the directory made in it is verified before use


@dataclass(frozen=True)
class Place:
    """The account (None: our own), the programs it runs and the directory it keeps its cluster in."""

    account: int | None
    binaries: Path
    home: Path

    def prepare(self) -> None:
        """Make the directory, open to nobody else."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(self.home, self.account, -1)
        self.home.chmod(0o700)


def place_for(var: Path, package: Path) -> Place:
    """Beside everything else under var where possible, in a directory of its own where root's helper cannot go."""
    installed = package / "pginstall"
    var.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Place(None, installed / "bin", var / "postgres")
    account = unprivileged_account()
    home = var / "postgres" if can(account, "test", "-x", str(var)) else private_directory(var) / "postgres"
    if can(account, str(installed / "bin" / "postgres"), "--version"):
        return Place(account, installed / "bin", home)
    copy = private_directory(var) / "pginstall"
    if not can(account, str(copy / "bin" / "postgres"), "--version"):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(installed, copy, symlinks=True)
        open_to_read(copy)
    return Place(account, copy / "bin", home)


def unprivileged_account() -> int:
    """The account that runs PostgreSQL for root."""
    for name in CANDIDATES:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise StackError("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as.")


def can(account: int, *command: str) -> bool:
    """Whether the account can run this command."""
    try:
        done = subprocess.run(
            command, cwd="/", check=False, stdin=subprocess.DEVNULL, capture_output=True, **as_account(account)
        )
    except OSError:
        return False
    return done.returncode == 0


def private_directory(var: Path) -> Path:
    """Our directory under /var/tmp for this var directory: made by us, or refused."""
    name = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:16]
    directory = ELSEWHERE / f"portal-{name}"
    try:
        directory.mkdir(mode=0o755)
        directory.chmod(0o755)
    except FileExistsError:
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise StackError(f"{directory} belongs to somebody else: remove it and start again.") from None
    return directory


def forget_private_directory(var: Path) -> None:
    """Remove what private_directory made."""
    if os.geteuid() == 0:
        shutil.rmtree(private_directory(var), ignore_errors=True)


def open_to_read(tree: Path) -> None:
    """Let everybody read and run our copy of the programs, however strict the umask was."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))


def command_names(pid: int, marker: str) -> bool:
    """Whether that process exists and its command line names the marker."""
    listing = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return listing.exists() and marker.encode() in listing.read_bytes()
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return marker in done.stdout


def exists(pid: int) -> bool:
    """Whether there is such a process, whoever runs it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def pause() -> None:
    """A breath between two looks."""
    time.sleep(0.1)
