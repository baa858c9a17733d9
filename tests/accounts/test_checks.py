"""Outside the demonstration its people must not get in: the portal refuses to start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.utils import timezone

from accounts import checks
from accounts.passwords import DEMO_PASSWORD, NotTheDemonstrationsValidator
from api.models import Client
from tests.accounts import builders

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo_person(roles):
    return builders.person("demo@example.nhs.uk", is_demo=True)


@pytest.mark.django_db
def test_the_demonstration_may_hold_its_people(demo_person, settings):
    settings.DEMO = True
    checks.refuse_demonstration_credentials()
    assert checks.no_demonstration_credentials(None, databases=["default"]) == []


@pytest.mark.django_db
def test_production_refuses_them_with_a_sentence(demo_person, settings):
    settings.DEMO = False
    with pytest.raises(SystemCheckError, match="demonstration credentials, which are public: 1 person."):
        call_command("check", "--deploy", "--database", "default", "--tag", "database")


@pytest.mark.django_db
def test_partners_of_the_demonstration_are_refused_too(trust):
    Client.objects.create(
        name="A partner", client_type="confidential", authorization_grant_type="client-credentials",
        organisation=trust, is_demo=True,
    )  # fmt: skip
    assert checks.demonstration_credentials().endswith("which are public: 1 client.")
    Client.objects.update(ended_at=timezone.now())
    assert checks.demonstration_credentials() == ""


@pytest.mark.django_db
def test_the_server_start_says_the_same(demo_person, settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setattr(checks.connections, "close_all", lambda: None)
    with pytest.raises(ImproperlyConfigured, match="The portal does not start"):
        checks.refuse_demonstration_credentials()
    type(demo_person).objects.update(is_active=False)
    checks.refuse_demonstration_credentials()


@pytest.mark.django_db
def test_closed_accounts_do_no_harm(demo_person, colleague, settings):
    settings.DEMO = False
    demo_person.is_active = False
    demo_person.save()
    assert checks.no_demonstration_credentials(None, databases=["default"]) == []
    assert checks.demonstration_credentials() == ""


@pytest.mark.django_db
def test_without_a_database_named_nothing_is_asked(demo_person, settings):
    settings.DEMO = False
    assert checks.no_demonstration_credentials(None, databases=None) == []


@pytest.mark.django_db(transaction=True)
def test_the_production_server_does_not_start_with_them(demo_person):
    builders.person("another@example.nhs.uk", is_demo=True)
    stopped = start_production()
    assert stopped.returncode != 0
    assert "demonstration credentials, which are public: 2 people." in stopped.stderr
    assert "The portal does not start." in stopped.stderr
    type(demo_person).objects.update(is_active=False)
    assert start_production().returncode == 0


def start_production() -> subprocess.CompletedProcess[str]:
    """Load the application as the server does, in a process of its own, on this test's database."""
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": address,
        "SECRET_KEY": "a-secret-of-this-test-" + "0123456789abcdef" * 4,
        "ALLOWED_HOSTS": "portal.example.nhs.uk",
        "BASE_URL": "https://portal.example.nhs.uk",
    }
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_middleware_that_reads_the_marks_must_be_there(settings):
    assert checks.doors_are_hung(None) == []
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Actor" not in name]
    assert [found.id for found in run_checks(tags=["security"]) if found.id == "accounts.C001"]


def test_the_demonstrations_password_is_refused_elsewhere(settings):
    validator = NotTheDemonstrationsValidator()
    settings.DEMO = False
    with pytest.raises(ValidationError, match="public"):
        validator.validate(DEMO_PASSWORD)
    validator.validate("seven silver kettles")
    settings.DEMO = True
    validator.validate(DEMO_PASSWORD)
    assert "demonstration" in validator.get_help_text()
