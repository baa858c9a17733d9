"""Fresh policies for every test, and browsers signed in as an actor."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from referrals import clocks


@pytest.fixture(autouse=True)
def _policies_anew() -> None:
    clocks.forget_policies()


@pytest.fixture
def as_(db: None) -> Callable[[Actor], Client]:
    """A browser in which this actor has signed in."""

    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=actor.id))
        return client

    return sign_in
