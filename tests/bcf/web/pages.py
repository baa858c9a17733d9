"""Reading pages of figures as a person would."""

import csv
import re
from io import StringIO

from django.http import HttpResponse

from tests.referrals.web.pages import source, words


def tile(response: HttpResponse, key: str) -> str:
    """What one tile says."""
    found = re.search(
        rf'<article class="app-tile" data-key="{key}">.*?</article>', response.content.decode(), re.DOTALL
    )
    assert found, f"no tile {key}"
    return words(HttpResponse(found[0]))


def rows(response: HttpResponse) -> list[list[str]]:
    """A file's rows."""
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


__all__ = ["rows", "source", "tile", "words"]
