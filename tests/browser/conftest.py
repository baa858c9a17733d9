"""A real browser on a live server, and axe on any page."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.actors import Actor
from accounts.models import User
from referrals import clocks
from stack.chromium import chromium
from tests.browser.somebody import MOUSE, Somebody, Way
from tests.factories.referrals import Cast

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """([tags, colours]) => axe.run({
    runOnly: {type: "tag", values: tags}, rules: {"color-contrast": {enabled: colours}}, resultTypes: ["violations"],
  }).then((found) => found.violations)"""
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-lcd-text", "--host-resolver-rules=MAP assets.nhs.uk ~NOTFOUND",
]  # fmt: skip
"""The fonts of the NHS are not to be found: to be asked about each request would leave Chromium without its cache."""
PATIENCE = 60_000
"""Milliseconds: a busy machine is no failure, and the first page of a run compiles the templates."""
FONTS = "https://assets.nhs.uk/"
# Playwright's loop runs in the thread of the tests, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever is in this directory drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; a missing one is an error that says what to install."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def new_context(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser window of a person: UK English, London time, addresses relative to the live server."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        settings = {"base_url": live_server.url, "locale": "en-GB", "timezone_id": "Europe/London"}
        context = browser.new_context(**settings | options)
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page of which the scripts must not fail and the content security policy must not be broken."""
    opened = new_context().new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    yield opened
    assert not faults, "The page reported:\n" + "\n".join(faults)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """People who work together, on committed rows that the live server sees."""
    clocks.forget_policies()
    return Cast()


@pytest.fixture
def sits_down(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Iterator[Callable[..., Somebody]]:
    """Signs an actor in, in a window of their own, and hands back the person at it. Scripts must not fail there."""
    faults: list[str] = []

    def sit(actor: Actor, way: Way = MOUSE) -> Somebody:
        context = new_context(**way.options)
        context.add_cookies([session_cookie(actor, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
        return Somebody(page, way)

    yield sit
    assert not faults, "The pages reported:\n" + "\n".join(faults)


def session_cookie(actor: Actor, url: str) -> dict[str, str]:
    """A session of this person, begun without the sign-in page."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def is_fault(message: ConsoleMessage) -> bool:
    """A broken content security policy, apart from the NHS fonts, which the pages do without."""
    return message.type == "error" and "Content Security Policy" in message.text and FONTS not in message.text


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Call axe(page): WCAG 2.2 AA and good practice, or a message that says what is wrong where. Colours, the slowest
    to look at, need no second look at another width."""
    source = AXE.read_text()

    def check(page: Page, *, colours: bool = True) -> None:
        page.wait_for_selector("main", state="attached")  # the page that a click led to may not be there yet
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(source)
        found = page.evaluate(RUN_AXE, [TAGS, colours])
        assert not found, f"{page.url}\n" + "\n".join(map(describe, found))

    return check


def describe(violation: dict[str, object]) -> str:
    """One violation for a person to read."""
    places = "\n".join(
        f"    {node['target']}: {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"]
    )
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{places}"
