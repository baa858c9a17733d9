"""A small ward with two beds and who manages them; the market of a module of packages."""

import pytest

from accounts.actors import Actor
from homefirst.models import Bed, Ward
from tests.factories import homefirst_beds as make
from tests.factories.homefirst_packages import Market


@pytest.fixture
def ward(db: None) -> Ward:
    return make.ward()


@pytest.fixture
def manager(ward: Ward) -> Actor:
    return make.manager(ward)


@pytest.fixture
def bed(ward: Ward) -> Bed:
    return ward.beds.get(number=1)


@pytest.fixture
def other(ward: Ward) -> Bed:
    return ward.beds.get(number=2)


@pytest.fixture
def market(cast: Market) -> Market:
    """In modules whose cast is a market."""
    return cast
