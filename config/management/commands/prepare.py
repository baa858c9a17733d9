"""Makes a database ready for a demonstration in one process, because starting Django five times is slow."""

import hashlib
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from bcf.models import Cursor
from patients.models import Patient

LOCK = settings.BASE_DIR / "requirements" / "run.txt"
PUBLISHED = settings.BASE_DIR / "bcf" / "data" / "bcf_2016_17.csv"


class Command(BaseCommand):
    """Migrate, load reference data, and in demo mode synthetic people; what is already there stays."""

    help = "Migrate, load reference data and, in demo mode, synthetic people if there are none."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-seed", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        self.step("Migrating the database", "migrate", interactive=False, verbosity=0)
        self.step("Going on where a backup ended", "after_restore", verbosity=0)
        self.step("Making months of the tables kept by month", "partitions", verbosity=0)
        self.step("Loading roles", "load_roles", verbosity=0)
        self.step("Loading the reference data", "load_reference_data", verbosity=0)
        self.step("Loading wards, reasons and lots", "load_home_first", verbosity=0)
        self.step("Setting targets", "load_targets", verbosity=0)
        self.collect_static()
        if settings.DEMO and not options["no_seed"]:
            self.demonstrate()
        if not Cursor.objects.exists():
            self.step("Counting the figures", "count", everything=True, verbosity=0)

    def collect_static(self) -> None:
        """Only when a file or a package changed: hashing and compressing them all takes seconds."""
        stamp, present = settings.STATIC_ROOT / "stamp", fingerprint()
        if stamp.exists() and stamp.read_text() == present:
            return
        self.step("Collecting the static files", "collectstatic", interactive=False, verbosity=0)
        stamp.write_text(present)

    def demonstrate(self) -> None:
        """Synthetic people, if nobody is there yet, and the list of who can sign in."""
        if not Patient.objects.exists():
            self.stdout.write("Making synthetic people and referrals: this happens once and takes about a minute")
            call_command("seed", scale="demo", stdout=self.stdout)
        call_command("import_figures", str(PUBLISHED), once=True, stdout=StringIO())
        call_command("write_demo_access", verbosity=0, stdout=StringIO())

    def step(self, words: str, command: str, **options: Any) -> None:
        """One command, said in one line when it took long enough to be noticed."""
        started = monotonic()
        call_command(command, stdout=StringIO(), **options)
        seconds = monotonic() - started
        if seconds > 1:
            self.stdout.write(f"{words}: {seconds:.0f} s")


def fingerprint() -> str:
    """What the static files are made from: our own by name, size and time, the packages' by the lock file."""
    digest = hashlib.sha256(LOCK.read_bytes() if LOCK.exists() else b"")
    for directory in settings.STATICFILES_DIRS:
        for path in sorted(Path(directory).rglob("*")):
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
