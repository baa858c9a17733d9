"""Reference data for the tests of the directory."""

import pytest

from directory.reference.loading import load_reference_data


@pytest.fixture
def reference_data(db):
    """Everything in directory/data/."""
    return load_reference_data()
