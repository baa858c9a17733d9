"""Reference data for the tests of the directory."""

import shutil
from pathlib import Path

import pytest

from directory.reference.loading import DATA, load_reference_data


@pytest.fixture(scope="module")
def _loaded(standing: None) -> None:
    load_reference_data()


@pytest.fixture
def reference_data(_loaded: None, db: None) -> None:
    """Everything in directory/data/, loaded once for a module: its tests find nothing else than that."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files to make mistakes in."""
    return shutil.copytree(DATA, tmp_path / "data")
