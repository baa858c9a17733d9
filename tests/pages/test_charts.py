"""A chart as HTML: what stands there without scripts, and that nothing withheld does."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.gallery_charts import sample_charts

FROM = '{% from "components/chart.jinja" import xmr_chart, funnel_chart, count_chart, small_multiples, spc_icon %}'
SPRITE = Path(__file__).resolve().parents[2] / "static" / "icons.svg"


@pytest.fixture
def charts() -> dict[str, list[object]]:
    return sample_charts()


def test_a_chart_is_a_figure_with_its_sentence_icons_table_and_source(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ xmr_chart(chart, level=2) }}", chart=charts["series"][0])

    assert '<figure class="app-chart" id="chart-reached" data-chart="xmr"' in html
    assert '<h2 class="nhsuk-heading-s app-chart__title"' in html
    assert "86.0% in Dec 2025. Higher is better." in html
    assert "#variation-common-cause" in html and "<strong" in html and "Common cause</strong>" in html
    assert "#assurance-pass" in html
    assert '<data value="86.0" data-of="value">86.0%</data>' in html
    assert "A second crisis team began" in html
    assert "Source: Invented numbers for the gallery. As known at" in html
    assert 'href="#csv"' in html


def test_every_icon_and_mark_is_in_the_sprite(draw: Callable[..., str], charts):
    sprite = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    html = draw(
        FROM + "{% for c in series %}{{ xmr_chart(c) }}{% endfor %}{{ small_multiples(small) }}{{ funnel_chart(f) }}",
        series=charts["series"], small=charts["small"], f=charts["funnels"][0],
    )  # fmt: skip

    used = set(re.findall(r'icons[^"]*\.svg#([^"]+)"', html))
    assert used and used <= sprite


def test_a_withheld_figure_has_no_number_in_the_page(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ xmr_chart(chart) }}", chart=charts["series"][0])
    row = re.search(r'<tr [^>]*> <th scope="row" data-label="Period">Sep 2024</th>.*?</tr>', html).group(0)

    assert "Fewer than 5, not shown" in row
    assert re.findall(r'value="([^"]*)"', row) == ["75.0"]  # the target
    assert "data-group" not in row


def test_a_place_without_a_figure_is_in_the_table_and_not_in_the_picture(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ funnel_chart(chart) }}", chart=charts["funnels"][0])
    row = re.search(r'<tr [^>]*> <th scope="row" data-label="Place">Rutland</th>.*?</tr>', html).group(0)

    assert "Not shown" in row
    assert 'data-of="value"' not in row


def test_without_figures_there_is_no_picture_to_draw(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ xmr_chart(chart) }}", chart=charts["series"][3])

    assert "There are no figures to show." in html
    assert "data-chart=" not in html and "<canvas" not in html and "data-chart-image" not in html


def test_small_charts_leave_out_the_key_and_link_on(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ small_multiples(charts) }}", charts=charts["small"])

    assert html.count("app-chart--small") == 3
    assert "app-chart__key" not in html
    assert '<a href="#">Leicester</a>' in html


def test_what_people_wrote_is_escaped(draw: Callable[..., str], charts):
    html = draw(
        FROM + "{{ xmr_chart(chart) }}", chart=replace(charts["series"][0], title="<b>x</b>", source="<i>y</i>")
    )

    assert "<b>x" not in html and "<i>y" not in html


def test_numbers_are_a_table_of_series(draw: Callable[..., str], charts):
    html = draw(FROM + "{{ count_chart(chart) }}", chart=charts["numbers"][0])

    assert '<th scope="col">Leicestershire</th>' in html
    assert 'data-series="Rutland"' in html
    assert "Rutland: fewer than 5, not shown" in html
    assert 'data-chart="bars"' in html
