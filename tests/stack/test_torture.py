"""Nothing that was acknowledged is lost: the short form of `make torture`, with every kind of process killed."""

import pytest

from tests.stack.conftest import Portal
from tests.torture.trial import Trial

pytestmark = pytest.mark.xdist_group("stack")
SEED = "every day"
SECONDS = 45


def test_what_was_acknowledged_is_there_after_the_storm(portal: Portal) -> None:
    trial = Trial(portal, SEED)
    lines = trial.run(SECONDS, lambda share, killed: None)
    assert [line for line in lines if not line.holds] == []
