"""Import published figures from a file, by the same rules as the page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import system_actor
from audit.errors import DomainError
from bcf import importing
from bcf.actions import commit_import, discard_import, upload_figures
from bcf.models import Batch

BY = system_actor("import_figures")


class Command(BaseCommand):
    """Check a file, say what it changes, and import it."""

    help = "Imports published figures from a CSV file; all of it, or nothing when a row has a mistake."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--reason", default="", help="why figures change; needed when some do")
        parser.add_argument("--check", action="store_true", help="only say what the file would change")
        parser.add_argument("--once", action="store_true", help="do nothing if this file was ever imported")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
            self.bring_in(options["file"].name, content, options)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}") from error
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def bring_in(self, name: str, content: bytes, options: dict[str, Any]) -> None:
        """Upload, look, import."""
        if options["once"] and _came_before(content):
            self.stdout.write("This file was imported before.")
            return
        batch = upload_figures(by=BY, name=name, content=content)
        sheet = importing.check(batch.content)
        if sheet.mistakes:
            for mistake in sheet.mistakes:
                self.stderr.write(f"Row {mistake.row}, {mistake.column or 'whole row'}: {mistake.said}")
            discard_import(by=BY, batch_id=batch.pk)
            raise CommandError("Nothing was imported. Correct the file and try again.")
        changes = importing.compare(sheet.lines)
        kinds = [change.kind for change in changes]
        self.stdout.write(", ".join(f"{kinds.count(kind)} {kind}" for kind in importing.Kind))
        try:
            self.finish(batch, importing.fingerprint(changes), options)
        except DomainError:
            discard_import(by=BY, batch_id=batch.pk)
            raise

    def finish(self, batch: Batch, expected: str, options: dict[str, Any]) -> None:
        """Import it, unless only asked to look."""
        if options["check"]:
            discard_import(by=BY, batch_id=batch.pk)
            return
        commit_import(by=BY, batch_id=batch.pk, expected=expected, reason=options["reason"])
        self.stdout.write("Imported.")


def _came_before(content: bytes) -> bool:
    sum_ = importing.checksum(importing.decode(content))
    return Batch.objects.filter(checksum=sum_, imported_at__isnull=False).exists()
