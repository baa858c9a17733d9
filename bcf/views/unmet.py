"""Unmet need by service, hour of the day and place: as a page, and as a file."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.metrics import METRICS
from bcf.models import Level
from bcf.presenters.audit import quarter_choice, quarter_words
from bcf.presenters.files import figures_file
from bcf.presenters.lines import RULE
from bcf.presenters.unmet import PARTS, WORDS, lines, together, unmet_rows
from bcf.reading import freshness
from bcf.scopes import PLURALS, Scope, all_scopes, whole_system
from bcf.unmet import Measure, quarters, unmet, usual

EVERYWHERE = ""


class UnmetForm(forms.Form):
    """Which quarter, where, and what to add up; the last complete quarter everywhere when nobody chose."""

    def __init__(self, asked: dict[str, str], known: list[date], scopes: list[Scope]) -> None:
        self.scopes = scopes
        self.usual = {"quarter": usual(known).isoformat(), "place": EVERYWHERE, "show": Measure.HOURS.value}
        super().__init__({name: asked.get(name) or self.usual[name] for name in self.usual}, auto_id="choose_%s")
        listed = [(one.isoformat(), quarter_choice(one)) for one in known or [usual(known)]]
        places = [(scope.slug, scope.name) for scope in scopes if scope.level == Level.PLACE]
        self._choose("place", "Place", [(EVERYWHERE, PLURALS[Level.SYSTEM]), *places])
        self._choose("quarter", "Quarter", listed)
        self._choose("show", "Show", list(Measure.choices))

    def _choose(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        message = f"Choose a {label.lower()} from the list; this link names one that is not in it"
        if name == "show":
            message = "Choose hours of care or number of needs"
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=choices, error_messages={"invalid_choice": message}
        )

    def chosen(self) -> dict[str, Any]:
        """What to show: what was asked for, and the usual where that cannot be read."""
        self.full_clean()
        read = self.usual | {name: value for name, value in self.cleaned_data.items() if value}
        of_places = (scope for scope in self.scopes if scope.level == Level.PLACE and scope.slug == read["place"])
        place = next(of_places, None)
        return {
            "quarter": date.fromisoformat(read["quarter"]),
            "measure": Measure(read["show"]),
            "place": place.id if place else None,
            "where": (place or whole_system(self.scopes)).name,
            "query": urlencode({name: value for name, value in read.items() if value}),
        }


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every service by hour of the day, for one quarter and place."""
    form = UnmetForm(request.GET.dict(), quarters(), all_scopes())
    chosen = form.chosen()
    measure = chosen["measure"]
    found = unmet(chosen["quarter"], measure, chosen["place"])
    context = {
        "form": form,
        "chosen": chosen,
        "quarter": quarter_words(chosen["quarter"]),
        "adds_up": WORDS[measure],
        "rows": lines(found, measure),
        "hidden": [row.name for row in found.services if row.hidden],
        "together": together(found, measure),
        "is_empty": not found.services,
        "parts": PARTS,
        "metric": METRICS[measure.metric],
        "metric_href": reverse("figure", args=[measure.metric]),
        "csv_href": f"{reverse('unmet_by_hour_csv')}?{chosen['query']}",
        "freshness": freshness(),
        "rule": RULE,
    }
    return render(request, "bcf/unmet.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    form = UnmetForm(request.GET.dict(), quarters(), all_scopes())
    chosen = form.chosen()
    if form.errors:
        return page(request)
    quarter, measure = chosen["quarter"], chosen["measure"]
    rows = unmet_rows(unmet(quarter, measure, chosen["place"]), quarter, measure, chosen["where"])
    return figures_file(f"unmet-need-{measure}-{quarter.isoformat()}", rows)
