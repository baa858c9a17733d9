"""The Home First audit by ward, as a page and as a file."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from bcf.periods import Period
from bcf.presenters.audit import audit_rows, row, span_choice, span_words
from bcf.presenters.files import figures_file
from bcf.presenters.lines import RULE
from bcf.reading import freshness
from bcf.wards import Span, audit, running_quarter, spans


class SpanForm(forms.Form):
    """Which year or quarter; the newest year when nobody chose, which shows more wards than a quarter."""

    def __init__(self, asked: dict[str, str], known: list[Span]) -> None:
        self.known = {f"{span.period}.{span.start.isoformat()}": span for span in known}
        self.usual = next(iter(self.known), "")
        super().__init__({"period": asked.get("period") or self.usual}, auto_id="choose_%s")
        of = {
            period: [(key, span_choice(one)) for key, one in self.known.items() if one.period == period]
            for period in (Period.YEAR, Period.QUARTER)
        }
        choices = [(name, of[period]) for name, period in (("Years", Period.YEAR), ("Quarters", Period.QUARTER))]
        message = "Choose a year or quarter from the list; this link names one that is not in it"
        self.fields["period"] = forms.ChoiceField(
            label="Year or quarter", required=False, choices=choices, error_messages={"invalid_choice": message}
        )

    def chosen(self) -> Span:
        """What was asked for, or the usual where that cannot be read."""
        self.full_clean()
        key = self.cleaned_data.get("period") or self.usual
        return self.known.get(key) or Span(Period.QUARTER, running_quarter())


@requires(Permission.VIEW_FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every ward whose numbers may be shown, for one year or quarter."""
    form = SpanForm(request.GET.dict(), spans())
    span = form.chosen()
    found = audit(span)
    context = {
        "form": form,
        "span": span_words(span),
        "rows": [row(one) for one in found.wards],
        "others": found.others,
        "together": row(found.together) if found.together.decisions != 0 else None,
        "csv_href": f"{reverse('home_first_audit_csv')}?period={span.period}.{span.start.isoformat()}",
        "freshness": freshness(),
        "rule": RULE,
    }
    return render(request, "bcf/audit.jinja", context, status=422 if form.errors else 200)


@requires(Permission.VIEW_FIGURES)
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    form = SpanForm(request.GET.dict(), spans())
    span = form.chosen()
    if form.errors:
        return page(request)
    return figures_file(f"home-first-audit-{span.period}-{span.start.isoformat()}", audit_rows(audit(span), span))
