"""Somebody at a browser: by mouse or by keyboard alone, with or without scripts, on a large, small or magnified screen.

Stories say what somebody does; how it is done is the person's own way. By keyboard, only keys are pressed: what cannot
be reached with them, or does not show that it has the focus, fails the story.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playwright.sync_api import Locator, Page, expect

from pages.words import LONDON

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 320, "height": 640}
MAGNIFIED = {"width": 683, "height": 384}
HEADER = "header"
FURTHEST = 150
"""More presses of Tab than any page of the portal needs."""
NEXT_REFRESH = 16_000
"""Milliseconds after which a list that is looked at has asked for news."""

SHOWS_FOCUS = """element => {
  const marked = [element, element.nextElementSibling].filter(Boolean).flatMap((one) => [
    getComputedStyle(one), getComputedStyle(one, "::before")]);
  const box = element.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const seen = marked.some((style) => style.boxShadow !== "none" || parseFloat(style.outlineWidth) >= 2
    && style.outlineStyle !== "none");
  return seen && inside;
}"""
SIDEWAYS = "document.scrollingElement.scrollWidth - window.innerWidth"


@dataclass(frozen=True)
class Way:
    """How somebody uses a browser."""

    name: str
    options: dict[str, Any] = field(default_factory=lambda: {"viewport": DESK})
    by_keyboard: bool = False

    def __str__(self) -> str:
        return self.name


MOUSE = Way("mouse")
KEYBOARD = Way("keyboard", by_keyboard=True)
NO_SCRIPTS = Way("no scripts", {"viewport": DESK, "java_script_enabled": False})
SMALL = Way("320 by 640", {"viewport": PHONE, "has_touch": True})
SMALL_NO_SCRIPTS = Way("320 by 640, no scripts", {"viewport": PHONE, "has_touch": True, "java_script_enabled": False})
LARGE_TYPE = Way("200 per cent", {"viewport": MAGNIFIED, "device_scale_factor": 2})
ALL_WAYS = (MOUSE, KEYBOARD, NO_SCRIPTS, SMALL, LARGE_TYPE)
FARTHEST_APART = (MOUSE, KEYBOARD, SMALL_NO_SCRIPTS)
"""For long stories: what one of these can do, the ways between them can."""


class Somebody:
    """One signed-in person and their window."""

    def __init__(self, page: Page, way: Way = MOUSE) -> None:
        self.page, self.way = page, way

    @property
    def has_scripts(self) -> bool:
        return self.way.options.get("java_script_enabled", True)

    def opens(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self._looks()

    def watches(self, path: str) -> None:
        """Type an address and leave the page open. Its clock can be put forward, so that nobody waits for a refresh."""
        if self.has_scripts:
            self.page.clock.install()
        self.opens(path)
        self.page.evaluate("window.stayed = true")

    def sees_by_itself(self, words: str | re.Pattern[str]) -> None:
        """The words come without reloading; without scripts, by the link that says so."""
        self._lets_time_pass()
        self.sees(words)

    def no_longer_sees(self, words: str | re.Pattern[str]) -> None:
        """The words go without reloading; without scripts, by the link that says so."""
        self._lets_time_pass()
        self.does_not_see(words)

    def _lets_time_pass(self) -> None:
        if not self.has_scripts:
            self.follows("Refresh now")
            return
        with self.page.expect_response(re.compile("/rows/")):
            self.page.clock.fast_forward(NEXT_REFRESH)
        assert self.page.evaluate("window.stayed"), f"{self.page.url} was loaded again"

    def follows(self, name: str, *, within: str = "main", exact: bool = False) -> None:
        """Follow a link."""
        link = self.page.locator(within).get_by_role("link", name=name, exact=exact).first
        if within == HEADER and not link.is_visible():
            self._activate(self.page.locator(HEADER).get_by_role("button", name="More"))
        self._activate(link)

    def presses(self, name: str, *, exact: bool = False) -> None:
        """Press a button."""
        self._activate(self.page.locator("main").get_by_role("button", name=name, exact=exact).first)

    def presses_twice(self, name: str) -> None:
        """Press a button again before the page has answered, as tired people do."""
        button = self.page.locator("main").get_by_role("button", name=name, exact=True).first
        if self.way.by_keyboard:
            self._reach(button)
            self.page.keyboard.press("Enter")
            self.page.keyboard.press("Enter")
        else:
            button.dblclick(no_wait_after=True)
        self.page.wait_for_load_state()

    def types(self, label: str, text: str) -> None:
        """Fill a box."""
        self._fill(self.page.locator("main").get_by_label(label).first, text)

    def says_when(self, at: datetime, *, day: str, hour: str) -> None:
        """Fill the three boxes of a day and the box of a time, by the clock on the wall."""
        here = at.astimezone(LONDON)
        for part, text in (("Day", here.day), ("Month", here.month), ("Year", here.year)):
            self._fill(self._group(day).get_by_label(part), str(text))
        self.types(hour, f"{here:%H:%M}")

    def _fill(self, box: Locator, text: str) -> None:
        if not self.way.by_keyboard:
            box.fill(text)
            return
        self._reach(box)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def chooses(self, option: str, *, of: str = "", exact: bool = False) -> None:
        """Choose one of several: a radio button; `of` is the question where several have the same answers."""
        radio = (self._group(of) if of else self.page.locator("main")).get_by_role("radio", name=option, exact=exact)
        if not self.way.by_keyboard:
            radio.check()
            return
        self._reach_one_of(radio)
        self.page.keyboard.press("Space")
        expect(radio).to_be_checked()

    def ticks(self, label: str) -> None:
        """Tick a box."""
        box = self.page.locator("main").get_by_role("checkbox", name=label).first
        if not self.way.by_keyboard:
            box.check()
            return
        self._reach(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def selects(self, option: str, *, of: str) -> None:
        """Choose from a list that drops down."""
        select = self.page.locator("main").get_by_label(of).first
        if not self.way.by_keyboard:
            select.select_option(label=option)
            return
        self._reach(select)
        self.page.keyboard.type(option)
        expect(select.locator("option:checked")).to_have_text(option)

    def sees(self, words: str | re.Pattern[str]) -> None:
        """The words are on the page, where somebody looks for them."""
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()

    def sees_beside(self, name: str, words: str | re.Pattern[str]) -> None:
        """In the row of somebody or something stand these words."""
        expect(self.page.locator("main [data-row]", has_text=name).first).to_contain_text(words)

    def finds_typed(self, label: str, text: str) -> None:
        """What was typed is still there."""
        expect(self.page.locator("main").get_by_label(label).first).to_have_value(text)

    def does_not_see(self, words: str | re.Pattern[str]) -> None:
        """The words are nowhere on the page."""
        expect(self.page.locator("main").get_by_text(words)).to_have_count(0)

    def reads_heading(self, words: str) -> None:
        """The page is the one with this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(words)))
        self._looks()

    def _group(self, question: str) -> Locator:
        return self.page.locator("main").get_by_role("group", name=question)

    def _activate(self, target: Locator) -> None:
        """By mouse a click; by keyboard Enter."""
        if self.way.by_keyboard:
            self._reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()
        self.page.wait_for_load_state()

    def _reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus, and see that it has."""
        expect(target).to_be_visible()
        for _ in range(FURTHEST):
            if target.evaluate("element => element === document.activeElement"):
                assert target.evaluate(SHOWS_FOCUS), f"The focus cannot be seen on {target} of {self.page.url}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} of {self.page.url} cannot be reached by keyboard")

    def _reach_one_of(self, radio: Locator) -> None:
        """Tab to the group, then arrows to the one; a group keeps its place at the chosen or first radio."""
        same_group = (
            "element => document.activeElement.name === element.name && document.activeElement.type === 'radio'"
        )
        for _ in range(FURTHEST):
            if radio.evaluate(same_group):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"{radio} of {self.page.url} cannot be reached by keyboard")
        while not radio.evaluate("element => element === document.activeElement"):
            self.page.keyboard.press("ArrowDown")
        assert radio.evaluate(SHOWS_FOCUS), f"The focus cannot be seen on {radio} of {self.page.url}"

    def _looks(self) -> None:
        """Whatever page somebody arrives at fits on their screen."""
        over = self.page.evaluate(SIDEWAYS)
        assert over <= 1, f"{self.page.url} is {over} pixels wider than a screen of {self.way}"
