"""A small ward with two beds, and who manages them."""

import pytest

from accounts.actors import Actor
from homefirst.models import Bed, Ward
from tests.factories import homefirst_beds as make


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
