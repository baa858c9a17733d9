"""The pages before any room: home, signing in, one's own account, tracking, the directory, the API's reference."""

from django.urls import reverse

from referrals.states import Status
from tests.browser.sights.scene import NOBODY, Scene, Sight, plain

SIGHTS: dict[str, list[Sight]] = {
    "home": [plain("home", NOBODY), *(plain("home", who) for who in ("gp", "clinician", "nurse", "lead", "guardian"))],
    "accessibility": [plain("accessibility", NOBODY)],
    "about_data": [plain("about_data", NOBODY)],
    "gallery": [plain("gallery", NOBODY, "Send")],
    "account_login": [plain("account_login", NOBODY, "Sign in")],
    "account_logout": [plain("account_logout", "gp")],
    "account_inactive": [plain("account_inactive", NOBODY)],
    "socialaccount_login_cancelled": [plain("socialaccount_login_cancelled", NOBODY)],
    "accounts_me": [plain("accounts_me", "gp")],
    "accounts_role": [plain("accounts_role", "gp")],
    "mfa_index": [plain("mfa_index", "gp")],
    "track_start": [plain("track_start", NOBODY), plain("track_start", NOBODY, query="?link=no")],
    "track": [
        Sight(NOBODY, lambda scene: reverse("track", args=[scene.by_status[Status.SUBMITTED].tracking_token])),
        Sight(NOBODY, lambda _: reverse("track", args=["x" * 32])),
    ],
    "api_docs": [plain("api_docs", NOBODY)],
    "service_list": [plain("service_list", "gp")],
    "service_page": [Sight("gp", lambda scene: reverse("service_page", args=[scene.cast.service.slug]))],
}


class Front(Scene):
    """Referrals to track."""
