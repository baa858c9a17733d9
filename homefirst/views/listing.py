"""Lists side by side, the one that the address asks for among them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from homefirst.reading_reablement import Choice


def chosen(request: HttpRequest, lists: Sequence[Choice]) -> Choice:
    """The list of the address; the first where it names none that exists."""
    wanted = request.GET.get("list", "")
    return next((one for one in lists if one.slug == wanted), lists[0])


def tabs(path: str, lists: Sequence[Choice], current: Choice, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Each list with how many it holds."""
    return [
        {"href": path + query(one), "text": one.text, "count": counts[one.slug], "current": one is current}
        for one in lists
    ]


def query(choice: Choice) -> str:
    """The part of an address that asks for this list."""
    return f"?list={choice.slug}" if choice.slug else ""
