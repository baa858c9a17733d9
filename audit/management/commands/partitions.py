"""`manage.py partitions`: months ahead for the tables kept by month, and old months put aside when asked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit import partitions
from audit.partitions import AHEAD, Busy, Month


class Command(BaseCommand):
    help = "Make months ahead for the tables kept by month, move waiting rows into theirs, and retire old months."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ahead", type=int, default=AHEAD, help="how many months after this one (3)")
        parser.add_argument("--retire", metavar="TABLE", default="", help="put old months of this table aside")
        parser.add_argument("--older-than", type=int, metavar="MONTHS", help="how many whole months stay")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["retire"]) != (options["older_than"] is not None):
            raise CommandError("Give both --retire TABLE and --older-than MONTHS, or neither.")
        try:
            made = partitions.make(timezone.now(), ahead=max(options["ahead"], 0))
            self.stdout.write(f"Made {len(made)} months: {', '.join(made)}" if made else "Every month is there.")
            if options["retire"]:
                self.retire(options["retire"], options["older_than"])
        except Busy as error:
            raise CommandError(str(error)) from error

    def retire(self, table: str, months: int) -> None:
        """Put months aside, and say how to archive them."""
        if months < 1:
            raise CommandError("--older-than must be 1 or more: the present month cannot be retired.")
        try:
            aside = partitions.retire(table, Month.of(timezone.now()).plus(-months))
        except ValueError as error:
            raise CommandError(str(error)) from error
        for name in aside:
            self.stdout.write(
                f"Retired {name}: its rows are still in the database, outside {table}. To archive it: "
                f"pg_dump --format=custom --table={name} --file={name}.dump, try a restore, then DROP TABLE {name}."
            )
        if not aside:
            self.stdout.write(f"No month of {table} is older than {months} months.")
