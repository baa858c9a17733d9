"""Finds the browser the tests drive, or installs it where the platform allows, or says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack.errors import StackError

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The tests need Chromium and it is not on this machine. Install it (Debian and Ubuntu: apt-get install chromium; "
    "Fedora: dnf install chromium; macOS: brew install --cask chromium), or set CHROMIUM to its path."
)


def chromium() -> Path:
    """The browser's program; CHROMIUM names one that is somewhere else."""
    chosen = os.environ.get("CHROMIUM")
    for name in (chosen,) if chosen else NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StackError(MISSING)


def install() -> None:
    """As root on Debian and its family, from the distribution."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StackError(MISSING)
    print("Installing Chromium from the distribution", flush=True)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "check": False}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *arguments], env=environment, **quiet)


def main() -> int:
    """Exit code 0 only when there is a browser."""
    try:
        try:
            chromium()
        except StackError:
            install()
            chromium()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
