"""The first administrator of a new portal."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.accounts import builders

pytestmark = pytest.mark.django_db


def add(*words: str) -> str:
    out = StringIO()
    call_command("add_administrator", *words, stdout=out)
    return out.getvalue()


def test_the_first_administrator_sets_a_password_and_opens_the_admin(client, trust, settings):
    said = add("first@example.nhs.uk", "First Person", "rt5")
    path = re.search(rf"{settings.BASE_URL}(/accounts/password/[\w-]+/)", said)[1]
    new = {"password1": "seven silver kettles", "password2": "seven silver kettles"}
    client.post(client.get(path)["Location"], new)
    client.post("/accounts/login/", {"login": "first@example.nhs.uk", "password": new["password1"]})
    assert client.get("/admin/").status_code == 200
    assert "no longer works" in Client().get(path).text


def test_an_unknown_organisation_says_what_to_do(roles):
    with pytest.raises(CommandError, match="Load the reference data first"):
        add("first@example.nhs.uk", "First Person", "XXX")


def test_half_an_administrator_is_none(trust):
    builders.person("first@example.nhs.uk")
    with pytest.raises(CommandError, match="already here"):
        add("first@example.nhs.uk", "First Person", "RT5")
    assert User.objects.count() == 1
