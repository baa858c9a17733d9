"""The document for programs and the page for people; both public, both made from the same source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.access import public
from api.presenters import reference
from api.schema import document_bytes


@public
@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return HttpResponse(document_bytes(), content_type="application/json")


@public
@require_safe
def reference_page(request: HttpRequest) -> HttpResponse:
    """How to get a token, what each endpoint takes and answers, and what each error code means."""
    base_url = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/reference.jinja", reference() | {"base_url": base_url})
