"""Sending the pages of one crisis episode as a person would."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from homefirst.models import CrisisEpisode
from tests.factories.homefirst_crisis import now_of
from tests.homefirst.web.pages import shown


def at(name: str, found: CrisisEpisode) -> str:
    return reverse(f"crisis_{name}", args=[found.pk])


def send(client: Client, found: CrisisEpisode, name: str, *, version: int | None = None, **typed: Any) -> HttpResponse:
    """At the version that it has now, or one that was seen before; `found` stays as it was read."""
    seen = now_of(found).version if version is None else version
    return client.post(at(name, found), {"version": seen, **typed})


def rows_of(client: Client, query: str = "") -> int:
    """Rows of the board."""
    return shown(client.get(f"/crisis/{query}"))
