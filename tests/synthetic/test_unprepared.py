"""Seeding needs the directory and the roles first, and says so."""

import pytest
from django.core.management import CommandError, call_command

from accounts.loading import load_roles

pytestmark = pytest.mark.django_db


def test_seed_refuses_an_empty_directory():
    load_roles()
    with pytest.raises(CommandError, match="load_reference_data"):
        call_command("seed", scale="tiny")


def test_seed_refuses_without_roles():
    with pytest.raises(CommandError, match="load_roles"):
        call_command("seed", scale="tiny")
