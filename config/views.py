"""Pages that belong to no app: statements, and what happens when something goes wrong."""

import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from api.refusals import as_problem, is_for_programs, of_status, plain
from config.errorpages import plain_error, unavailable


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
    """The page for an error status (a problem document for partners); `message` comes from a DomainError."""
    if is_for_programs(request):
        return of_status(status)
    return render(request, f"errors/{status}.jinja", words, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs no database, session or template context: any of them may be what failed.

    Where the database did not answer, the page says so and keeps what was typed.
    """
    error = sys.exception()
    problem = as_problem(error) if isinstance(error, Exception) else None
    if problem and problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return plain(problem) if is_for_programs(request) else unavailable(request)
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR) if is_for_programs(request) else plain_error()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from a page that is too old, or from another site."""
    return error_page(
        request,
        HTTPStatus.FORBIDDEN,
        heading="This page was open too long",
        message="Nothing was saved. Go back, reload the page and send the form again.",
    )
