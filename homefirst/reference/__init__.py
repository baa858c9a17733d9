"""Home First's reference data, from the files of homefirst/data/."""

from django.db import transaction

from homefirst.reference import discharge, lots, wards


@transaction.atomic
def load() -> None:
    """Create what is missing; safe to run again and again."""
    wards.load()
    discharge.load()
    lots.load()
