"""Every component in a real browser: accessible, small enough, quick by keyboard, live, and never sent twice."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from time import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pages import words

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/gallery/", "/", "/accessibility", "/about-the-data", "/no-such-page"]
SCREENS = [(1366, 768), (320, 640), (683, 384)]  # a clinician's, a phone, and the first at 200% zoom
NO_SIDEWAYS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/gallery/")
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()  # the scripts have run
    return page


def test_every_page_is_accessible_wide_narrow_and_zoomed(page: Page, axe: Callable[[Page], None]):
    for path, (width, height) in product(PAGES, SCREENS):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path)

        axe(page)
        assert page.evaluate(NO_SIDEWAYS), f"{path} scrolls sideways at {width}"


def test_errors_are_summed_up_linked_and_accessible(gallery: Page, axe: Callable[[Page], None]):
    gallery.get_by_role("textbox", name="Day").fill("31")
    gallery.get_by_role("textbox", name="Month").fill("2")
    gallery.get_by_role("button", name="Send", exact=True).click()

    expect(gallery).to_have_title(re.compile("^Error: "))
    expect(gallery.locator(".nhsuk-error-summary")).to_be_focused()
    expect(gallery.get_by_role("textbox", name="Day")).to_have_value("31")
    axe(gallery)
    gallery.set_viewport_size({"width": 320, "height": 768})
    axe(gallery)
    gallery.set_viewport_size({"width": 1366, "height": 768})

    gallery.get_by_role("link", name="Date of birth must include a year").click()
    expect(gallery.get_by_role("textbox", name="Year")).to_be_focused()
    gallery.get_by_role("link", name="Select urgency").click()
    expect(gallery.get_by_role("radio", name="Crisis")).to_be_focused()


def test_a_worklist_is_dense_and_its_targets_still_large_enough(gallery: Page):
    gallery.set_viewport_size({"width": 1366, "height": 768})
    small = gallery.evaluate(
        """() => [...document.querySelectorAll("main :is(button, select, input:not([type=hidden]), [data-open])")]
        .filter((e) => e.offsetParent && (e.offsetHeight < 24 || e.offsetWidth < 24)).map((e) => e.outerHTML)"""
    )

    assert small == []
    assert gallery.locator("[data-row]").first.bounding_box()["height"] <= 34  # twelve rows fit


def test_a_radio_reveals_its_question_with_and_without_scripts(
    gallery: Page, new_context: Callable[..., BrowserContext]
):
    plain = new_context(java_script_enabled=False).new_page()
    plain.goto("/gallery/")
    expect(plain.get_by_label("Say more (optional)")).to_be_visible()

    expect(gallery.get_by_label("Say more (optional)")).to_be_hidden()
    gallery.get_by_role("radio", name="Other").check()
    expect(gallery.get_by_label("Say more (optional)")).to_be_visible()


def test_a_live_list_refreshes_announces_and_keeps_the_focus(gallery: Page):
    held = gallery.get_by_role("link", name="EXAMPLE-3, Person")
    held.focus()
    rows = gallery.locator("[data-row]")
    before = rows.count()

    gallery.evaluate("htmx.trigger(document.querySelector('[data-live-body]'), 'live:refresh')")

    expect(rows).to_have_count(before + 1)
    expect(gallery.locator("[data-live-said]")).to_have_text("1 new referral")
    expect(gallery.get_by_role("link", name="EXAMPLE-3, Person")).to_be_focused()
    expect(gallery.locator("[data-live-updated]")).to_contain_text("Updated")


def test_a_list_stops_asking_once_signed_out(gallery: Page):
    gallery.route("**/gallery/rows/", lambda route: route.fulfill(status=401, body="Sign in"))

    gallery.get_by_role("link", name="Refresh now").click()

    expect(gallery.locator("[data-live-state]")).to_contain_text("You have been signed out")


def test_a_live_list_never_shows_a_sign_in_page_inside_itself(gallery: Page):
    gallery.route("**/gallery/rows/", lambda route: route.fulfill(status=302, headers={"Location": "/accessibility"}))

    gallery.get_by_role("link", name="Refresh now").click()

    expect(gallery.locator("[data-live-state]")).to_contain_text("You have been signed out")
    expect(gallery.locator("[data-row]").first).to_be_visible()


def test_a_list_says_when_it_cannot_refresh(gallery: Page):
    gallery.route("**/gallery/rows/", lambda route: route.abort())

    gallery.get_by_role("link", name="Refresh now").click()

    expect(gallery.locator("[data-live-state]")).to_have_text("No connection. Trying again.")


def test_clocks_tick_turn_and_pass_without_the_server(page: Page):
    page.clock.install()
    page.clock.pause_at(time() + 60)  # it moves only when told to: the page's time is the server's when it was drawn
    page.goto("/gallery/")
    chip = page.locator(".app-clock", has_text="2-hour response: 12 minutes left")
    expect(chip).to_have_class(re.compile("app-clock--near"))
    due = chip.get_attribute("data-clock")

    page.clock.fast_forward("13:00")

    passed = page.locator(f'main p > .app-clock[data-clock="{due}"]')
    expect(passed).to_contain_text("Overdue by less than a minute")
    expect(passed).to_have_class(re.compile("app-clock--breached"))


def test_the_browser_uses_the_words_of_the_server(gallery: Page):
    now = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)
    seconds = [-200_000, -7_300, -90, -1, 0, 1, 59, 60, 119, 3_600, 3_725, 86_400, 90_061, 300_000]
    browser = gallery.evaluate(
        """async ([now, seconds]) => {
            const { timeLeft, ago } = await import(document.querySelector("script[src*='live']").src);
            return seconds.map((s) => [timeLeft(now + s * 1000, now), ago(now - s * 1000, now)]);
        }""",
        [now.timestamp() * 1000, seconds],
    )

    for length, said in zip(seconds, browser, strict=True):
        moment = timedelta(seconds=length)
        assert said == [words.time_left(now + moment, now), words.ago(now - moment, now)]


def test_the_keyboard_moves_opens_finds_and_explains(gallery: Page):
    gallery.keyboard.press("j")
    expect(gallery.get_by_role("link", name="EXAMPLE-0, Person")).to_be_focused()
    gallery.keyboard.press("ArrowDown")
    expect(gallery.get_by_role("link", name="EXAMPLE-1, Person")).to_be_focused()
    gallery.keyboard.press("k")
    expect(gallery.get_by_role("link", name="EXAMPLE-0, Person")).to_be_focused()
    gallery.keyboard.press("Enter")
    expect(gallery).to_have_url(re.compile("#row-0$"))
    gallery.keyboard.press("/")
    expect(gallery.locator("#filter_place")).to_be_focused()
    gallery.locator("h1").click()
    gallery.keyboard.press("?")
    expect(gallery.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    gallery.keyboard.press("Escape")
    expect(gallery.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_shortcuts_stay_out_of_typing_and_can_be_turned_off(gallery: Page):
    need = gallery.get_by_label("What does the person need?")
    need.press_sequentially("just j/k?")
    expect(need).to_have_value("just j/k?")

    gallery.get_by_role("button", name="Keyboard shortcuts").click()
    gallery.get_by_role("checkbox", name="Shortcuts are on").uncheck()
    gallery.get_by_role("button", name="Close").click()
    gallery.locator("h1").click()
    gallery.keyboard.press("j")
    expect(gallery.get_by_role("link", name="EXAMPLE-0, Person")).not_to_be_focused()


def test_a_form_is_sent_once_and_can_be_sent_again_after_going_back(gallery: Page):
    sent: list[str] = []
    gallery.on("request", lambda request: sent.append(request.url) if request.is_navigation_request() else None)
    gallery.evaluate(
        """() => { const form = document.querySelector("form[data-draft-url]");
        const button = form.querySelector("button[type=submit]"); button.click(); button.click(); }"""
    )
    expect(gallery).to_have_title(re.compile("^Error: "))
    assert len(sent) == 1

    gallery.go_back()
    gallery.get_by_role("button", name="Send", exact=True).click()
    expect(gallery).to_have_title(re.compile("^Error: "))


def test_a_draft_is_saved_while_typing_and_says_so(gallery: Page):
    with gallery.expect_request("**/gallery/draft/") as request:
        gallery.get_by_label("What does the person need?").fill("Help with stairs")
        gallery.get_by_label("Email address").focus()

    assert "Help with stairs" in request.value.post_data
    expect(gallery.locator("[data-draft-said]")).to_have_text(re.compile(r"^Draft saved \d+:\d\d[ap]m$"))


def test_a_draft_that_cannot_be_saved_blocks_nothing(gallery: Page):
    gallery.route("**/gallery/draft/", lambda route: route.abort())
    gallery.get_by_label("What does the person need?").fill("Help with stairs")
    gallery.get_by_label("Email address").focus()

    expect(gallery.locator("[data-draft-said]")).to_have_text("Draft not saved yet. Trying again.")
    gallery.get_by_role("button", name="Send", exact=True).click()
    expect(gallery.get_by_label("What does the person need?")).to_have_value("Help with stairs")


def test_a_draft_refused_to_somebody_signed_out_says_so(gallery: Page):
    gallery.route("**/gallery/draft/", lambda route: route.fulfill(status=401))
    gallery.get_by_label("What does the person need?").fill("Help with stairs")
    gallery.get_by_label("Email address").focus()

    expect(gallery.locator("[data-draft-said]")).to_contain_text("because you were signed out")


def test_before_an_idle_session_ends_the_page_asks_and_can_stay(page: Page):
    page.clock.install()
    page.route("**/accounts/stay/", lambda route: route.fulfill(status=204))
    page.goto("/gallery/")
    dialog = page.get_by_role("dialog", name="You are about to be signed out")

    page.clock.fast_forward("13:10")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(dialog).to_contain_text("in 2 minutes")

    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("05:00")
    expect(dialog).to_be_hidden()


def test_when_a_session_ends_the_page_is_left(page: Page):
    page.clock.install()
    page.goto("/gallery/")

    page.clock.fast_forward("15:30")

    page.wait_for_url("**/accounts/login/?next=/gallery/")


def test_the_gallery_works_without_scripts(new_context: Callable[..., BrowserContext]):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/gallery/")

    page.get_by_label("Place").first.select_option("Leicester")
    page.get_by_role("button", name="Apply filters").click()

    expect(page.get_by_label("Place").first).to_have_value("le")
    assert "place=le" in page.url
    expect(page.get_by_role("dialog")).to_have_count(0)
