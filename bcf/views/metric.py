"""One metric: its own page, the comparison of areas or services, and both as files."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.choices import Choice, ChoiceForm
from bcf.metrics import METRICS
from bcf.models import Level
from bcf.periods import COUNTED
from bcf.presenters import lines
from bcf.presenters.files import comparison_rows, figures_file, metric_rows
from bcf.presenters.metric import COMPARED, comparison, metric_page
from bcf.reading import freshness
from bcf.scopes import PLURALS, Scope, all_scopes, whole_system
from bcf.unmet import BY_HOUR
from bcf.wards import AUDITED


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """One metric for one area or service over time."""
    _known(key)
    form = ChoiceForm(request.GET, all_scopes())
    choice = form.choice()
    context = {
        "form": form,
        "choice": choice,
        "shown": metric_page(key, choice),
        "freshness": freshness(),
        "tabs": _period_tabs(choice),
        "compare": [
            {
                "href": f"{reverse('figure_compare', args=[key])}?{choice.query(level=level.value)}",
                "text": PLURALS[level],
            }
            for level in COMPARED
        ],
        "audit_href": reverse("home_first_audit") if key in AUDITED else "",
        "hours_href": reverse("unmet_by_hour") if key in BY_HOUR else "",
        "rule": lines.RULE,
    }
    return render(request, "bcf/metric.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest, key: str) -> HttpResponse:
    """One metric over time as a file for a spreadsheet."""
    _known(key)
    form = ChoiceForm(request.GET, all_scopes())
    if not form.is_valid():
        return page(request, key)
    choice = form.choice()
    shown = metric_page(key, choice)
    rows = metric_rows(shown.line, shown.chart, choice, shown.rate_by_period)
    return figures_file(f"{key}-{choice.scope.slug}-by-{choice.period}".replace("_", "-"), rows)


@requires(Permission.VIEW_FIGURES)
@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """One metric for every area of a level, or every service, side by side."""
    _known(key)
    scopes = all_scopes()
    form = ChoiceForm(request.GET, scopes)
    choice, level, among = _compared(request, form, scopes)
    context: dict[str, Any] = {
        "form": form,
        "choice": choice,
        "metric": METRICS[key],
        "shown": comparison(key, among, whole_system(scopes), choice) if among else None,
        "freshness": freshness(),
        "levels": _tabs(COMPARED, level, PLURALS.__getitem__, lambda one: choice.query(level=one.value)),
        "tabs": _period_tabs(choice, level=level.value),
        "csv_href": f"{reverse('figure_compare_csv', args=[key])}?{choice.query(level=level.value)}",
        "metric_href": f"{reverse('figure', args=[key])}?{choice.query()}",
        "level": level,
        "rule": lines.RULE,
    }
    return render(request, "bcf/compare.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def compare_file(request: HttpRequest, key: str) -> HttpResponse:
    """The comparison as a file: every period of every area or service, and where each stands."""
    _known(key)
    scopes = all_scopes()
    form = ChoiceForm(request.GET, scopes)
    choice, level, among = _compared(request, form, scopes)
    if form.errors or not among:
        return compare(request, key)
    shown = comparison(key, among, whole_system(scopes), choice)
    return figures_file(
        f"{key}-{level.value}-by-{choice.period}".replace("_", "-"), comparison_rows(key, shown, choice)
    )


def _known(key: str) -> None:
    if key not in METRICS:
        raise Http404("There is no such metric.")


def _compared(request: HttpRequest, form: ChoiceForm, scopes: list[Scope]) -> tuple[Choice, Level, list[Scope]]:
    """The choice, the level to compare, and its scopes. A level that is not one is said as an error of the form."""
    choice = form.choice()
    usual = choice.scope.level if choice.scope.level in COMPARED else Level.PLACE
    asked = request.GET.get("level", usual.value)
    if asked not in COMPARED:
        form.add_error(None, "Choose places, localities, neighbourhoods or services to compare")
    level = Level(asked) if asked in COMPARED else usual
    return choice, level, [scope for scope in scopes if scope.level == level]


def _period_tabs(choice: Choice, **more: str) -> list[dict[str, Any]]:
    return _tabs(
        COUNTED,
        choice.period,
        lambda one: f"By {one.label.lower()}",
        lambda one: choice.query(period=one.value, **more),
    )


def _tabs(options: Any, current: Any, text: Callable[[Any], str], query: Callable[[Any], str]) -> list[dict[str, Any]]:
    return [{"href": f"?{query(one)}", "text": text(one), "current": one == current} for one in options]
