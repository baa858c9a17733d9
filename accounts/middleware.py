"""Three questions before every page: does the session still hold, who acts, and may they come in here?"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.crypto import constant_time_compare

from accounts import doors, sessions
from accounts.access import ADMIN, Access, access_of
from accounts.actors import person_actor
from accounts.models import User
from accounts.profiles import profile

ENDED = "You were signed out, to keep records safe. Sign in to carry on where you were."
Respond = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends a session after 15 minutes without activity, and after 12 hours in any case."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_ends_at, request.session_ended = None, False
        if sessions.is_signed_in(request) and sessions.ends_at(request) <= timezone.now():
            request.session_ended = True
            request.session.flush()
            messages.info(request, ENDED)
        elif sessions.is_signed_in(request):
            if not doors.is_live(request):
                sessions.touch(request)
            request.session_ends_at = sessions.ends_at(request)
        response = self.get_response(request)
        if request.session_ends_at or request.session_ended:
            _keep_out_of_browser_history(response)
        return response


class ActorMiddleware:
    """Reads who acts, in one statement, and lets in only those the view's mark allows.

    The person of the session comes from the same row, so that Django never asks for them again.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None
        if sessions.is_signed_in(request) and sessions.MEMBERSHIP in request.session:
            _recall(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        return doors.answer(request, _access(request, view))


def _keep_out_of_browser_history(response: HttpResponse) -> None:
    """On a shared computer the back button must not bring back a record after signing out."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)


def _recall(request: HttpRequest) -> None:
    """Set the actor and the user from the membership of the session, if both still hold."""
    session = request.session
    membership = profile(membership_id=session[sessions.MEMBERSHIP], user_id=session[SESSION_KEY])
    if membership is None or not _is_same_person(request, membership.user):
        del session[sessions.MEMBERSHIP]
        return
    if not membership.user.is_active:
        logout(request)
        messages.error(request, "Your account has been closed. Ask your organisation’s administrator.")
        return
    request._cached_user = membership.user  # what AuthenticationMiddleware would have read
    if not membership.holds_at(timezone.now()):
        del session[sessions.MEMBERSHIP]
        messages.warning(request, f"Your role has ended: {membership}.")
        return
    if not sessions.needs_second_factor(request):
        request.actor = membership.user.acting = person_actor(membership)


def _is_same_person(request: HttpRequest, user: User) -> bool:
    """Whether the session was begun with this person's present password."""
    known = request.session.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(known, one) for one in hashes)


def _access(request: HttpRequest, view: Callable[..., Any]) -> Access | None:
    match = request.resolver_match
    if match is not None and "admin" in match.app_names:
        return ADMIN
    return access_of(view)
