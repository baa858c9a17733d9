"""The page that explains the API, in a real browser: axe, a small phone, and the way from an error to its meaning."""

import pytest

PAGE = "/api/v1/"


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_is_too_wide(new_context, axe, transactional_db, width):
    page = new_context(viewport={"width": width, "height": 700}).new_page()
    page.goto(PAGE)
    for each in page.locator("details").all()[:3]:
        each.locator("summary").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_reads_without_scripts_and_by_keyboard(new_context, transactional_db):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{PAGE}#STALE_VERSION")
    assert page.locator("#STALE_VERSION").is_visible()
    page.locator("details summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None
