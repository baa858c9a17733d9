"""At a clinician's desk a form or a list begins in the upper half of the screen, under header, person and title."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import session_cookie
from tests.browser.sights import ROOMS
from tests.browser.sights.scene import Scene, Sight
from tests.browser.somebody import DESK
from tests.factories.referrals import Cast

LOWEST = 430
"""Pixels of 768: fonts differ by some from machine to machine."""
BEGINS = """() => {
  const fields = "main form:not([data-filters]) :is(input:not([type=hidden]), select, textarea)";
  const first = [...document.querySelectorAll(`${fields}, main tbody tr`)].find((one) => one.offsetParent);
  return first ? Math.round(first.getBoundingClientRect().top + scrollY) : null;
}"""
PAGES = {
    "beds": ["change_propose", "beds", "bed_matches", "bed_reserve"],
    "crisis": ["rota_add", "rota_cancel"],
    "care": ["planner", "package_ask", "packages"],
    "discharge": ["discharge_identify", "discharge_find", "ward_board"],
    "front": ["service_list"],
    "patients": ["governance_patient"],
}


@pytest.mark.parametrize("room", PAGES)
def test_what_the_page_is_for_begins_in_the_upper_half(room: str, cast: Cast, new_context, live_server):
    make, sights = ROOMS[room]
    scene: Scene = make(cast)
    begun = 0
    for name in PAGES[room]:
        for sight in sights[name]:
            top = look(new_context(viewport=DESK), scene, sight, live_server.url).evaluate(BEGINS)
            begun += top is not None
            assert (top or 0) <= LOWEST, f"{name} begins at {top} pixels for {sight.who}"
    assert begun >= len(PAGES[room]), "a page without a field or a row says nothing about where they are"


def look(context: BrowserContext, scene: Scene, sight: Sight, url: str) -> Page:
    """The page in a window of its own."""
    context.add_cookies([session_cookie(scene.actor(sight.who), url)])
    page = context.new_page()
    page.goto(sight.where(scene))
    return page
