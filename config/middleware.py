"""A correlation id for every request, and domain refusals turned into pages that say what to do."""

from collections.abc import Callable
from uuid import UUID

import structlog
from csp.constants import HEADER as CONTENT_POLICY
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from audit.context import set_correlation_id
from audit.errors import DomainError

log = structlog.get_logger("portal.request")

GetResponse = Callable[[HttpRequest], HttpResponse]
PAGES = {status: f"errors/{status}.jinja" for status in (403, 404, 409, 422)}


class CorrelationMiddleware:
    """Takes the caller's X-Correlation-Id when it is a UUID, makes one otherwise, and sends it back."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        correlation = set_correlation_id(_uuid(request.headers.get("X-Correlation-Id", "")))
        response = self.get_response(request)
        response["X-Correlation-Id"] = str(correlation)
        return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class ContentPolicyMiddleware(CSPMiddleware):
    """What pages may load and run. An answer that brings its own policy keeps it, and no other is worked out."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if CONTENT_POLICY in response else super().process_response(request, response)


class DomainErrorMiddleware:
    """Views catch the refusals they can show beside a form; whatever is left becomes a page here."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, refusal: Exception) -> HttpResponse | None:
        if not isinstance(refusal, DomainError):
            return None
        log.info("refused", code=refusal.code, status=refusal.status)
        template = refusal.page or PAGES.get(refusal.status, "errors/409.jinja")
        context = {"message": refusal.message} | (refusal.detail if refusal.page else {})
        return render(request, template, context, status=refusal.status)
