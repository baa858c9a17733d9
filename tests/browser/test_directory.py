"""The directory in a real browser: found, narrowed and read by keyboard, on a phone, and without scripts."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.loading import load_roles
from directory.models import Service
from directory.reference.loading import load_reference_data
from tests.accounts import builders as people

LIST = "/directory/"
ONE = "/directory/urgent-community-response-leicestershire/"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def signed_in(client, transactional_db):
    """The session cookie of a GP, over the reference data."""
    load_reference_data()
    load_roles()
    user = people.person()
    people.grant(user, "referrer", people.organisation("A practice"))
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def visit(new_context, live_server, signed_in):
    """Opens a window for the signed-in GP."""

    def opened(**options):
        context = new_context(**options)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in, "url": live_server.url}])
        return context.new_page()

    return opened


@pytest.mark.parametrize("path", [LIST, f"{LIST}?need=magic", f"{LIST}?place=rutland&need=housing&urgency=crisis", ONE])
def test_axe_finds_nothing(visit, axe, path):
    page = visit()
    page.goto(path)
    axe(page)


@pytest.mark.parametrize("path", [LIST, ONE])
def test_nothing_is_wider_than_a_small_phone(visit, path):
    page = visit(viewport=PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_service_is_found_by_keyboard_alone(visit, scripts):
    page = visit(java_script_enabled=scripts)
    page.goto(LIST)
    page.locator("summary", has_text="Filter this list").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Place").focus()
    page.keyboard.type("Rutland")
    page.get_by_label("Urgency").focus()
    page.keyboard.type("Crisis")
    page.get_by_role("button", name="Apply filters").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only Place: Rutland; Urgency: Crisis")).to_be_visible()
    expect(page.get_by_label("Place")).to_have_value("rutland")
    page.get_by_role("link", name="Crisis response, Rutland").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Crisis response, Rutland")
    expect(page.get_by_text("Open now, day and night")).to_be_visible()


def test_an_address_holds_the_list_so_that_it_can_be_sent_on(visit):
    page = visit()
    page.goto(f"{LIST}?place=leicester&sort=-name")
    rows = page.locator("[data-open]").all_inner_texts()
    assert rows == sorted(rows, reverse=True)
    assert len(rows) < Service.objects.current().count()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download this list (CSV)").click()
    assert started.value.suggested_filename == "services.csv"
