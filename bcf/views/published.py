"""Figures that others publish, as a board sees them; one measure with all that was ever known of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.forms import PublishedForm
from bcf.presenters.published import ROW, PublishedTile, tiles
from bcf.published import PUBLISHED, RULE, Hidden, Shelf, figures_on_shelf, history
from directory.models import Area
from pages.downloads import csv_file
from pages.words import short_date

MOST_SHOWN = 200


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The tiles of one area and period, as known on a day."""
    form, chosen, shown = _shown(request)
    context = {
        "form": form,
        "chosen": chosen,
        "tiles": shown,
        "rule": RULE.words,
        "area_name": dict(form.fields["area"].choices).get(chosen["area"], ""),
        "period_name": dict(form.fields["period"].choices).get(chosen["period"], ""),
        "query": request.GET.urlencode(),
        "may_publish": request.actor.can(Permission.PUBLISH_FIGURES),
    }
    return render(request, "bcf/published.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    form, chosen, shown = _shown(request)
    if form.errors:
        return page(request)
    known = short_date(chosen.get("known_on") or timezone.localdate())
    notes = [[f"As known on {known}. {RULE.words}"], ["* Not shown: fewer than 5 people, or hidden to protect them."]]
    name = "-".join(("published", chosen["area"] or "none", chosen["period"].rpartition(".")[2])).strip("-")
    return csv_file(name, ROW, [*(tile.row() for tile in shown), *notes])


@requires(Permission.VIEW_FIGURES)
@require_safe
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """One measure of one area: its definition, and every figure that was ever known."""
    definition = PUBLISHED.get(key)
    if definition is None:
        raise Http404
    slug = request.GET.get("area", "") or Shelf.now().usual_area
    area = Area.objects.filter(slug=slug[:50]).first()
    rows = list(history(key, area.pk)[:MOST_SHOWN]) if area else []
    hidden = Hidden.of([key])
    shown = [PublishedTile(definition, row, hidden.hides(key, row.start)) for row in rows]
    context = {"metric": definition, "area": area, "rows": shown, "rule": RULE.words, "most": MOST_SHOWN}
    return render(request, "bcf/published_metric.jinja", context)


def _shown(request: HttpRequest) -> tuple[PublishedForm, dict[str, Any], list[PublishedTile]]:
    form = PublishedForm(request.GET, Shelf.now())
    chosen = form.chosen()
    figures = list(figures_on_shelf(chosen["area"], chosen["period"], chosen.get("known_on")))
    return form, chosen, tiles(figures, Hidden.of({figure.metric for figure in figures}))
