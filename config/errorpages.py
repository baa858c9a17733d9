"""The pages shown when the portal itself fails: nothing that could fail in turn."""

from functools import cache
from http import HTTPStatus
from pathlib import Path

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from config.context import SERVICE_NAME

RETRY_AFTER = "5"
SECRETS = ("/accounts/", "/admin/")
"""What is typed at these addresses may be a password or a code: it is not given back."""

_PAGE = Path(__file__).resolve().parent.parent / "templates" / "errors" / "500.jinja"


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def plain_error() -> HttpResponse:
    """Status 500 with words that say what to do."""
    return HttpResponse(_page(), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Status 503 for a person: what they typed comes back in a form that sends it again."""
    context = {
        "service_name": SERVICE_NAME,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "address": request.get_full_path(),
        "sent": request.method == "POST",
        "typed": _typed(request),
    }
    headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "private, no-store"}
    page = render_to_string("errors/503.jinja", context)
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that was sent, its token among them: only a page of ours knows one that is taken."""
    if request.method != "POST" or request.path.startswith(SECRETS):
        return []
    try:
        return [] if request.FILES else [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []
