"""What a person is told when a door stays shut, as a page or as an answer to a fragment of one."""

from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import sessions
from accounts.access import Access, Door

LIVE = "X-Live"
SECRETS = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code", "credential")


def is_live(request: HttpRequest) -> bool:
    """Whether the page asked by itself, without the person doing anything."""
    return request.headers.get(LIVE) == "1"


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asked, which would follow a redirect into the middle of a page."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    return is_live(request) or request.headers.get("HX-Request") == "true" or wants_json


def answer(request: HttpRequest, access: Access | None) -> HttpResponse | None:
    """Nothing when the person may come in; otherwise where to send them, or why not."""
    if access is None:
        return refuse(request, "This page is not open to anybody.")
    if access.door in (Door.PUBLIC, Door.PARTNER):
        return None
    if access.door is Door.WELCOME and not sessions.is_signed_in(request):
        return None
    if request.actor is None:
        return _answer_roleless(request, access)
    if access.door is Door.PERMISSION and not any(request.actor.can(one) for one in access.permissions):
        return refuse(
            request,
            f"Your role, {request.actor.role_name}, does not include this. "
            "If you hold another role, change to it; otherwise ask your organisation’s administrator.",
        )
    return None


def _answer_roleless(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Sign in first; then a second factor where it is required; then a role."""
    if not request.user.is_authenticated:
        if access.door is Door.WELCOME:
            return None
        typed = show_what_was_typed(request) if request.session_ended else None
        return typed or send_to(request, "account_login", status=401)
    if access.door is Door.IDENTIFIED:
        return None
    if sessions.needs_second_factor(request):
        messages.info(request, "Set up a second way to prove who you are. You need it before you can go on.")
        return send_to(request, "mfa_index", status=403)
    return send_to(request, "accounts_role", status=403)


def send_to(request: HttpRequest, name: str, *, status: int) -> HttpResponse:
    """Send the person to a page and then back here; a fragment tells its page to go there."""
    query = urlencode({"next": return_path(request)})
    location = f"{reverse(name)}?{query}"
    if is_fragment(request):
        return HttpResponse(status=status, headers={"HX-Redirect": location})
    return HttpResponseRedirect(location)


def return_path(request: HttpRequest) -> str:
    """The page the person was on: this address, or for fragments and posts the page that sent them."""
    if request.method == "GET" and not is_fragment(request):
        return request.get_full_path()
    sender = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sender, allowed_hosts={request.get_host()}):
        return reverse("home")
    parts = urlsplit(sender)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """A page, or an answer to a fragment, that says why not."""
    if is_fragment(request):
        return HttpResponse(reason, status=403, content_type="text/plain; charset=utf-8")
    return render(request, "errors/403.jinja", {"message": reason}, status=403)


def show_what_was_typed(request: HttpRequest) -> HttpResponse | None:
    """A form that came after the session ended is not saved; what was typed is shown, so that it can be copied."""
    typed = [(name, value) for name, value in request.POST.items() if value.strip() and name not in SECRETS]
    if request.method != "POST" or not typed or is_fragment(request):
        return None
    context = {"typed": typed, "next": return_path(request)}
    return render(request, "accounts/session_ended.jinja", context, status=401)
