"""What every page template may count on: who is here, where they may go, when their session ends."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from config import navigation

SERVICE_NAME = "Home First portal"
WARN_SECONDS = 120
FOOTER = (
    ("accessibility", "Accessibility statement"),
    ("about_data", "About the data"),
    ("api_docs", "For partner systems"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of every Jinja page; anonymous visitors get no navigation and no session."""
    actor = getattr(request, "actor", None)
    return {
        "service_name": SERVICE_NAME,
        "demo": settings.DEMO,
        "actor": actor,
        "csp_nonce": SimpleLazyObject(lambda: getattr(request, "csp_nonce", "")),
        "navigation": navigation.items_for(actor, request.path) if actor else [],
        "account_links": account_links(),
        "session_limits": session_limits(request) if getattr(request, "session_ends_at", None) else None,
        "footer_links": [{"href": path, "text": text} for name, text in FOOTER if (path := path_of(name))],
    }


def account_links() -> dict[str, str | None]:
    """Where the header's account links lead."""
    return {
        "sign_in_url": path_of("account_login"),
        "sign_out_url": path_of("account_logout"),
        "me_url": path_of("accounts_me"),
        "change_role_url": path_of("accounts_role"),
    }


def session_limits(request: HttpRequest) -> dict[str, Any]:
    """When this session ends if nothing more is asked of the server, and how to stay."""
    return {
        "ends": request.session_ends_at,
        "idle_seconds": int(settings.SESSION_IDLE_LIMIT.total_seconds()),
        "warn_seconds": WARN_SECONDS,
        "stay_url": path_of("accounts_stay"),
        "over_url": f"{path_of('account_login')}?next={quote(request.get_full_path())}",
    }


def path_of(name: str) -> str | None:
    """The path of a named page, None where this deployment does not serve it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
