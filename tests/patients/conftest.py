"""A trust, somebody it knows, and a shift lead at a browser."""

from datetime import date

import pytest
from django.test import Client

from accounts.actors import Actor
from directory.models import Organisation
from patients.models import Patient
from tests.factories import directory, people
from tests.factories.patients import patient


@pytest.fixture
def trust(db: None) -> Organisation:
    return directory.organisation()


@pytest.fixture
def thompson(trust: Organisation) -> Patient:
    return patient(
        given_name="Margaret",
        family_name="Thompson",
        date_of_birth=date(1938, 2, 11),
        postcode="LE2 3AB",
        seen_by=trust,
    )


@pytest.fixture
def lead(client: Client, trust: Organisation) -> Actor:
    return people.sign_in(client, "shift_lead", at=trust)
