"""The dashboard: tiles of figures for one area or service, which keep themselves up to date."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.choices import Choice, ChoiceForm
from bcf.models import Level
from bcf.periods import COUNTED, Period
from bcf.presenters import tiles
from bcf.presenters.files import dashboard_rows, figures_file
from bcf.reading import Freshness, freshness
from bcf.scopes import Scope, all_scopes


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every metric for one area or service."""
    form = ChoiceForm(request.GET, all_scopes())
    choice = form.choice()
    context = shown(tiles.board(choice), freshness()) | {
        "form": form,
        "csv_href": f"{reverse('figures_csv')}?{choice.query()}",
        "live_href": None if choice.known_on else tiles.scope_address(choice.scope, choice),
    }
    return render(request, "bcf/dashboard.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def live(request: HttpRequest, level: str, slug: str, scope_id: UUID) -> HttpResponse:
    """The tiles alone; "not changed" while nothing that is shown has. Four statements."""
    if level not in Level.values or request.GET.get("period") not in COUNTED:
        raise Http404("There are no such figures.")
    scope = Scope(Level(level), slug, scope_id, "")
    read = tiles.board(Choice(scope, Period(request.GET["period"]), None))
    fresh = freshness()
    etag = f'"{read.stamp}-{fresh.stamp}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = render(request, "bcf/_tiles.jinja", shown(read, fresh))
    response["ETag"] = etag
    return response


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The tiles as a file for a spreadsheet."""
    form = ChoiceForm(request.GET, all_scopes())
    if not form.is_valid():
        return page(request)
    choice = form.choice()
    rows = dashboard_rows(tiles.board(choice))
    return figures_file(f"figures-{choice.scope.slug}-by-{choice.period}", rows)


def shown(read: tiles.Board, fresh: Freshness) -> dict[str, Any]:
    """What page and fragment have in common."""
    return {"choice": read.choice, "board": read, "headings": tiles.HEADINGS, "freshness": fresh}
