"""Reference data for the tests of the directory."""

import pytest

from directory.reference.loading import load_reference_data


@pytest.fixture(scope="module")
def _loaded(standing: None) -> None:
    load_reference_data()


@pytest.fixture
def reference_data(_loaded: None, db: None) -> None:
    """Everything in directory/data/, loaded once for a module: its tests find nothing else than that."""
