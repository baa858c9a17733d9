"""Components rendered straight from the page templates, without a view or a database."""

import re
from collections.abc import Callable

import pytest
from django.template import engines


@pytest.fixture
def draw() -> Callable[..., str]:
    """draw("source", name=value): a template of our environment as HTML, runs of white space made one."""

    def render(source: str, **context: object) -> str:
        return re.sub(r"[ \n]+", " ", engines["jinja2"].env.from_string(source).render(**context)).strip()

    return render
