"""A commissioner at a browser, and a system with three places."""

import pytest
from django.test import Client

from directory.models import Area
from tests.factories import figures, people


@pytest.fixture
def system(db: None) -> Area:
    """With its places."""
    area = figures.system()
    figures.places()
    figures.counted()
    return area


@pytest.fixture
def commissioner(system: Area, client: Client) -> Client:
    """A browser in which a commissioner has signed in and looked around."""
    people.sign_in(client, "commissioner")
    client.get("/figures/")
    return client
