"""Charts in a real browser: drawn from their tables, told apart without colour, printed, saved and refreshed."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.django_db(transaction=True)
DRAWN = "(canvas) => { const c = Chart.getChart(canvas); return c ? c.data.datasets.map((d) => d.data) : null }"
INK = """(canvas) => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 3 && value > 0) }"""


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/gallery/")
    page.locator("#chart-reached").scroll_into_view_if_needed()
    expect(page.locator("#chart-reached [data-chart-image]")).to_be_visible()
    return page


def test_every_chart_is_drawn_under_the_content_security_policy(gallery: Page):
    for canvas in gallery.locator("figure[data-chart] canvas").all():
        canvas.scroll_into_view_if_needed()
        expect(canvas.locator("xpath=ancestor::figure").locator("[data-chart-image]")).to_be_visible()
        assert canvas.evaluate(INK)


def test_the_picture_has_the_numbers_of_the_table_and_leaves_a_gap(gallery: Page):
    figure = gallery.locator("#chart-reached")
    table = figure.evaluate(
        """(figure) => [...figure.querySelectorAll("tr[data-point]")]
        .map((row) => row.querySelector("[data-of=value]")?.value ?? null)"""
    )
    values, mean, *_ = figure.locator("canvas").evaluate(DRAWN)

    assert values == [None if text is None else float(text) for text in table]
    assert values[8] is None
    assert mean[:12] == [69.2] * 8 + [None] + [69.2] * 3  # the first group's average, and none after it
    assert set(mean[12:]) == {None}


def test_shapes_tell_apart_what_colours_do(gallery: Page):
    figure = gallery.locator("#chart-minutes")
    figure.scroll_into_view_if_needed()
    expect(figure.locator("[data-chart-image]")).to_be_visible()
    looks = figure.locator("canvas").evaluate(
        """(canvas) => { const d = Chart.getChart(canvas).data.datasets[0];
        return d.pointStyle.map((style, at) => `${style} ${d.pointRotation[at]} ${d.pointBackgroundColor[at]}`) }"""
    )

    assert looks[0] == "triangle 180 #00b0f0"  # better, and low
    assert looks[-2] == "rectRot 0 #e46c0a"  # worse
    assert looks[-1] == "rectRot 0 #ffffff"  # worse, and provisional


def test_the_numbers_open_by_keyboard_and_are_accessible(gallery: Page, axe: Callable[[Page], None]):
    summary = gallery.locator("#chart-reached summary")
    summary.focus()
    gallery.keyboard.press("Enter")
    expect(gallery.locator("#chart-reached").get_by_role("rowheader", name="Dec 2025").first).to_be_visible()

    gallery.evaluate("document.querySelectorAll('figure details').forEach((one) => { one.open = true })")
    for width, height in ((1366, 768), (320, 640)):
        gallery.set_viewport_size({"width": width, "height": height})
        axe(gallery)
        assert gallery.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_image_has_title_chart_source_and_date_at_a_size_for_paper(gallery: Page, tmp_path: Path):
    with gallery.expect_download() as download:
        gallery.locator("#chart-reached").get_by_role("button", name="Download image (PNG)").click()

    saved = tmp_path / "chart.png"
    download.value.save_as(saved)
    content = saved.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert download.value.suggested_filename == "reached.png"
    assert content.startswith(b"\x89PNG")
    assert width == 2400
    assert 1400 < height < 2000


def test_charts_take_the_width_of_the_paper_and_go_back(gallery: Page):
    canvas = gallery.locator("#chart-reached canvas")
    before = canvas.bounding_box()["width"]
    gallery.evaluate(
        "window.printed = []; addEventListener('beforeprint', () => { for (const one of document.querySelectorAll("
        "'figure[data-chart] canvas')) window.printed.push(Chart.getChart(one)?.width) })"
    )

    gallery.pdf(format="A4")

    widths = gallery.evaluate("window.printed")
    assert None not in widths  # those out of sight were drawn too
    assert set(widths) == {660, 320}
    assert canvas.bounding_box()["width"] == before


def test_a_live_refresh_draws_again_at_once_and_keeps_the_numbers_open(gallery: Page):
    html = gallery.locator("#chart-reached").evaluate(
        """(figure) => { figure.querySelector("canvas").removeAttribute("style"); const copy = figure.outerHTML;
        figure.remove(); window.scrollTo(0, 0); return copy }"""
    )
    gallery.route("**/gallery/rows/", lambda route: route.fulfill(body=html, content_type="text/html"))
    refresh = "htmx.trigger(document.querySelector('[data-live-body]'), 'live:refresh')"
    gallery.evaluate(
        "window.blank = 0; document.addEventListener('htmx:afterSwap', () => queueMicrotask(() => {"
        "if (!Chart.getChart(document.querySelector('#chart-reached canvas'))) window.blank += 1 }))"
    )

    gallery.evaluate(refresh)
    figure = gallery.locator("[data-live-body] #chart-reached")
    expect(figure).to_be_visible()
    figure.locator("summary").click()
    first = gallery.evaluate_handle("document.querySelector('#chart-reached canvas')")
    with gallery.expect_response("**/gallery/rows/"):
        gallery.evaluate(refresh)
    gallery.wait_for_function("(old) => !old.isConnected", arg=first)

    expect(figure.locator("details")).to_have_attribute("open", "")
    assert figure.locator("canvas").evaluate(INK)
    assert gallery.evaluate("window.blank") == 0
    assert gallery.evaluate("(old) => Chart.getChart(old) === undefined", first)  # nothing is left behind


def test_without_scripts_sentence_and_table_stand(new_context: Callable[..., BrowserContext]):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/gallery/")
    figure = page.locator("#chart-reached")

    expect(figure.get_by_text("The target of 75.0% is expected to be met every time")).to_be_visible()
    expect(figure.locator("canvas")).to_be_hidden()
    expect(figure.get_by_role("button")).to_have_count(0)
    figure.locator("summary").click()
    expect(figure.get_by_role("rowheader", name="Dec 2025").first).to_be_visible()
