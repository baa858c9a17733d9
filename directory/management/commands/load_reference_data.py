"""Bring the reference data files into the database; safe to run again and again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.reference.files import RowError
from directory.reference.loading import DATA, load_reference_data


class Command(BaseCommand):
    """Load organisations, areas, services, teams and clock policies."""

    help = "Creates reference rows that are missing and reports rows that differ; --update lets the files win."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the files are, and who wins."""
        parser.add_argument("--update", action="store_true", help="change rows that differ to what the files say")
        parser.add_argument("--folder", type=Path, default=DATA, help="the folder with the data files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what happened."""
        try:
            reports = load_reference_data(options["folder"], update=options["update"])
        except RowError as error:
            raise CommandError(str(error)) from error
        for report in reports:
            for difference in report.differences:
                self.stdout.write(f"  differs  {difference}")
        for report in reports:
            counts = f"{report.created} created, {report.changed} changed, {report.unchanged} unchanged"
            differing = f", {report.differing} differ" if report.differing else ""
            self.stdout.write(f"{report.name}: {counts}{differing}")
        if any(report.differing for report in reports):
            self.stdout.write("Rows that differ were left alone. Run with --update to let the files win.")
