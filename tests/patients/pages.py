"""Asking for the pages about people, and who is known to have looked."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import Access


def page(client: Client, name: str, *args: Any, **query: Any) -> HttpResponse:
    return client.get(reverse(name, args=args), query)


def words(response: HttpResponse) -> str:
    """The page as it came, with its markup."""
    return response.content.decode()


def looks(**which: Any) -> list[tuple[str, str]]:
    """What was looked at and whether it was allowed, the oldest first."""
    return list(Access.objects.filter(**which).order_by("id").values_list("what", "outcome"))
