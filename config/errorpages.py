"""The page shown when the portal itself fails: static words, nothing that could fail in turn."""

from functools import cache
from pathlib import Path

from django.http import HttpResponse

_PAGE = Path(__file__).resolve().parent.parent / "templates" / "errors" / "500.jinja"


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def plain_error() -> HttpResponse:
    """Status 500 with words that say what to do."""
    return HttpResponse(_page(), status=500)
