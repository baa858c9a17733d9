"""Under xdist the migrations run once: the first worker that needs a database makes a template, and all copy that.

Django migrates the copies too, so whatever a template should lack is added there.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


def copy_template(together: Path) -> None:
    """From now on a test database is a copy of the template, which is made if there is none in this run."""
    name = template_name()
    with alone(together):
        if not (together / name).exists():
            make(name)
            (together / name).touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def drop_template(together: Path) -> None:
    """Leave none behind. A worker that comes later makes it again."""
    name = template_name()
    with alone(together), connection._nodb_cursor() as cursor:
        (together / name).unlink(missing_ok=True)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def template_name() -> str:
    """The same in all workers."""
    return f"test_{connection.settings_dict['NAME']}_template"


def make(name: str) -> None:
    """A database with everything that migrations make, to which nobody is connected afterwards."""
    ours, wished = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.creation.destroy_test_db(ours, verbosity=0, keepdb=True)
    connection.settings_dict["TEST"]["NAME"] = wished


@contextmanager
def alone(together: Path) -> Iterator[None]:
    """No other worker of this run is here now."""
    with (together / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
