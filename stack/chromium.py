"""Finds the browser the tests drive, or installs it where the platform allows, or says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack.errors import StackError

LIGHT = "chromium-headless-shell"
"""Chromium without its windows: the same pages in half the time."""
NAMES = (LIGHT, "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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


def can_install() -> bool:
    """As root on Debian and its family, from the distribution."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Try to; whether it is there then is for the caller to see."""
    print(f"Installing {package} from the distribution", flush=True)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        subprocess.run(["apt-get", *arguments], env=environment, **quiet)


def main() -> int:
    """Exit code 0 only when there is a browser; the light one where it can be had."""
    if can_install() and not os.environ.get("CHROMIUM"):
        if not shutil.which(LIGHT):
            install(LIGHT)
        if not any(map(shutil.which, NAMES)):
            install("chromium")
    try:
        chromium()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
