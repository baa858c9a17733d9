"""Lists side by side, the one that the address asks for among them, a page at a time."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.errors import Invalid
from homefirst.paging import Key, Page, page_of
from homefirst.reading_reablement import Choice, counts

Rows = Callable[[], QuerySet[Any]]
Values = Callable[[QuerySet[Any]], QuerySet[Any]]
MOST_EXPORTED = 2000
"""Rows of a file; its last line says when there are more."""


def chosen(request: HttpRequest, lists: Sequence[Choice]) -> Choice:
    """The list of the address; the first where it names none that exists."""
    wanted = request.GET.get("list", "")
    return next((one for one in lists if one.slug == wanted), lists[0])


class Listing:
    """The list that the address asks for, of these rows, with how many each list holds."""

    def __init__(self, request: HttpRequest, rows: Rows, lists: list[Choice], values: Values) -> None:
        self.request, self.rows, self.lists = request, rows, lists
        self.choice = chosen(request, lists)
        self._values = values

    @property
    def values(self) -> QuerySet[Any]:
        """What the lines of the list show."""
        return self._values(self.rows().filter(self.choice.condition))

    @property
    def is_first(self) -> bool:
        """Whether the address asks for the beginning of the list."""
        return not {"after", "before"}.intersection(self.request.GET)

    def counts(self) -> dict[str, int]:
        """How many rows each list holds, by its slug."""
        return counts(self.rows(), self.lists)

    def exported(self) -> list[dict[str, Any]]:
        """The rows of a file, in order; one more than fit, so that it can say so."""
        return list(self.choice.order.apply(self.values)[: MOST_EXPORTED + 1])

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for."""
        return {"list": self.choice.slug} if self.choice.slug else {}

    def context(self, path: str) -> dict[str, Any]:
        """What the templates of these lists need; `path` is the address of the page."""
        page, held = self.page(), self.counts()
        here = {name: self.request.GET[name] for name in ("after", "before") if self.request.GET.get(name)}
        return {
            "tabs": [
                {
                    "href": path + (_query(list=one.slug) if one.slug else ""),
                    "text": one.text,
                    "count": held[one.slug],
                    "current": one is self.choice,
                }
                for one in self.lists
            ],
            "list": self.choice,
            "rows": page.rows,
            "total": held[self.choice.slug],
            "previous": path + _query(**self.query, before=str(page.previous)) if page.previous else None,
            "next": path + _query(**self.query, after=str(page.next)) if page.next else None,
            "address": path + _query(**self.query),
            "export_query": _query(**self.query),
            "query": _query(**self.query, **here),
        }

    def page(self) -> Page:
        """The page of the address; the first where it names none that exists, which is said."""
        try:
            after, before = self._key("after"), self._key("before")
        except Invalid as unreadable:
            messages.warning(self.request, unreadable.message)
            after = before = None
        return page_of(self.values, self.choice.order, after=after, before=before)

    def _key(self, name: str) -> Key | None:
        text = self.request.GET.get(name, "")
        return Key.parse(text) if text else None


def _query(**asked: str) -> str:
    return f"?{urlencode(asked)}" if asked else ""
