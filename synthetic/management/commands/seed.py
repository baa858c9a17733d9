"""`manage.py seed`: fill an empty database with synthetic people and referrals."""

from datetime import UTC, datetime
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from synthetic.progress import Progress
from synthetic.seeding import DEFAULT_SEED, SCALES, seed


class Command(BaseCommand):
    help = "Fill an empty database with synthetic people and two years of referrals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="demo")
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same seed gives the same people")
        parser.add_argument("--now", default="", help="when today is, for example 2026-11-22T09:00:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        scale, started = SCALES[options["scale"]], monotonic()
        counts = seed(scale, seed=options["seed"], now=self.moment(options["now"]), progress=Progress(self.stdout))
        self.stdout.write(
            f"{counts['patient']:,} synthetic people, {counts['referral']:,} referrals, "
            f"{counts['event']:,} events in {monotonic() - started:.0f} s"
        )

    def moment(self, text: str) -> datetime:
        """The moment given, or this minute."""
        if not text:
            return timezone.now().replace(second=0, microsecond=0)
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError("Give --now as a date and time: 2026-11-22T09:00:00Z")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
