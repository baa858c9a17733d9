"""`manage.py count`: bring the figures up to date, or count everything anew."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bcf import counting
from bcf.models import Observation, SetAside


class Command(BaseCommand):
    help = "Read new events and bring every figure up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everything", action="store_true", help="count all figures from the beginning")
        parser.add_argument("--reason", default="Counted anew", help="why, shown wherever a closed figure changes")
        parser.add_argument("--try-again", action="store_true", help="try the events that were set aside now")

    def handle(self, *args: Any, **options: Any) -> None:
        started = monotonic()
        if options["everything"]:
            counting.count_everything(options["reason"])
        if options["try_again"]:
            counting.try_again()
        events = counting.count()
        if options["verbosity"]:
            known = Observation.objects.filter(known_to=None).count()
            waiting = SetAside.objects.filter(counted_at=None).count()
            self.stdout.write(
                f"{events:,} events read, {known:,} figures known, {waiting:,} events set aside, "
                f"{monotonic() - started:.1f} s"
            )
