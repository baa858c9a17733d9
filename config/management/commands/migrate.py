"""`manage.py migrate`, but it never queues behind a long transaction with everybody else queueing behind it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from psycopg2.errors import LockNotAvailable

WAIT = "5s"
BUSY = (
    "A table that the migration changes is in use by something that takes long, and was waited for {wait}. That "
    "migration changed nothing; those before it are applied. Run the command again, or at a quieter time."
)
LAST = {"patients", "referrals", "homefirst", "bcf"}
"""Rooms with many tables that refer to each other and to people who sign in."""


class Executor(MigrationExecutor):
    """Django's, with the large rooms last: with every change of a table it builds anew all models that hang together.

    After the large rooms, the many small changes of the libraries' tables took a third of the whole time.
    """

    def migration_plan(
        self, targets: list[tuple[str, str | None]], clean_start: bool = False
    ) -> list[tuple[Migration, bool]]:
        return super().migration_plan(sorted(targets, key=lambda target: target[0] in LAST), clean_start)


migrate.MigrationExecutor = Executor


class Command(migrate.Command):
    """Django's command with a limit on how long it waits for any lock."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--lock-wait", default=WAIT, help="longest wait for a lock, for example 5s; 0 is for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [options["lock_wait"]])
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise CommandError(BUSY.format(wait=options["lock_wait"])) from error
            raise
        finally:
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
