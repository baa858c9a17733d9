"""`manage.py seed`: fill an empty database with synthetic people and referrals."""

from datetime import UTC, datetime
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit import partitions
from synthetic import home_first
from synthetic.figures import count_history
from synthetic.progress import Progress
from synthetic.rhythm import start_of_history
from synthetic.seeding import DEFAULT_SEED, SCALES, seed

SIZES = "; ".join(f"{name}: {one.people:,} people, {one.referrals:,} referrals" for name, one in SCALES.items())


class Command(BaseCommand):
    help = "Fill an empty database with synthetic people and years of referrals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="demo", help=SIZES)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same seed gives the same people")
        parser.add_argument("--now", default="", help="when today is, for example 2026-11-22T09:00:00Z")

    def handle(self, *args: Any, **options: Any) -> None:
        scale, started = SCALES[options["scale"]], monotonic()
        now = self.moment(options["now"])
        if options["scale"] == "demo":
            partitions.make(now, since=start_of_history(now, scale.months))
        counts = seed(scale, seed=options["seed"], now=now, progress=Progress(self.stdout))
        if options["verbosity"] > 1 or scale.told:
            for name, rows in sorted(counts.items(), key=lambda pair: -pair[1]):
                self.stdout.write(f"  {rows:>12,} {name}")
        self.stdout.write(
            f"{counts['patient']:,} synthetic people, {counts['referral']:,} referrals, "
            f"{counts['event']:,} events in {monotonic() - started:.0f} s"
        )
        home_first.fill(now, seed=options["seed"], months=scale.months)
        started = monotonic()
        count_history()
        self.stdout.write(f"Figures counted in {monotonic() - started:.0f} s")

    def moment(self, text: str) -> datetime:
        """The moment given, or this minute."""
        if not text:
            return timezone.now().replace(second=0, microsecond=0)
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError("Give --now as a date and time: 2026-11-22T09:00:00Z")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
