"""The two commands: fill an empty database, and say who can use the demonstration."""

import json
import stat
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Membership, User
from accounts.passwords import DEMO_PASSWORD
from accounts.roles import Permission
from api.models import Client
from synthetic import access
from synthetic.management.commands import seed as command
from synthetic.staff import Staff, ensure_people
from tests.factories import patients

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(prepared: None, db: None) -> None:
    """Reference data and roles, and nobody yet."""


def test_demo_access_says_who_can_sign_in(ready, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    call_command("write_demo_access", stdout=StringIO())
    path = settings.VAR_DIR / "demo.json"
    content = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert content["base_url"] == settings.BASE_URL
    assert set(content["people"][0]) == {"email", "password", "role", "name"}
    assert set(content["clients"][0]) == {"client_id", "client_secret", "organisation"}
    roles = [person["role"] for person in content["people"]]
    assert {"referrer", "triage_clinician", "service_lead", "administrator"} <= set(roles)
    assert all(roles.count(role) >= 2 for role in set(roles))


def test_demo_access_twice_changes_nothing(ready, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("write_demo_access", stdout=StringIO())
    before = (
        (tmp_path / "demo.json").read_text(),
        User.objects.count(),
        Membership.objects.count(),
        Client.objects.count(),
    )
    call_command("write_demo_access", stdout=StringIO())
    after = (
        (tmp_path / "demo.json").read_text(),
        User.objects.count(),
        Membership.objects.count(),
        Client.objects.count(),
    )
    assert before == after


def test_everybody_listed_can_sign_in_with_the_public_password(ready):
    people = ensure_people()
    assert len(DEMO_PASSWORD) >= 12
    assert all(User.objects.get(pk=user.pk).check_password(DEMO_PASSWORD) for user in people)
    assert authenticate(email=people[0].email, password=DEMO_PASSWORD) == people[0]
    assert {user.is_demo for user in User.objects.all()} == {True}


def test_a_changed_demo_password_is_put_back(ready):
    (user, *_) = ensure_people()
    changed = User.objects.get(pk=user.pk)
    changed.set_password("something else entirely")
    changed.save()
    ensure_people()
    assert User.objects.get(pk=user.pk).check_password(DEMO_PASSWORD)


def test_somebody_holds_two_roles_and_every_team_has_a_worker(ready):
    ensure_people()
    held = Membership.objects.filter(user__email="tworoles@demo.example")
    assert {row.role_id for row in held} == {"triage_clinician", "community_worker"}
    staff = Staff.read()
    assert all(any(actor.can(Permission.RESPOND) for actor in team) for team in staff.by_team.values())


def test_workers_of_other_teams_cannot_sign_in(ready):
    people = {user.pk for user in ensure_people()}
    others = User.objects.exclude(pk__in=people)
    assert others.exists()
    assert not any(user.is_active or user.has_usable_password() for user in others)


def test_demo_access_is_refused_outside_the_demonstration(ready, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("write_demo_access")
    assert not User.objects.exists()


def test_clients_get_what_their_file_says(ready):
    for entry in access.ensure_clients():
        client = Client.objects.get(client_id=entry["client_id"])
        assert client.is_demo
        assert client.organisation.name == entry["organisation"]


def test_seed_refuses_when_somebody_is_there(ready):
    patients.patient()
    with pytest.raises(CommandError, match="people in this database already"):
        call_command("seed", scale="tiny")


def test_seed_refuses_a_moment_to_come(ready):
    later = (timezone.now() + timedelta(days=1)).isoformat()
    with pytest.raises(CommandError, match="in the future"):
        call_command("seed", scale="tiny", now=later)


@pytest.mark.parametrize(("text", "wanted"), [("2026-11-22T09:00:30", "2026-11-22T09:00:30+00:00")])
def test_now_may_be_said(text, wanted):
    assert command.Command().moment(text).isoformat() == wanted
    assert command.Command().moment("").second == 0
    with pytest.raises(CommandError, match="date and time"):
        command.Command().moment("yesterday")


def test_seed_says_what_it_made(ready):
    out = StringIO()
    call_command("seed", scale="tiny", stdout=out)
    assert "150 referrals" in out.getvalue()
