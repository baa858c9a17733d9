"""Pages that belong to no app: the first screen, statements, what happens when something goes wrong."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import public, welcome
from config.errorpages import plain_error
from config.navigation import items_for


@welcome
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To a stranger: what this is, for whom, and where to go. To somebody signed in: their first place of work."""
    actor = getattr(request, "actor", None)
    places = [place for place in items_for(actor, request.path) if place["href"] != request.path] if actor else []
    return redirect(places[0]["href"]) if places else render(request, "pages/start.jinja")


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.jinja")


@public
@require_safe
def about_data(request: HttpRequest) -> HttpResponse:
    """Whose data the portal shows and where its reference data comes from."""
    return render(request, "pages/about_data.jinja")


def error_page(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    """The page for an error status; `message` and `code` come from a DomainError where there is one."""
    return render(request, f"errors/{status}.jinja", words, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs no database, session or template context: any of them may be what failed."""
    return plain_error()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from a page that is too old, or from another site."""
    return error_page(
        request,
        HTTPStatus.FORBIDDEN,
        heading="This page was open too long",
        message="Nothing was saved. Go back, reload the page and send the form again.",
    )
