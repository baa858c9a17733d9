"""The small world: made once for the tests of a module, each of which has a copy of it."""

from copy import deepcopy

import pytest

from tests.api.world import World, make_world


@pytest.fixture(scope="module")
def _world(standing: None) -> World:
    return make_world()


@pytest.fixture
def world(_world: World, db: None) -> World:
    return deepcopy(_world)
