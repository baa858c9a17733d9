"""The Home First audit by ward, as a page and as a file."""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.periods import Period, back, start_of
from bcf.presenters.audit import audit_rows, quarter_choice, quarter_words, row
from bcf.presenters.files import figures_file
from bcf.presenters.lines import RULE
from bcf.reading import freshness
from bcf.wards import audit, quarters


class QuarterForm(forms.Form):
    """Which quarter; the last complete one in which anything was decided when nobody chose."""

    def __init__(self, asked: dict[str, str], known: list[date]) -> None:
        last = back(Period.QUARTER, start_of(Period.QUARTER, timezone.localdate()), 1)
        self.usual = next((one for one in known if one <= last), known[0] if known else last)
        super().__init__({"quarter": asked.get("quarter") or self.usual.isoformat()}, auto_id="choose_%s")
        choices = [(one.isoformat(), quarter_choice(one)) for one in known or [self.usual]]
        message = "Choose a quarter from the list; this link names one that is not in it"
        self.fields["quarter"] = forms.ChoiceField(
            label="Quarter", choices=choices, error_messages={"invalid_choice": message}
        )

    def chosen(self) -> date:
        """The quarter that was asked for, or the usual where that cannot be read."""
        self.full_clean()
        asked = self.cleaned_data.get("quarter")
        return date.fromisoformat(asked) if asked else self.usual


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every ward whose numbers may be shown, for one quarter."""
    form = QuarterForm(request.GET, quarters())
    quarter = form.chosen()
    found = audit(quarter)
    context = {
        "form": form,
        "quarter": quarter_words(quarter),
        "rows": [row(one) for one in found.wards],
        "others": found.others,
        "together": row(found.together) if found.together.decisions != 0 else None,
        "csv_href": f"{reverse('home_first_audit_csv')}?quarter={quarter.isoformat()}",
        "freshness": freshness(),
        "rule": RULE,
    }
    return render(request, "bcf/audit.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    form = QuarterForm(request.GET, quarters())
    quarter = form.chosen()
    if form.errors:
        return page(request)
    return figures_file(f"home-first-audit-{quarter.isoformat()}", audit_rows(audit(quarter), quarter))
