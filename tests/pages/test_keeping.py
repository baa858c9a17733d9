"""What is the same for everybody is drawn once, and anew when its stamp says that something changed."""

from uuid import uuid4

import pytest
from django.core.cache import caches
from markupsafe import Markup

from config.jinja2 import environment
from pages.keeping import PROCESS, drawn_once


class Drawing:
    """Counts how often it was drawn."""

    times = 0

    def __call__(self) -> Markup:
        self.times += 1
        return Markup("<p>drawn</p>")


@pytest.fixture
def stamp() -> str:
    return uuid4().hex


def test_a_part_is_drawn_once_for_its_stamp(stamp: str):
    draw = Drawing()

    assert [drawn_once("part", stamp, draw) for _ in range(3)] == ["<p>drawn</p>"] * 3
    assert draw.times == 1


def test_another_stamp_or_another_part_is_drawn_anew(stamp: str):
    draw = Drawing()
    for kind, changed in (("part", stamp), ("part", stamp + "2"), ("other", stamp)):
        drawn_once(kind, changed, draw)

    assert draw.times == 3


def test_what_is_kept_is_not_escaped_again(stamp: str):
    template = environment(loader=None).from_string(
        '{% call drawn_once("part", stamp) %}<b>{{ name }}</b>{% endcall %}',
    )

    assert [template.render(stamp=stamp, name="A & B") for _ in range(2)] == ["<b>A &amp; B</b>"] * 2


def test_it_stays_in_the_process_and_is_bounded():
    assert type(caches[PROCESS]).__name__ == "LocMemCache"
    assert caches[PROCESS]._max_entries == 1000
