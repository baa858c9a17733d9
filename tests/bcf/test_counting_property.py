"""Counting event by event, with pauses, gives what counting everything gives; and the past stays as it was known."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bcf.conftest import Desk
from tests.bcf.history import STARTS, History, counting_agrees

VERBS = (
    *["advance"] * 14, "send", "send_late", "redirect", "undo", "undo", "cancel", "duplicate", "read", "read",
    "merge", "unmerge", "verify", "move_house", "sweep", "count", "count",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS), st.integers(0, 11), st.sampled_from([1, 4, 4, 20, 70, 130, 60 * 26, 60 * 24 * 20])
    ),
    min_size=20,
    max_size=60,
)


@pytest.mark.usefixtures("one_transaction")
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=STARTS, steps=STEPS)
def test_counting_by_events_is_counting_everything(desk: Desk, start: datetime, steps: list[Any]) -> None:
    counting_agrees(History, desk, start, steps)
