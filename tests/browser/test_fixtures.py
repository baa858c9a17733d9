"""The tools of the browser tests themselves: axe must find what is wrong, and a broken script must not go unseen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


def test_the_first_page_opens(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    expect(page).to_have_title(re.compile("portal"))
    axe(page)


def test_axe_says_what_is_wrong_and_where(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/missing.png\" id=\"bad\">')"
    )
    with pytest.raises(AssertionError, match=r"image-alt \(critical\)[\s\S]*#bad"):
        axe(page)
