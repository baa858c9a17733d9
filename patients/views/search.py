"""Finding a person. What was typed enters no address: it waits in the cache for the page that shows the answer."""

import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import Invalid
from pages.forms import show_refusal
from patients.forms import SearchForm
from patients.nhs_number import is_valid, normalise
from patients.search import check_enough, find

Page = Callable[..., HttpResponse]
"""Draws (request, form, key, found, status): who fits, and the key under which what was typed is kept."""
KEPT_SECONDS = 1800
SHARED = "shared"
"""The cache that never keeps a thing for one process alone: the next page may be drawn by another."""


@requires(Permission.VIEW_PATIENT, Permission.REFER)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The form; after a search, the form with who fits."""
    return look(request, _page)


def look(request: HttpRequest, page: Page) -> HttpResponse:
    """The page of a search: a POST is kept and led to the page that shows who fits."""
    if request.method == "POST":
        return _keep(request, page)
    key = request.GET.get("found", "")
    terms = recall(request.actor.id, key)
    form = SearchForm(terms)
    found = find(by=request.actor, **form.terms) if terms is not None and form.is_valid() else None
    return page(request, form, key=key, found=found, status=HTTPStatus.OK)


def _keep(request: HttpRequest, page: Page) -> HttpResponse:
    form = SearchForm(request.POST)
    if form.is_valid():
        try:
            check_enough(**form.terms)
        except Invalid as refusal:
            show_refusal(form, refusal)
    if form.errors:
        return page(request, form, key="", found=None, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    key = remember(request.actor.id, request.POST.dict())
    if recall(request.actor.id, key) is None:  # Valkey is away: show at once who fits
        return page(request, form, key="", found=find(by=request.actor, **form.terms), status=HTTPStatus.OK)
    return redirect(f"{request.path}?found={key}")


def _page(request: HttpRequest, form: SearchForm, *, key: str, found: Any, status: int) -> HttpResponse:
    number = normalise(form["nhs_number"].value() or "")
    context = {
        "form": form,
        "found": found,
        "key": key,
        "number_fails": bool(number) and not is_valid(number),
        "may_add": request.actor.can(Permission.REFER),
        "may_break_glass": request.actor.can(Permission.BREAK_GLASS),
    }
    return render(request, "patients/search.jinja", context, status=status)


def remember(actor_id: UUID, terms: dict[str, Any]) -> str:
    """Keep what was typed for half an hour, for this person only; answers a key that means nothing to anybody else."""
    key = secrets.token_urlsafe(16)
    typed = {name: value for name, value in terms.items() if name != "csrfmiddlewaretoken"}
    caches[SHARED].set(f"search:{actor_id}:{key}", typed, timeout=KEPT_SECONDS)
    return key


def recall(actor_id: UUID, key: str) -> dict[str, Any] | None:
    """What this person typed under a key; None when it was too long ago or somebody else's."""
    return caches[SHARED].get(f"search:{actor_id}:{key}") if key.isascii() and 0 < len(key) < 40 else None
