"""Reading and sending the pages of Home First as a person would."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from pages.words import LONDON


def at(name: str, subject: Any, *more: Any) -> str:
    """The address of a page of this subject."""
    return reverse(name, args=[subject.pk, *more])


def send(client: Client, name: str, subject: Any, *more: Any, version: int | None = None, **typed: Any) -> HttpResponse:
    """Send the form of a step as the page that was just opened would, or one opened at an older version."""
    subject.refresh_from_db()
    seen = subject.version if version is None else version
    return client.post(at(name, subject, *more), {"version": seen, **typed})


def shown(page: HttpResponse) -> int:
    """Rows of the list."""
    return page.content.decode().count("<tr data-row")


def moment(at: datetime, *, on: str = "on", hour: str = "at") -> dict[str, str]:
    """A moment as it is typed in three boxes and one."""
    here = at.astimezone(LONDON)
    parts = {f"{on}_day": here.day, f"{on}_month": here.month, f"{on}_year": here.year}
    return {name: str(value) for name, value in parts.items()} | {hour: f"{here:%H:%M}"}


def keys(page: HttpResponse) -> list[str]:
    """Of the rows, in their order."""
    return re.findall(r'data-row data-key="([^"]+)"', page.content.decode())


def link(page: HttpResponse, rel: str) -> str | None:
    """Where the next page is, or the one before."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.content.decode())
    return found[1].replace("&amp;", "&") if found else None


def walked(client: Client, path: str) -> list[str]:
    """Every row from the first page to the last, each page checked from behind as well."""
    page, found = client.get(path), []
    while True:
        found += keys(page)
        following = link(page, "next")
        if following is None:
            return found
        behind = keys(page)
        page = client.get(following)
        assert keys(client.get(link(page, "prev"))) == behind
