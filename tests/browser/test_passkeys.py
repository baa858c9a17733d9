"""Passkeys, in Chromium with a virtual authenticator: added, used as a second factor, used alone."""

import pytest
from playwright.sync_api import Page, expect

from accounts.loading import load_roles
from accounts.models import User
from audit.events import Kind
from audit.models import Event
from tests.accounts import builders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def referrer() -> User:
    load_roles()
    person = builders.person()
    builders.grant(person, "referrer", builders.organisation())
    return person


@pytest.fixture
def with_authenticator(page: Page) -> Page:
    """A browser whose device can hold passkeys and confirms every use."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_in(page: Page, portal: str) -> None:
    page.goto(f"{portal}/accounts/login/")
    page.get_by_label("Email address").fill("colleague@example.nhs.uk")
    page.get_by_label("Password", exact=True).fill(builders.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, portal: str, *, alone: bool) -> None:
    sign_in(page, portal)
    page.goto(f"{portal}/accounts/passkeys/add/")
    page.get_by_label("Password", exact=True).fill(builders.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the passkey").fill("Ward laptop")
    if alone:
        page.get_by_label("Sign in with this passkey alone").check()
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/second-factor/codes/")
    page.goto(f"{portal}/accounts/logout/")
    page.get_by_role("button", name="Sign out").last.click()


def test_a_passkey_alone_signs_in(with_authenticator, live_server, referrer):
    page = with_authenticator
    add_passkey(page, live_server.url, alone=True)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{live_server.url}/doors/signed-in/")
    expect(page.locator("body")).to_have_text("Triage Clinician as referrer")
    assert Event.objects.filter(kind=Kind.SIGNED_IN).latest("id").data["methods"] == ["mfa"]


def test_a_passkey_is_the_second_factor_of_a_password(with_authenticator, live_server, referrer):
    page = with_authenticator
    add_passkey(page, live_server.url, alone=False)
    sign_in(page, live_server.url)
    page.wait_for_url("**/second-factor/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{live_server.url}/doors/signed-in/")
    expect(page.locator("body")).to_have_text("Triage Clinician as referrer")


def test_a_passkey_can_be_renamed_and_removed(with_authenticator, live_server, referrer):
    page = with_authenticator
    add_passkey(page, live_server.url, alone=True)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{live_server.url}/accounts/passkeys/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Password", exact=True).fill(builders.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the passkey").fill("My laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="My laptop")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("You have no passkeys.")).to_be_visible()
    assert Event.objects.filter(kind=Kind.SECOND_FACTOR_REMOVED, data__factor="webauthn").exists()
