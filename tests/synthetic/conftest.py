"""A tiny synthetic area, made once for the tests of a module and rolled back after them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.loading import load_roles
from synthetic.progress import Progress
from synthetic.seeding import SCALES, Scale, seed
from tests.factories.directory import reference_data

SEED = 7
SMALL = Scale(2000, 400, 36, told=Scale(400, 200, 36))
"""A scale with copies."""


class Silence:
    """An output that nobody reads."""

    def write(self, *args: object, **kwargs: object) -> None:
        """Say nothing."""


def fill(now: datetime, number: int = SEED, scale: Scale = SCALES["tiny"]) -> dict[str, int]:
    """The size `tiny`, or another, in a database with reference data and roles."""
    return seed(scale, seed=number, now=now, progress=Progress(Silence()))


def this_minute() -> datetime:
    """A moment that has just passed, without seconds."""
    return (timezone.now().astimezone(UTC) - timedelta(minutes=1)).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def prepared(standing: None) -> None:
    """Reference data and roles."""
    reference_data()
    load_roles()


@pytest.fixture(scope="module")
def now() -> datetime:
    return this_minute()


@pytest.fixture(scope="module")
def counts(prepared: None, now: datetime) -> dict[str, int]:
    """Rows by table, once the area is filled."""
    return fill(now)
