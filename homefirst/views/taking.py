"""How the web takes an action on an episode, a follow-up or a package: a page without JavaScript, nothing typed lost.

An action that somebody else overtook is shown again with what was typed and who was first, so that the person can
decide again. The same form sent twice is done once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from homefirst.forms.taking import CareForm

REMEMBER_SECONDS = 3600


class Opened(Protocol):
    """What one actor has open, and where its page is."""

    actor: Actor

    @property
    def subject(self) -> Any: ...
    @property
    def banner(self) -> dict[str, Any] | None: ...
    @property
    def href(self) -> str: ...
    @property
    def heading(self) -> str: ...
    def log(self) -> None: ...


Opener = Callable[[UUID, Actor], Opened]


@dataclass(frozen=True, slots=True)
class Taking:
    """How the web takes one action: its address, its form, its words."""

    url_name: str
    argument: str
    """What the action calls the id of its subject."""
    action: Callable[..., Any]
    form: type[CareForm]
    title: str
    button: str
    done: str
    help: str = ""
    grave: bool = False
    may: Callable[[Actor, Any], bool] | None = None

    def is_open(self, held: Opened) -> bool:
        """Whether the actor may do it now."""
        return self.may is None or self.may(held.actor, held.subject)


def view_of(way: Taking, open_: Opener, *permissions: Permission) -> Callable[..., HttpResponse]:
    """The page of one action: GET shows its form, POST does it."""

    @requires(*permissions)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, subject_id: UUID, **more: UUID) -> HttpResponse:
        held = open_(subject_id, request.actor)
        if request.method == "POST":
            return _take(request, held, way, open_, more)
        return taking_page(request, held, way, way.form(held=held))

    view.__doc__ = f"{way.title}."
    return view


def see_other(path: str) -> HttpResponseRedirect:
    """After a POST, go on with a GET, so that reload and back do nothing twice."""
    response = HttpResponseRedirect(path)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _take(request: HttpRequest, held: Opened, way: Taking, open_: Opener, more: dict[str, UUID]) -> HttpResponse:
    form = way.form(request.POST, held=held)
    sent = _sent_key(request)
    if form.seen_version != held.subject.version and cache.get(sent):
        return _done(request, held, way)
    if not form.is_valid():
        return taking_page(request, held, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    subject = {way.argument: held.subject.pk}
    try:
        way.action(by=request.actor, expected_version=form.seen_version, **subject, **more, **form.arguments)
    except Invalid as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return taking_page(request, held, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (StaleVersion, IllegalTransition, NotPermitted) as refused:
        return _overtaken(request, open_(held.subject.pk, request.actor), way, refused)
    cache.set(sent, 1, timeout=REMEMBER_SECONDS)
    return _done(request, held, way)


def _sent_key(request: HttpRequest) -> str:
    """The same person, address and words: a double click, a reload, the back button."""
    said = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return "sent:" + sha256(repr((str(request.actor.id), request.path, said)).encode()).hexdigest()


def _done(request: HttpRequest, held: Opened, way: Taking) -> HttpResponse:
    messages.success(request, way.done)
    return see_other(held.href)


def _overtaken(request: HttpRequest, held: Opened, way: Taking, refused: DomainError) -> HttpResponse:
    """Somebody else acted first: keep what was typed, let the person decide again where they can."""
    typed = request.POST.copy()
    typed["version"] = str(held.subject.version)
    return taking_page(request, held, way, way.form(typed, held=held), status=refused.status, refusal=refused.message)


def taking_page(
    request: HttpRequest,
    held: Opened,
    way: Taking,
    form: CareForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> HttpResponse:
    """The page of one action."""
    held.log()
    is_open = way.is_open(held)
    if not is_open and status == HTTPStatus.OK:
        status = HTTPStatus.CONFLICT
    context = {
        "held": held,
        "way": way,
        "form": form,
        "is_open": is_open,
        "refusal": refusal,
        "here": request.path,
    }
    return render(request, "homefirst/taking.jinja", context, status=status)
