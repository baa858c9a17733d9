"""The commissioner's pages in a real browser: live, on paper, by keyboard and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from bcf import counting
from bcf.metrics import METRICS
from bcf.models import Observation, Target
from directory.models import Area
from referrals.states import Status
from tests.browser.conftest import session_cookie
from tests.browser.somebody import DESK, PHONE, SIDEWAYS
from tests.browser.test_screenshots import DOCS, LARGEST, album, picture
from tests.factories import figures, people
from tests.factories.referrals import Cast, make_referral

__all__ = ["album"]

SECONDS = 5
"""By the clock of the page, which the tests hold: a busy machine is no failure."""
LATER = 3_000
"""Milliseconds after which the page has asked for news again."""
LIVE = "**/live/**"
A4 = rb"/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+"
SHARES = [61, 64, 60, 66, 62, 65, 61, 63, 67, 60, 64, 62, 69, 71, 58, 66]
RISING = [61, 64, 60, 66, 62, 65, 61, 63, 67, 60, 68, 70, 71, 73, 74, 76]
FALLING = [44, 41, 47, 43, 40, 46, 42, 45, 41, 44, 40, 39, 37, 36, 34, 31]
PACK = "/figures/board-pack/sheets/?chosen=1&m=crisis_reached&m=referrals_received&m=unmet_need&title=Winter+board"


@pytest.fixture
def window(new_context: Callable[..., BrowserContext], live_server: LiveServer, transactional_db: None) -> Callable:
    """Opens a window in which a commissioner has signed in."""

    def open_one(**options: object) -> Page:
        context = new_context(viewport=DESK, **options)
        context.add_cookies([session_cookie(people.actor("commissioner"), live_server.url)])
        return context.new_page()

    return open_one


@pytest.fixture
def system(transactional_db: None) -> Area:
    """Sixteen months of figures, for the system and its places."""
    area = figures.system()
    for at, place in enumerate([area, *figures.places()]):
        figures.months("crisis_reached", place, [(share - 5 * at, 100) for share in SHARES])
        figures.months("referrals_received", place, [(share * 10, None) for share in SHARES])
    figures.counted()
    return area


@pytest.fixture
def everything(system: Area) -> Area:
    """And of every other metric, with a target, a restated month and a running one."""
    for key, metric in METRICS.items():
        if metric.centile is not None:
            for at, minutes in enumerate(FALLING):
                start = figures.months_back(len(FALLING) - at)
                figures.figure(key, system, start, None, 640 - 3 * minutes, value=minutes * (1 + 3 * metric.centile))
        elif key == "unmet_need":
            figures.months(key, system, [(number - 20, None) for number in FALLING])
        elif key not in ("crisis_reached", "referrals_received"):
            figures.months(key, system, [(number * 6, 600) for number in RISING])
    changed = timezone.localdate() - timedelta(days=6)
    last = Observation.objects.get(metric="outcome_fed_back", level="system", start=figures.months_back(1))
    Observation.objects.filter(pk=last.pk).update(known_to=changed)
    fields = {"restated": True, "reason": "A step was undone", "known_from": changed}
    figures.figure("outcome_fed_back", system, figures.months_back(1), 180, 600, **fields)
    figures.figure("referrals_received", system, figures.months_back(0), 412)
    Target.objects.create(
        metric="crisis_reached", value=70, valid_from=figures.months_back(40), source="National.", set_by_id=system.pk
    )
    return system


def test_the_pictures_in_the_documentation(everything: Area, window: Callable, album: Path):
    page = window()
    page.goto("/figures/")
    picture(page, album / "figures.png", height=1000)
    page.goto("/figures/crisis_reached/")
    expect(page.locator("figure canvas")).to_be_visible()
    picture(page, album / "figure.png", height=1000)
    page.goto("/figures/crisis_reached/compare/")
    expect(page.locator("figure canvas").first).to_be_visible()
    picture(page, album / "compare.png", height=1000)


@pytest.mark.parametrize("name", ["figures", "figure", "compare"])
def test_the_documentation_has_its_pictures(name: str):
    kept = DOCS / f"{name}.png"

    assert kept.exists(), f"{kept} is missing: UPDATE_SCREENSHOTS=1 makes it"
    assert kept.stat().st_size < LARGEST


def test_a_number_moves_within_five_seconds_of_its_event(cast: Cast, window: Callable):
    for _ in range(6):
        make_referral(cast, Status.SUBMITTED)
    counting.count()
    page = window()
    page.clock.install()
    page.goto("/figures/")
    tile = page.locator("[data-key=referrals_received]")
    expect(tile).to_contain_text("so far: 6")
    hold_the_clock(page)

    make_referral(cast, Status.SUBMITTED)
    counting.count()
    page.clock.run_for(SECONDS * 1000)

    expect(tile).to_contain_text("so far: 7")


def hold_the_clock(page: Page) -> None:
    """From now on it moves only when a test moves it."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)


def test_while_nothing_changes_nothing_is_drawn_anew(system: Area, window: Callable):
    page = window()
    page.clock.install()
    page.goto("/figures/")
    mark(page, "first")
    with page.expect_response(LIVE) as answer:
        hold_the_clock(page)
    assert answer.value.status == 200
    expect(page.locator("[data-marked=first]")).to_have_count(0)
    mark(page, "second")

    for _ in range(2):
        with page.expect_response(LIVE) as answer:
            page.clock.fast_forward(LATER)
        assert answer.value.status == 304
        expect(page.locator("[data-live-updated]")).to_have_text("Updated just now")

    assert page.locator("[data-marked=second]").count() == 1


def mark(page: Page, word: str) -> None:
    """A tile that is drawn anew loses it."""
    page.evaluate("(word) => { document.querySelector('[data-key=crisis_reached]').dataset.marked = word }", word)


@pytest.mark.parametrize(
    "path",
    [
        "/figures/",
        "/figures/crisis_reached/",
        "/figures/referrals_received/?where=place.leicester",
        "/figures/crisis_reached/compare/",
        "/figures/board-pack/",
        PACK,
    ],
)
def test_a_page_full_of_figures_is_well_made(system: Area, window: Callable, axe: Callable, path: str):
    page = window()
    page.goto(path)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.wait_for_function(f"{SIDEWAYS} <= 1")
        axe(page)
        assert page.evaluate(SIDEWAYS) <= 1


def test_the_pack_prints_one_figure_on_each_sheet(system: Area, window: Callable):
    page = window()
    page.goto(PACK)

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(A4, paper)) == len(re.findall(rb"/MediaBox", paper)) == 1 + 3


def test_the_agenda_is_ordered_without_scripts(system: Area, window: Callable):
    page = window(java_script_enabled=False)
    page.goto("/figures/")
    page.get_by_role("link", name="Make a board pack").click()
    page.get_by_label("Title").fill("Winter board")
    page.get_by_role("button", name=re.compile("Move up.*Referrals received")).click()
    expect(page.get_by_label("Title")).to_have_value("Winter board")
    page.get_by_role("button", name="Show the sheets").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Winter board")
    expect(page.get_by_role("heading", level=2).nth(1)).to_contain_text("1. Referrals received")


def test_a_reader_goes_from_a_tile_to_the_chart_to_the_places_and_back(system: Area, window: Callable):
    page = window()
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Figures").click()
    page.get_by_role("link", name="Crisis referrals reached in time").click()
    expect(page.locator("figure canvas")).to_be_visible()
    page.get_by_role("link", name="Places", exact=True).click()
    page.get_by_role("link", name="Rutland", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Crisis referrals reached in time, Rutland")
    page.get_by_role("link", name="All figures for Rutland").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Figures for Rutland")
