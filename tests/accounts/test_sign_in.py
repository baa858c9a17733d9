"""Signing in with an e-mail address: passwords, lock-out, second factors, links to set a password."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client, TestCase
from django.utils import timezone

from accounts import actions
from accounts.adapters import AccountAdapter, SocialAccountAdapter
from accounts.models import User
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders, totp

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]
LOGIN = "/accounts/login/"
WRONG = "The email address or the password is wrong."
LOCKED = "Too many attempts failed. Wait 15 minutes"


def sign_in(client, email="colleague@example.nhs.uk", password=builders.PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


@pytest.fixture
def referrer(colleague, trust) -> User:
    builders.grant(colleague, "referrer", trust)
    return colleague


def set_up_app(client) -> str:
    """Set up an authenticator app as a signed-in person does, and return its key."""
    client.post("/accounts/reauthenticate/", {"password": builders.PASSWORD})
    page = client.get("/accounts/second-factor/app/add/")
    secret = re.search(r"data-secret>([A-Z2-7]+)<", page.text)[1]
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/accounts/second-factor/app/add/", {"code": totp.code(secret)})
    assert answer["Location"] == "/accounts/second-factor/codes/"
    return secret


def test_the_page_has_labels_and_no_way_to_sign_oneself_up(client):
    page = client.get(LOGIN)
    assert "Email address" in page.text
    assert "administrator" in page.text
    assert "CIS2" not in page.text
    assert client.get("/accounts/signup/").status_code == 404


def test_nobody_is_ever_signed_up(rf):
    assert not AccountAdapter(rf.get("/")).is_open_for_signup(rf.get("/"))
    assert not SocialAccountAdapter(rf.get("/")).is_open_for_signup(rf.get("/"), None)


def test_the_right_password_leads_home_and_is_on_record(client, referrer):
    answer = sign_in(client, "COLLEAGUE@Example.NHS.uk")
    assert answer["Location"] == "/"
    assert client.get("/doors/signed-in/").content == b"Triage Clinician as referrer"
    event = Event.objects.get(kind=Kind.SIGNED_IN)
    assert event.data == {"methods": ["password"], "address": "127.0.0.1"}


def test_someone_with_several_roles_is_led_to_choose(client, referrer, trust):
    builders.grant(referrer, "care_coordinator", trust)
    assert sign_in(client)["Location"] == "/accounts/role/"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/doors/triage/?place=rutland", "/doors/triage/?place=rutland"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("https:evil.example", "/"),
        ("/\x00evil", "/%00evil"),
    ],
)
def test_next_leads_back_within_this_site_only(client, referrer, asked, led):
    assert sign_in(client, next=asked)["Location"] == led


@pytest.mark.parametrize("email", ["colleague@example.nhs.uk", "nobody@example.nhs.uk"])
def test_known_and_unknown_addresses_get_the_same_answer(client, referrer, email):
    answer = sign_in(client, email, "wrong words here")
    assert WRONG in answer.text
    assert f'value="{email}"' in answer.text
    for _ in range(4):
        assert WRONG in sign_in(client, email, "wrong words here").text
    assert LOCKED in sign_in(client, email, "wrong words here").text


def test_five_failures_lock_the_account_for_fifteen_minutes(client, referrer):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            sign_in(client, password="wrong words here")
        assert LOCKED in sign_in(client).text
        assert LOCKED in sign_in(Client(REMOTE_ADDR="10.0.0.9")).text
        clock.shift(timedelta(minutes=14, seconds=59))
        assert LOCKED in sign_in(client).text
        clock.shift(timedelta(seconds=2))
        assert sign_in(client).status_code == 302


def test_one_persons_lock_leaves_others_alone(client, referrer, trust):
    for _ in range(6):
        sign_in(client, password="wrong words here")
    builders.grant(builders.person("newcomer@example.nhs.uk"), "referrer", trust)
    assert sign_in(client, "newcomer@example.nhs.uk").status_code == 302


def test_successes_do_not_count_towards_the_lock(client, referrer):
    for _ in range(7):
        assert sign_in(Client()).status_code == 302


def test_one_network_address_cannot_try_everybody(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/15m/ip,5/15m/key"}
    for number in range(3):
        assert WRONG in sign_in(client, f"person{number}@example.nhs.uk", "a guess").text
    assert LOCKED in sign_in(client, "person9@example.nhs.uk", "a guess").text


def test_too_many_posts_from_one_address_get_a_page_that_says_wait(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _ in range(2):
        sign_in(client, password="")
    answer = sign_in(client, password="")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.text


@pytest.mark.parametrize("email", ["", "\x00", "no address", "a" * 400 + "@example.nhs.uk", "ü@例え.jp"])
def test_nonsense_is_answered_on_the_page(client, email):
    answer = sign_in(client, email, "\x00 words")
    assert answer.status_code == 200
    assert "There is a problem" in answer.text


def test_a_closed_account_is_told_so_only_with_the_right_password(client, referrer):
    User.objects.update(is_active=False)
    assert WRONG in sign_in(client, password="wrong words here").text
    answer = client.post(LOGIN, {"login": referrer.email, "password": builders.PASSWORD}, follow=True)
    assert "Your account is closed" in answer.text
    assert client.get("/doors/identified/").status_code == 302


def test_signing_out_asks_first_without_a_form_and_ends_the_session(client, referrer):
    sign_in(client)
    assert "Do you want to sign out?" in client.get("/accounts/logout/").text
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/doors/signed-in/").status_code == 302


def test_with_an_authenticator_app_the_code_is_asked_for(client, referrer):
    sign_in(client)
    secret = set_up_app(client)
    client = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert sign_in(client)["Location"] == "/accounts/second-factor/sign-in/"
        assert client.get("/doors/signed-in/")["Location"].startswith(LOGIN)
        wrong = client.post("/accounts/second-factor/sign-in/", {"code": "000000"})
        assert "The code is wrong or too old." in wrong.text
        answer = client.post("/accounts/second-factor/sign-in/", {"code": totp.code(secret)})
        assert answer["Location"] == "/"
        assert client.get("/doors/signed-in/").content == b"Triage Clinician as referrer"
    assert Event.objects.filter(kind=Kind.SIGNED_IN).last().data["methods"] == ["password", "mfa"]


def test_guessing_codes_is_limited(client, referrer):
    sign_in(client)
    secret = set_up_app(client)
    client = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        sign_in(client)
        for _ in range(5):
            client.post("/accounts/second-factor/sign-in/", {"code": "000000"})
        answer = client.post("/accounts/second-factor/sign-in/", {"code": totp.code(secret)})
        assert LOCKED in answer.text


def test_a_recovery_code_works_once(client, referrer):
    sign_in(client)
    set_up_app(client)
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/accounts/second-factor/codes/").text)
    assert len(codes) == 10
    for expected in (302, 200):
        other = Client()
        sign_in(other)
        answer = other.post("/accounts/second-factor/sign-in/", {"code": codes[0]})
        assert answer.status_code == expected


def test_secrets_are_encrypted_in_the_database(client, referrer):
    sign_in(client)
    secret = set_up_app(client)
    stored = Authenticator.objects.get(type="totp").data
    assert secret not in str(stored)
    recorded = Event.objects.filter(kind=Kind.SECOND_FACTOR_ADDED).values_list("data__factor", flat=True)
    assert set(recorded) == {"totp", "recovery_codes"}


@pytest.mark.django_db(transaction=True)
def test_where_a_second_factor_is_required_it_comes_before_anything_else(client, referrer, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    assert sign_in(client)["Location"] == "/accounts/second-factor/"
    answer = client.get("/doors/signed-in/", follow=True)
    assert answer.redirect_chain == [("/accounts/second-factor/?next=%2Fdoors%2Fsigned-in%2F", 302)]
    assert "Set up a second way to prove who you are." in answer.text
    assert client.get("/doors/welcome/").status_code == 302
    set_up_app(client)
    assert client.get("/doors/signed-in/").content == b"Triage Clinician as referrer"


@pytest.mark.django_db(transaction=True)
def test_removing_the_last_factor_where_it_is_required_shuts_the_doors(client, referrer, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client)
    set_up_app(client)
    client.post("/accounts/second-factor/app/remove/")
    assert client.get("/doors/signed-in/")["Location"].startswith("/accounts/second-factor/")
    assert Event.objects.filter(kind=Kind.SECOND_FACTOR_REMOVED).exists()


def test_changing_a_password_needs_the_old_one_and_a_good_new_one(client, referrer):
    sign_in(client)
    change = "/accounts/password/change/"
    new = "seven silver kettles"
    assert "There is a problem" in client.post(change, {"oldpassword": "x", "password1": new, "password2": new}).text
    short = {"oldpassword": builders.PASSWORD, "password1": "short", "password2": "short"}
    assert "at least 12" in client.post(change, short).text
    good = {"oldpassword": builders.PASSWORD, "password1": new, "password2": new}
    assert client.post(change, good).status_code == 302
    assert client.get("/doors/signed-in/").status_code == 200
    assert sign_in(Client(), password=new).status_code == 302


def test_my_account_shows_roles_factors_and_sign_ins(client, referrer):
    sign_in(client)
    page = client.get("/accounts/me/")
    assert page.status_code == 200
    assert "Referrer (working in it now)" in page.text
    assert "Set up a second factor" in page.text
    assert "127.0.0.1" in page.text
    set_up_app(client)
    assert "Authenticator app, added" in client.get("/accounts/me/").text


def test_my_account_opens_without_a_role(client, colleague):
    client.force_login(colleague)
    assert "You hold no role." in client.get("/accounts/me/").text


@pytest.mark.parametrize(
    "page",
    [
        "second-factor/",
        "second-factor/app/remove/",
        "second-factor/codes/",
        "second-factor/codes/new/",
        "second-factor/codes/download/",
        "second-factor/confirm/",
        "passkeys/",
        "passkeys/add/",
        "password/change/",
        "reauthenticate/",
        "role/",
        "me/",
    ],
)
def test_every_page_of_ones_own_opens(client, referrer, page):
    sign_in(client)
    set_up_app(client)
    answer = client.get(f"/accounts/{page}")
    assert answer.status_code == 200
    anonymous = Client().get(f"/accounts/{page}")
    assert anonymous["Location"].startswith(LOGIN)


def test_an_e_mail_address_that_was_changed_no_longer_signs_in(client, referrer):
    actions.update_person(by=builders.LOADER, user_id=referrer.pk, email="new@example.nhs.uk")
    assert WRONG in sign_in(client).text
    assert sign_in(client, "new@example.nhs.uk").status_code == 302
