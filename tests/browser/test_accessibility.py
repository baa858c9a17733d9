"""Every page, as somebody sees it and with its errors, wide and at 320 pixels: axe finds nothing, it is well made."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache, partial

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from referrals import clocks
from tests.browser.conftest import session_cookie
from tests.browser.sights import LEFT_OUT, ROOMS, names
from tests.browser.sights.scene import NOBODY, Scene, Sight
from tests.browser.somebody import DESK, PHONE, SIDEWAYS
from tests.factories.referrals import Cast

MAKE_UP = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const skip = document.querySelector("a.nhsuk-skip-link");
  return {
    headings: document.querySelectorAll("h1").length,
    repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
    language: document.documentElement.lang,
    skips: skip && document.querySelector(skip.getAttribute("href"))?.tagName,
    first: skip === document.querySelector("a[href], button, input:not([type=hidden]), select, textarea"),
  };
}"""
WELL_MADE = {"headings": 1, "repeated": [], "language": "en-GB", "skips": "MAIN", "first": True}
THE_SAME_PAGE = ({"refer", "refer_draft"}, {"referral_ask", "referral_ask_about_offer"})
"""Two addresses of one page: with and without a draft; asked by the point of access and by a team."""
SETTLED = """() => {
  const shown = [...document.querySelectorAll(".nhsuk-header__navigation-list > li")].filter((one) => one.offsetParent);
  return new Set(shown.map((one) => one.offsetTop)).size <= 1
    && shown.every((one) => one.getBoundingClientRect().right <= innerWidth);
}"""
"""After a change of size the menu moves what does not fit behind "More"."""
UNLINKED = """() => [...document.querySelectorAll(".nhsuk-error-summary a")]
  .filter((link) => !document.querySelector(link.getAttribute("href"))).map((link) => link.outerHTML)"""


def test_every_page_is_looked_at_or_left_out_for_a_reason():
    seen = [name for _, sights in ROOMS.values() for name in sights]

    assert set(names()) == {*seen, *LEFT_OUT}
    assert len(seen) == len(set(seen))
    assert not set(seen) & set(LEFT_OUT)


def test_no_two_pages_have_the_same_title(db):
    clocks.forget_policies()
    cast, titles = Cast(), defaultdict(set)
    for scene, sights in ((make(cast), sights) for make, sights in ROOMS.values()):
        browser_of = cache(partial(signed_in, scene))
        for name, (sight, *_) in sights.items():
            titles[title(browser_of(sight.who), sight.where(scene))].add(name)

    assert len(titles) > 100
    assert {text: pages for text, pages in titles.items() if len(pages) > 1 and pages not in THE_SAME_PAGE} == {}


def signed_in(scene: Scene, who: str) -> Client:
    """A browser without scripts, of this person."""
    client = Client()
    if who != NOBODY:
        client.force_login(User.objects.get(pk=scene.actor(who).id))
    return client


def title(client: Client, address: str) -> str:
    """Of the page as this person gets it."""
    page = client.get(address).content.decode()
    return re.search(r"<title>\s*(.*?)\s*</title>", page, re.DOTALL)[1]


class Eye:
    """Looks at pages in each person's own window."""

    def __init__(self, scene: Scene, new_context: Callable[..., BrowserContext], url: str, axe) -> None:
        self.scene, self.new_context, self.url, self.axe = scene, new_context, url, axe
        self.windows: dict[str, Page] = {}

    def window(self, who: str) -> Page:
        if who not in self.windows:
            context = self.new_context(viewport=DESK)
            if who != NOBODY:
                context.add_cookies([session_cookie(self.scene.actor(who), self.url)])
            self.windows[who] = context.new_page()
        return self.windows[who]

    def open(self, sight: Sight) -> Page:
        page = self.window(sight.who)
        page.set_viewport_size(DESK)
        answer = page.goto(sight.where(self.scene))
        assert answer is not None
        assert answer.status < 500, f"{page.url} answered {answer.status}"
        return page

    def check(self, page: Page) -> None:
        """Wide and narrow."""
        assert page.evaluate(MAKE_UP) == WELL_MADE, page.url
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.wait_for_function(SETTLED)
            self.axe(page, colours=size == DESK)
            assert page.evaluate(SIDEWAYS) <= 1, f"{page.url} scrolls sideways at {size['width']} pixels"


@pytest.fixture(params=ROOMS)
def room(request) -> str:
    """One after the other, so that the pages of a room are one test."""
    return request.param


@pytest.fixture
def eye(room: str, cast: Cast, new_context, live_server, axe) -> Eye:
    make, _ = ROOMS[room]
    return Eye(make(cast), new_context, live_server.url, axe)


@pytest.fixture
def sights(room: str) -> list[tuple[str, Sight]]:
    _, sights = ROOMS[room]
    return [(name, sight) for name, each in sights.items() for sight in each]


def test_every_page_is_accessible_wide_and_narrow(eye: Eye, sights, subtests):
    for name, sight in sights:
        with subtests.test(page=name, who=sight.who, press=sight.press):
            eye.check(eye.open(sight))


def test_every_page_with_errors_is_accessible_and_leads_to_them(eye: Eye, sights, subtests):
    for name, sight in sights:
        if not sight.press:
            continue
        with subtests.test(page=name, who=sight.who):
            page = eye.open(sight)
            page.locator("main").get_by_role("button", name=sight.press, exact=True).first.click()
            summary = page.locator(".nhsuk-error-summary")
            expect(summary).to_be_focused()
            assert page.title().startswith("Error: "), page.title()
            assert page.evaluate(UNLINKED) == []
            leads_to_a_field(page)
            eye.check(page)


def test_most_rooms_show_errors():
    assert sum(bool(sight.press) for _, sights in ROOMS.values() for each in sights.values() for sight in each) > 60


def leads_to_a_field(page: Page) -> None:
    """The first link of the summary puts the focus into its field."""
    link = page.locator(".nhsuk-error-summary a").first
    link.click()
    focused = page.evaluate("document.activeElement.matches('input, select, textarea')")
    assert focused, f"{page.url}: {link.inner_text()} leads nowhere"


@pytest.mark.parametrize("address", ["/no-such-page", "/worklist/", "/referrals/01a201d4-9046-78b5-bd95-cf99f4147324/"])
def test_refusals_are_accessible(eye_of_gp: Page, axe, address: str):
    eye_of_gp.goto(address)

    assert eye_of_gp.evaluate(MAKE_UP) == WELL_MADE
    for size in (DESK, PHONE):
        eye_of_gp.set_viewport_size(size)
        eye_of_gp.wait_for_function(SETTLED)
        axe(eye_of_gp)


@pytest.fixture
def eye_of_gp(cast: Cast, sits_down) -> Page:
    return sits_down(cast.gp).page


def test_the_skip_link_passes_the_menu(eye_of_gp: Page):
    eye_of_gp.goto("/")
    eye_of_gp.keyboard.press("Tab")
    expect(eye_of_gp.get_by_role("link", name="Skip to main content")).to_be_focused()
    eye_of_gp.keyboard.press("Enter")
    eye_of_gp.keyboard.press("Tab")

    assert eye_of_gp.evaluate("document.activeElement.closest('main') !== null")
