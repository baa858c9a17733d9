"""Bring Home First's reference data into the database; safe to run again and again."""

from typing import Any

from django.core.management.base import BaseCommand

from homefirst import reference


class Command(BaseCommand):
    """Load wards, beds, delay reasons, the transfer data set, assessment tools and lots."""

    help = "Creates wards, beds, delay reasons, transfer items, assessment tools and lots that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        reference.load()
