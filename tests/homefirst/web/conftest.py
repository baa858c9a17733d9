"""The beds that there are, and a bed manager of the community trust at a browser."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.actors import Actor
from directory.models import Organisation
from homefirst.models import Bed
from tests.factories import directory, people


@pytest.fixture(scope="module")
def real_beds(standing: None) -> None:
    directory.reference_data()
    call_command("load_home_first", verbosity=0)


@pytest.fixture
def trust(real_beds: None, db: None) -> Organisation:
    return Organisation.objects.get(ods_code="RT5")


@pytest.fixture
def by(trust: Organisation) -> Actor:
    return people.actor("bed_manager", at=trust)


@pytest.fixture
def browser(as_: Callable[[Actor], Client], by: Actor) -> Client:
    return as_(by)


def bed(slug: str, number: int) -> Bed:
    """A real bed."""
    return Bed.objects.get(ward__slug=slug, number=number)
