"""What every list page shares: its tabs with counts, its filters, its page by key, and the log of who was shown."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.access import log_list
from audit.errors import Invalid
from referrals.filters import ActorFilterSet
from referrals.worklist import Key, Listed, Page, counted, page_of

LIST = "list"


class ListPage:
    """One list under the filters of the address; every tab counts what its link leads to."""

    def __init__(self, request: HttpRequest, filters: ActorFilterSet, lists: Sequence[Listed]) -> None:
        self.request, self.filters, self.lists = request, filters, lists
        self.problems = list(filters.problems)
        wanted = request.GET.get(LIST, "")
        self.listed = next((one for one in lists if one.slug == wanted), lists[0])
        if wanted not in {one.slug for one in lists}:
            self.problems.append("There is no such list, so this is the first one")

    @property
    def rows(self) -> QuerySet[Any]:
        """Every row of the list."""
        return self.filters.qs.filter(self.listed.condition)

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for, the list included."""
        return self.filters.chosen | ({LIST: self.listed.slug} if self.listed.slug else {})

    def address(self, **changes: Any) -> str:
        """This page's address with something changed."""
        wanted = {name: str(value) for name, value in (self.query | changes).items() if value}
        return f"?{urlencode(wanted)}"

    def tabs(self) -> list[dict[str, Any]]:
        """The lists side by side, each with its count under the same filters."""
        counts = self.counts()
        return [
            {
                "href": self.address(**{LIST: one.slug}),
                "text": one.text,
                "count": count,
                "current": one is self.listed,
            }
            for one, count in zip(self.lists, counts, strict=True)
        ]

    def counts(self) -> list[int]:
        """How many rows each list holds under the same filters."""
        return counted(self.filters.qs, self.lists)

    def page(self, values: QuerySet[Any], due: str) -> Page:
        """The page that the address asks for; the first when it asks for none that exists."""
        try:
            after, before = self._key("after"), self._key("before")
        except Invalid as unreadable:
            self.problems.append(unreadable.message)
            after = before = None
        return page_of(values, due, after=after, before=before)

    def _key(self, name: str) -> Key | None:
        text = self.request.GET.get(name, "")
        return Key.parse(text) if text else None

    def context(self, values: QuerySet[Any], due: str) -> dict[str, Any]:
        """What the templates of every list need."""
        return self.around(self.page(values, due))

    def around(self, page: Page) -> dict[str, Any]:
        """The page with its tabs, its filters and the way to its neighbours."""
        tabs = self.tabs()
        total = next(tab["count"] for tab in tabs if tab["current"])
        return {
            "tabs": tabs,
            "filters": self.filters.form,
            "list": self.listed,
            "total": total,
            "page": page,
            "address": self.address(),
            "previous": self.address(before=page.previous) if page.previous else None,
            "next": self.address(after=page.next) if page.next else None,
            "keep": {LIST: self.listed.slug},
            "problems": self.problems,
            "position": {name: self.request.GET[name] for name in ("after", "before") if self.request.GET.get(name)},
        }


def log_shown(request: HttpRequest, rows: Sequence[dict[str, Any]], what: str) -> None:
    """Record whose lines the reader had in view, those of sealed records left out: they showed nobody."""
    shown = [row["person_id"] for row in rows if row["opened"] or not row["restricted"]]
    log_list(by=request.actor, patient_ids=shown, what=what)


def warn(request: HttpRequest, problems: Sequence[str]) -> None:
    """Say what of the address could not be understood."""
    if problems:
        messages.warning(request, f"{'. '.join(problems)}. The rest of what you asked for is shown.")
