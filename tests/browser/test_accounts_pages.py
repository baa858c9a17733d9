"""The pages about oneself: accessible with and without errors, at 320 pixels, by keyboard, without JavaScript."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.loading import load_roles
from accounts.models import User
from accounts.passwords import password_path
from tests.accounts import builders, totp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.accounts.urls")]


@pytest.fixture
def colleague() -> User:
    """Somebody with two roles."""
    load_roles()
    person, trust = builders.person(), builders.organisation()
    builders.grant(person, "referrer", trust)
    builders.grant(person, "triage_clinician", trust)
    return person


def sign_in(page: Page, password: str = builders.PASSWORD) -> None:
    page.goto("/accounts/login/?next=/doors/signed-in/")
    page.get_by_label("Email address").fill("colleague@example.nhs.uk")
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def choose(page: Page, role: str) -> None:
    page.get_by_label(role).check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/doors/signed-in/")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_signing_in_says_what_is_wrong_and_keeps_the_address(page, axe, colleague):
    page.goto("/accounts/login/")
    axe(page)
    sign_in(page, "wrong words here")
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    assert page.get_by_label("Email address").input_value() == "colleague@example.nhs.uk"
    axe(page)


def test_a_role_is_chosen_by_keyboard_and_shown_in_the_header(page, axe, colleague):
    sign_in(page)
    page.wait_for_url("**/accounts/role/?next=%2Fdoors%2Fsigned-in%2F")
    axe(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Select the role you are working in")).to_be_visible()
    axe(page)
    page.get_by_label("Referrer at Community trust").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doors/signed-in/")
    expect(page.locator("body")).to_have_text("Triage Clinician as referrer")


def test_every_page_of_ones_own_is_accessible_and_narrow(page, axe, colleague):
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page)
    choose(page, "Triage clinician at Community trust")
    for address in ("me/", "second-factor/", "password/change/", "role/", "logout/", "reauthenticate/"):
        page.goto(f"/accounts/{address}")
        axe(page)
        assert fits(page), address


def test_an_authenticator_app_is_set_up_and_asked_for(page, axe, colleague):
    sign_in(page)
    choose(page, "Referrer at Community trust")
    page.goto("/accounts/second-factor/app/add/")
    page.get_by_label("Password", exact=True).fill(builders.PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").wait_for()
    axe(page)
    secret = page.locator("[data-secret]").inner_text()
    page.get_by_label("Code").fill(totp.code(secret))
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/second-factor/codes/")
    axe(page)
    code = page.locator("[data-codes] code").first.inner_text()
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    sign_in(page)
    page.wait_for_url("**/second-factor/sign-in/")
    axe(page)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/accounts/role/**")


def test_without_javascript_people_sign_in_and_choose_a_role(new_context, colleague):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page)
    choose(page, "Referrer at Community trust")
    expect(page.locator("body")).to_have_text("Triage Clinician as referrer")


def test_a_refused_page_is_accessible(page, axe, colleague):
    sign_in(page)
    choose(page, "Referrer at Community trust")
    page.goto("/doors/triage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot open this")
    axe(page)


def test_a_form_sent_too_late_and_the_way_back_are_accessible(page, axe, colleague):
    sign_in(page)
    page.get_by_label("Referrer at Community trust").check()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out before you sent this")
        axe(page)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/accounts/login/?next=/accounts/role/**")


def test_setting_a_password_is_accessible(page, axe, colleague):
    page.goto(password_path(colleague))
    axe(page)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_role("button", name="Set password").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.goto("/accounts/password/1-x-1/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    axe(page)
