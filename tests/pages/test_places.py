"""The menu, the footer and the account links lead somewhere, and only where the person may go."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import system_actor
from accounts.loading import read_roles
from accounts.roles import Permission
from config import context, navigation


def actor(*permissions):
    everything = system_actor("test")
    return type(everything)(
        kind="person", id=everything.id, name="Colleague", role="r", role_name="R", permissions=frozenset(permissions)
    )


@pytest.mark.parametrize("name", [name for name, *_ in navigation.PLACES] + [name for name, _ in context.FOOTER])
def test_every_place_exists(name):
    assert reverse(name)


def test_every_account_link_exists():
    assert all(context.account_links().values())


def test_the_menu_holds_only_what_the_role_may_open():
    shown = [item["text"] for item in navigation.items_for(actor(Permission.REFER, Permission.TRACK_SENT), "/")]

    assert shown == ["Home", "Refer a person", "Sent referrals"]


@pytest.mark.parametrize(("slug", "gets"), [("shift_lead", True), ("spa_manager", True), ("service_lead", False)])
def test_alerts_are_shown_to_those_who_can_get_one(slug, gets):
    places = navigation.items_for(actor(*read_roles()[slug]["permissions"]), "/")

    assert ("Alerts" in [item["text"] for item in places]) is gets


def test_the_menu_marks_where_the_person_is():
    items = navigation.items_for(actor(Permission.VIEW_WORKLIST), reverse("worklist_rows"))

    assert {item["text"]: item["current"] for item in items} == {"Home": False, "Worklist": True}


def test_no_two_places_share_a_key():
    keys = [key for _, _, key, _ in navigation.PLACES]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", ["/accessibility", "/about-the-data"])
def test_the_statements_are_open_to_anybody(client, db, path):
    assert client.get(path).status_code == 200


def test_what_is_not_there_says_what_to_do(client, db):
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert b"If you typed the address, check it" in answer.content


def test_a_failure_says_what_to_do_and_nothing_secret(client, db, monkeypatch):
    def fail(request):
        raise RuntimeError("a secret")

    client.raise_request_exception = False
    monkeypatch.setattr("config.views.render", lambda *a, **k: fail(None))
    answer = client.get("/accessibility")

    assert answer.status_code == 500
    assert b"Sorry, there is a problem with the portal" in answer.content
    assert b"secret" not in answer.content


def test_a_form_from_an_old_page_is_refused_with_words(db):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(reverse("account_login"), {})

    assert answer.status_code == 403
    assert "This page was open too long" in answer.content.decode()


def test_pages_carry_a_policy_without_inline_scripts(client, db):
    policy = client.get("/accessibility").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self' 'nonce-" in policy
