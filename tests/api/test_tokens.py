"""Tokens: client credentials only, ten minutes, and nothing a client was not given."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AccessToken

from api.actions import end_client, register_client
from api.models import Client
from api.scopes import Scope
from audit.errors import Invalid, NotPermitted
from audit.models import Event
from tests.api.world import FORM, SECRET, World, partner
from tests.factories import directory, people


def ask(form: dict[str, str] | str, **headers: str):
    body = form if isinstance(form, str) else urlencode(form)
    return Browser(raise_request_exception=False).post("/oauth2/token", body, content_type=FORM, headers=headers)


def credentials(world: World, **more: str) -> dict[str, str]:
    client = world.surgery.client
    return {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": SECRET} | more


def test_a_token_holds_ten_minutes_and_carries_the_clients_scopes(world: World):
    answer = ask(credentials(world))
    token = answer.json()
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 600
    assert set(token["scope"].split()) == set(world.surgery.client.scopes)
    assert answer["Cache-Control"] == "no-store"


def test_only_a_checksum_of_the_token_and_a_hash_of_the_secret_are_kept(world: World):
    kept = AccessToken.objects.get(application=world.surgery.client)
    assert kept.token == ""
    assert world.surgery.token not in str(vars(kept))
    assert SECRET not in Client.objects.get(pk=world.surgery.client.pk).client_secret


def test_http_basic_works_too(world: World):
    from base64 import b64encode

    pair = b64encode(f"{world.surgery.client.client_id}:{SECRET.replace(' ', '+')}".encode()).decode()
    assert ask({"grant_type": "client_credentials"}, Authorization=f"Basic {pair}").status_code == 200


def test_fewer_scopes_may_be_asked_for(world: World):
    answer = ask(credentials(world, scope="referrals.read"))
    assert answer.json()["scope"] == "referrals.read"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "\x00"}, 401, "invalid_client"),
        ({"scope": "offers.respond"}, 400, "invalid_scope"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "a"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "a"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"resource": "https://elsewhere.example"}, 400, "invalid_target"),
    ],
)
def test_refusals_have_oauths_form(world: World, change: dict[str, str], status: int, error: str):
    answer = ask(credentials(world) | change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer["Content-Type"].startswith("application/json")
    assert ("WWW-Authenticate" in answer) is (status == 401)


@pytest.mark.parametrize(
    "body", ["grant_type=client_credentials&grant_type=client_credentials", "%ff%fe=%00", "a" * 2000, "="]
)
def test_odd_forms_are_refused(world: World, body: str):
    assert ask(body).status_code in {400, 401}


def test_json_is_not_a_form(world: World):
    answer = Browser().post("/oauth2/token", credentials(world), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_credentials_in_the_address_are_refused(world: World):
    answer = Browser().post(f"/oauth2/token?{urlencode(credentials(world))}", content_type=FORM)
    assert answer.json()["error"] == "invalid_request"


def test_a_huge_form_is_refused(world: World):
    assert ask("a=" + "b" * 1_100_000).status_code == 413


@pytest.mark.parametrize("path", ["authorize/", "authorize", "applications/", "revoke_token/", "introspect/", "token/"])
def test_no_other_address_of_the_library_is_there(world: World, path: str):
    answer = world.surgery.browser.get(f"/oauth2/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def refused(answer) -> bool:
    return (
        answer.status_code == 401
        and answer["WWW-Authenticate"].startswith("Bearer")
        and answer.json()["code"] in {"INVALID_TOKEN", "NOT_AUTHENTICATED"}
    )


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic abc", "Bearer a b", "Bearer \x7f", "Bearer é", "Bearer " + "x" * 5000],
)
def test_bad_tokens_are_refused(world: World, authorization: str):
    headers = {"Authorization": authorization} if authorization else {}
    assert refused(world.surgery.browser.get("/api/v1/referrals", headers=headers))


def test_a_token_in_the_address_is_no_token(world: World):
    assert refused(world.surgery.browser.get("/api/v1/referrals", {"access_token": world.surgery.token}))


def test_an_expired_token_is_refused(world: World):
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert refused(world.surgery.get("/api/v1/referrals"))


def test_an_ended_client_is_refused_at_once(world: World):
    end_client(by=people.SYSTEM, client_id=world.surgery.client.client_id)
    assert refused(world.surgery.get("/api/v1/referrals"))
    assert ask(credentials(world)).json()["error"] == "invalid_client"
    assert Event.objects.filter(kind="access.client_ended.v1").exists()
    with pytest.raises(Invalid):
        end_client(by=people.SYSTEM, client_id=world.surgery.client.client_id)


def test_a_client_of_an_ended_organisation_or_team_is_refused_at_once(world: World):
    team = partner(world.trust, Scope.DIRECTORY_READ, team=world.team)
    assert team.get("/api/v1/services").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    world.team.valid_to = yesterday
    world.team.save()
    assert refused(team.get("/api/v1/services"))
    world.practice.valid_to = yesterday
    world.practice.save()
    assert refused(world.surgery.get("/api/v1/referrals"))
    assert not refused(world.provider.get("/api/v1/referrals"))


def test_a_scope_taken_from_the_client_is_gone_from_its_tokens(world: World):
    Client.objects.filter(pk=world.surgery.client.pk).update(scopes=["directory.read"])
    assert world.surgery.get("/api/v1/referrals").status_code == 403


def test_registering_needs_an_administrator_a_name_known_scopes_and_a_long_secret(world: World):
    given = {"by": people.SYSTEM, "name": "A", "organisation": world.trust, "scopes": ["referrals.read"]}
    with pytest.raises(NotPermitted):
        register_client(**given | {"by": world.clinician})
    for change in ({"name": " "}, {"scopes": []}, {"scopes": ["all"]}, {"secret": "short"}):
        with pytest.raises(Invalid):
            register_client(**given | change)
    other = directory.team(of=directory.service())
    with pytest.raises(Invalid):
        register_client(**given, team=other)
    with pytest.raises(Invalid):
        end_client(by=people.SYSTEM, client_id="nobody")


def test_a_generated_secret_gets_a_token(world: World):
    client, secret = register_client(
        by=people.SYSTEM, name="B", organisation=world.trust, scopes=["directory.read"], client_id="b-system"
    )
    assert str(client) == "B"
    assert (
        ask({"grant_type": "client_credentials", "client_id": "b-system", "client_secret": secret}).status_code == 200
    )
    assert Event.objects.filter(kind="access.client_registered.v1", data__client=str(client.public_id)).exists()
