"""The public tracking page: no sign-in, no personal data, nothing for search engines or caches."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.actors import system_actor
from referrals.models import Referral
from referrals.tracking import tracked

TRACKING = system_actor("tracking_page")
TOKEN = re.compile(r"^[A-Za-z0-9_-]{20,40}$")


@public
@never_cache
@require_safe
def track(request: HttpRequest, token: str) -> HttpResponse:
    """Where a referral stands, for whoever holds its link."""
    known = Referral.objects.visible_to(TRACKING).select_related("point_of_access")
    found = known.filter(tracking_token=token).first() if TOKEN.match(token) else None
    if found is None:
        missing = {"title": "That link does not lead to a referral"}
        return _private(render(request, "referrals/track_missing.jinja", missing, status=404))
    context = {"title": f"Track referral {found.reference}", "track": tracked(found, timezone.now())}
    return _private(render(request, "referrals/track.jinja", context))


@public
@never_cache
@require_safe
def track_start(request: HttpRequest) -> HttpResponse:
    """Paste the link or its code."""
    typed = request.GET.get("link", "").strip()
    token = typed.rstrip("/").rpartition("/")[2]
    if TOKEN.match(token):
        return redirect("track", token)
    return _private(render(request, "referrals/track_start.jinja", {"title": "Track a referral", "typed": typed}))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
