"""A Better Care Fund manager brings a file in; the board sees the six measures, and amber-while-better is said."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from bcf.models import PublishedFigure
from tests.browser.sights.figures import FIGURES
from tests.browser.somebody import PHONE, SIDEWAYS, Somebody
from tests.factories import directory, people


@pytest.fixture
def page(sits_down: Callable[..., Somebody], transactional_db: None) -> Page:
    directory.area("leicestershire")
    return sits_down(people.actor("bcf_manager")).page


def choose(page: Page, content: bytes) -> None:
    page.goto(reverse("imports"))
    page.locator("input[type=file]").set_input_files(
        {"name": "bcf_2016_17.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Check this file").click()


def test_a_file_with_a_mistake_then_the_right_one_then_the_board(page: Page, axe: Callable[[Page], None]):
    choose(page, FIGURES.replace(b",AMBER,Reason not stated in the source,", b",AMBER,,"))
    expect(page.get_by_role("heading", name="This file has mistakes")).to_be_visible()
    expect(page.get_by_role("row", name="5 rag_reason")).to_contain_text("AMBER is not the rating that the rule gives")
    assert not PublishedFigure.objects.exists()

    choose(page, FIGURES)
    page.get_by_role("button", name="Import 6 figures").click()
    expect(page.get_by_text("6 figures imported.")).to_be_visible()

    page.goto(reverse("published"))
    expect(page.get_by_role("article")).to_have_count(6)
    amber = page.get_by_role("article").filter(has_text="Total non-elective admissions")
    expect(amber).to_contain_text("although 714.78 is better than the target of 724.37 and the rule gives green")
    axe(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate(SIDEWAYS) <= 1
    axe(page)


def test_a_correction_says_why_and_can_be_undone(page: Page):
    choose(page, FIGURES)
    page.get_by_role("button", name="Import 6 figures").click()
    choose(page, FIGURES.replace(b",88,", b",87,"))
    page.get_by_label("Why do these figures change?").fill("The council corrected its return")
    page.get_by_role("button", name="Import 1 figure").click()
    page.goto(reverse("published"))
    expect(page.get_by_text("Restated: The council corrected its return")).to_be_visible()

    page.goto(reverse("imports"))
    page.get_by_role("link", name="bcf_2016_17.csv").first.click()
    page.get_by_label("Why do you undo this import?").fill("Chose the wrong file")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("This import was undone")).to_be_visible()
    page.goto(reverse("published"))
    expect(page.get_by_text("88%")).to_be_visible()
