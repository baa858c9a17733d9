"""`manage.py after_restore`: a database that came from a backup goes on where it stood (docs/adr/0014)."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Max

from audit.positions import carry_on
from bcf.models import Cursor


class Command(BaseCommand):
    """Safe to run at any time and again: it does nothing where nothing has to be done."""

    help = "After a restore, and before anybody writes: put new events after all that were written before."

    def handle(self, *args: Any, **options: Any) -> None:
        lifted = carry_on(Cursor.objects.aggregate(last=Max("transaction_id"))["last"] or 0)
        if options["verbosity"]:
            self.stdout.write(
                f"New events stand after all that were written: their position was lifted by {lifted:,}."
                if lifted
                else "New events stand after all that were written: nothing had to be done."
            )
