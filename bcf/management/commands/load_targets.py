"""Set the targets that the portal starts with; safe to run again and again."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actors import system_actor
from bcf.actions import load_targets


class Command(BaseCommand):
    """Load bcf/data/targets.toml where no target was ever set."""

    help = "Sets the shipped targets where none was ever set; what people set stays."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Targets: {load_targets(by=system_actor('reference_data'))} set")
