"""`make check`: every rule that needs no server, all of them even when one fails, quiet when they hold."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NOWHERE = {"DATABASE_URL": "postgres://check@127.0.0.1:1/check", "REDIS_URL": "redis://127.0.0.1:1/0"}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
}
# H051: the design system itself says role="text" where words are split for a screen reader
DJLINT = [
    BIN / "djlint",
    "templates",
    "--extension",
    "jinja",
    "--profile",
    "jinja",
    "--lint",
    "--quiet",
    "--ignore",
    "H051",
]
MANAGE = [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py"]
CHECKS = {
    "style": [BIN / "ruff", "format", "--check", "--quiet"],
    "lint": [BIN / "ruff", "check", "--quiet"],
    "types": [BIN / "mypy"],
    "import directions": [BIN / "lint-imports"],
    "templates": DJLINT,
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "production settings": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def environment(name: str) -> dict[str, str]:
    """Servers that are not there, since no check may need one; production's variables where they are checked."""
    values = os.environ | NOWHERE | {"PYTHONPATH": str(ROOT)}
    if name == "production settings":
        values |= PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)}
    return values


def holds(name: str, command: list[str | Path]) -> bool:
    """Run one check; show what it said only when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(name),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> int:
    """Run the checks, or those named on the command line."""
    wanted = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    results = [holds(name, CHECKS[name]) for name in wanted]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
