"""A made-up past has figures, known since each period ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bcf.models import Cursor, Disclosure, Observation
from bcf.periods import next_start
from synthetic.figures import count_history
from tests.bcf.conftest import Desk, _desk, desk, one_transaction

__all__ = ["_desk", "desk", "one_transaction"]


@pytest.mark.usefixtures("one_transaction")
def test_what_ended_is_known_since_its_end_and_the_rest_since_today(desk: Desk) -> None:
    desk.send(received_at=timezone.now() - timedelta(days=400))
    desk.send()

    count_history()

    today = timezone.localdate()
    figures = Observation.objects.filter(metric="referrals_received", level="system")
    assert figures.count() == 8
    for row in figures:
        assert row.known_from == min(today, next_start(row.period, row.start))
    assert not Disclosure.objects.filter(known_from__gt=today).exists()
    assert Disclosure.objects.filter(known_from__lt=today).exists()
    assert Cursor.objects.get().event_id
