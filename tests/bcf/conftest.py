"""Referrals to be counted, and everything that is known of them as plain values."""

from time import monotonic, sleep

import pytest

from audit.models import Event
from bcf import counting
from bcf.models import Cursor, Disclosure, Observation
from tests.referrals.conftest import Desk, _desk, desk

__all__ = ["Desk", "_desk", "desk"]
pytest.register_assert_rewrite("tests.bcf.history")

EVERYTHING = 2**62


@pytest.fixture
def one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let events be read in the transaction that wrote them: a test that rolls back has no other."""
    read_at_once(monkeypatch)


def read_at_once(patch: pytest.MonkeyPatch) -> None:
    """The same, for as long as the patch lasts."""
    patch.setattr(counting, "_oldest_running", lambda: EVERYTHING)


def known() -> set[tuple[object, ...]]:
    """Every current figure that says something."""
    columns = ("metric", "version", "level", "scope_id", "period", "start", "numerator", "denominator", "value")
    rows = Observation.objects.filter(known_to=None).values_list(*columns)
    return {row for row in rows if row[6] or row[7]}


def shown() -> set[tuple[object, ...]]:
    """What may be shown now."""
    columns = ("metric", "quarter", "level", "scope_id", "counts", "parts")
    return set(Disclosure.objects.filter(known_to=None).values_list(*columns))


def catch_up(seconds: float = 60) -> None:
    """Count until the last event was read. Other tests' transactions on the same server may hold it up for a while."""
    until = monotonic() + seconds
    counting.count()
    while Cursor.objects.get().event_id < Event.objects.order_by("-id").values_list("id", flat=True)[0]:
        assert monotonic() < until, "events were not read in time"
        sleep(0.1)
        counting.count()
