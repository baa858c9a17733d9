"""The roles, one trust, one person."""

import pytest

from accounts.loading import load_roles
from accounts.models import User
from directory.models import Organisation
from tests.accounts import builders


@pytest.fixture
def roles(db: None) -> None:
    load_roles()


@pytest.fixture
def trust(roles: None) -> Organisation:
    return builders.organisation(ods_code="RT5")


@pytest.fixture
def colleague(roles: None) -> User:
    return builders.person()
