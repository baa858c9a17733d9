"""The addresses of the directory. Who may come in is decided above this room, so the guard is handed in."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from directory import views


def addresses(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """The directory's pages behind a guard."""
    return [
        path("", guard(views.service_list), name="service_list"),
        path("services.csv", guard(views.service_csv), name="service_csv"),
        path("<slug:slug>/", guard(views.service_page), name="service_page"),
    ]
