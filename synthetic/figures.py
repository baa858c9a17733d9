"""Figures of a made-up past, known since then: the portal would have counted each period when it ended."""

from django.db import connection, transaction
from django.utils import timezone

from bcf import counting
from bcf.figures import LENGTH
from bcf.models import Disclosure, Observation

KNOWN_SINCE = """
UPDATE {observation} SET known_from = least(%(today)s, (start + CASE period {lengths} END)::date)
WHERE known_from = %(today)s AND known_to IS NULL
"""
SHOWN_SINCE = "UPDATE {disclosure} SET known_from = least(%(today)s, quarter) WHERE known_from = %(today)s"


@transaction.atomic
def count_history() -> None:
    """Count everything, and let what ended before today be known from the day after its end."""
    counting.count_everything("Counted for the first time")
    words = {
        "observation": connection.ops.quote_name(Observation._meta.db_table),
        "disclosure": connection.ops.quote_name(Disclosure._meta.db_table),
        "lengths": " ".join(f"WHEN '{period}' THEN interval '{length}'" for period, length in LENGTH.items()),
    }
    with connection.cursor() as cursor:
        for sql in (KNOWN_SINCE, SHOWN_SINCE):
            cursor.execute(sql.format(**words), {"today": timezone.localdate()})
