"""What the shift lead and the manager must see: escalations until somebody has them, and breaches until reviewed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.roles import Permission
from audit.errors import IllegalTransition, StaleVersion
from pages.sending import see_other
from referrals import actions, alerts
from referrals.forms.respond import ReviewForm
from referrals.presenters.alerts import AlertLine, BreachLine
from referrals.views.lists import log_shown


def _context(request: HttpRequest) -> dict[str, Any]:
    lists = alerts.lists(request.actor)
    wanted = request.GET.get("list", "")
    listed = next((one for one in lists if one.slug == wanted), lists[0])
    rows = list(alerts.alert_values(request.actor).filter(listed.condition)[: alerts.MOST])
    log_shown(request, rows, "alerts")
    now = timezone.now()
    return {
        "lines": [AlertLine(row, now) for row in rows],
        "tabs": alerts.tabs(request.actor, lists, listed, reverse("alerts"), reverse("breaches")),
        "list": listed,
        "rows_href": f"{reverse('alerts_rows')}?list={listed.slug}",
        "page_href": f"{reverse('alerts')}?list={listed.slug}",
    }


@requires(Permission.SUPERVISE)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Open alerts, the oldest first."""
    return render(request, "referrals/alerts.jinja", _context(request))


@requires(Permission.SUPERVISE)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the page that refreshes itself."""
    return render(request, "referrals/_alerts.jinja", _context(request))


@requires(Permission.SUPERVISE)
@require_POST
def take(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """“I have this”."""
    try:
        alert = actions.take_alert(alert_id=alert_id, by=request.actor)
    except IllegalTransition as refused:
        messages.warning(request, refused.message)
        return see_other(reverse("alerts"))
    messages.success(request, "You have this. Open the referral and put it right.")
    return see_other(reverse("referral", args=[alert.referral_id]))


@requires(Permission.SUPERVISE)
@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """Clocks that ran out, the newest first, with why."""
    lists = alerts.lists(request.actor)
    reviewed = request.GET.get("list") == "reviewed"
    rows = list(alerts.breach_values(request.actor, reviewed=reviewed)[: alerts.MOST])
    log_shown(request, rows, "breaches")
    context = {
        "lines": [BreachLine(row, timezone.now()) for row in rows],
        "tabs": alerts.tabs(
            request.actor, lists, "reviewed" if reviewed else "to_review", reverse("alerts"), reverse("breaches")
        ),
        "reviewed": reviewed,
        "most": alerts.MOST,
    }
    return render(request, "referrals/breaches.jinja", context)


@requires(Permission.SUPERVISE)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, breach_id: UUID) -> HttpResponse:
    """Say why a clock ran out."""
    row = alerts.breach_row(request.actor, breach_id)
    form = ReviewForm(request.POST or None, initial=_written(row))
    if request.method != "POST" or not form.is_valid():
        return _review_page(request, row, form, status=422 if form.errors else 200)
    try:
        actions.review_breach(breach_id=breach_id, by=request.actor, **form.cleaned_data)
    except StaleVersion as refused:
        return _overtaken(request, breach_id, refused)
    messages.success(request, "The review is saved.")
    return see_other(reverse("breaches"))


def _written(row: dict[str, Any]) -> dict[str, str]:
    """The review as it stands, and which one that is."""
    reviewed = row["reviewed_at"]
    seen = reviewed.isoformat() if reviewed else ""
    return {"cause": row["cause"], "learning": row["learning"], "expected_review": seen}


def _overtaken(request: HttpRequest, breach_id: UUID, refused: StaleVersion) -> HttpResponse:
    """A colleague was first: show their review beside what was typed; saving again is then a decision."""
    row = alerts.breach_row(request.actor, breach_id)
    form = ReviewForm(request.POST.dict() | {"expected_review": _written(row)["expected_review"]})
    return _review_page(request, row, form, status=refused.status, refusal=refused.message)


def _review_page(
    request: HttpRequest, row: dict[str, Any], form: ReviewForm, *, status: int, refusal: str = ""
) -> HttpResponse:
    log_shown(request, [row], "breach")
    context = {"line": BreachLine(row, timezone.now()), "form": form, "refusal": refusal}
    return render(request, "referrals/review.jinja", context, status=status)
