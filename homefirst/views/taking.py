"""How the web takes an action on an episode, a case, a package or a bed: a page without JavaScript, nothing typed lost.

An action that somebody else overtook is shown again with what was typed, who was first and what changed, so that the
person can decide again. The same form sent twice is done once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import sleep
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from homefirst import policies
from homefirst.forms.taking import CareForm
from homefirst.opened import Opened
from homefirst.presenters.acts import entries
from pages.forms import show_refusal
from pages.sending import is_repeated, remember, see_other

Opener = Callable[[UUID, Actor], Opened]
TRIES, A_MOMENT = 20, 0.05
"""How often, and after how many seconds each, the second half of a double click asks if the first is remembered."""


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
    check: Callable[[Actor, Any], None] | None = None
    """Raises, with a sentence for the user, where the actor may not do it now."""

    def refusal(self, held: Opened) -> str:
        """Why the actor may not do it now; empty when they may."""
        return policies.refusal(self.check, held.actor, held.subject) if self.check else ""

    def is_open(self, held: Opened) -> bool:
        """Whether the actor may do it now."""
        return not self.refusal(held)


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


def _take(request: HttpRequest, held: Opened, way: Taking, open_: Opener, more: dict[str, UUID]) -> HttpResponse:
    form = way.form(request.POST, held=held)
    sent = (request.actor.id, request.path, form.seen_version)
    if form.seen_version != held.subject.version and is_repeated(request.POST, *sent):
        return _done(request, held, way)
    if not form.is_valid():
        return taking_page(request, held, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    subject = {way.argument: held.subject.pk}
    try:
        way.action(by=request.actor, expected_version=form.seen_version, **subject, **more, **form.arguments)
    except Invalid as refused:
        show_refusal(form, refused)
        return taking_page(request, held, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (StaleVersion, IllegalTransition, NotPermitted) as refused:
        held = open_(held.subject.pk, request.actor)
        if _taken_meanwhile(request, held, sent):
            return _done(request, held, way)
        return _overtaken(request, held, way, refused)
    remember(request.POST, *sent)
    return _done(request, held, way)


def _taken_meanwhile(request: HttpRequest, held: Opened, sent: tuple[Any, ...]) -> bool:
    """Whether the other half of a double click was quicker: it is remembered a moment after it was written."""
    *_, seen = sent
    if seen is None or not any(act.by_id == request.actor.id for act in held.acts_since(seen)):
        return False
    for _ in range(TRIES):
        if is_repeated(request.POST, *sent):
            return True
        sleep(A_MOMENT)
    return False


def _done(request: HttpRequest, held: Opened, way: Taking) -> HttpResponse:
    messages.success(request, way.done)
    return see_other(held.href)


def _overtaken(request: HttpRequest, held: Opened, way: Taking, refused: DomainError) -> HttpResponse:
    """Somebody else acted first: show what changed, keep what was typed, let them decide again where they can."""
    typed = request.POST.copy()
    seen = way.form(typed, held=held).seen_version
    typed["version"] = str(held.subject.version)
    changed = held.acts_since(seen) if seen is not None else []
    refusal = {"message": refused.message, "changed": entries(changed)}
    return taking_page(request, held, way, way.form(typed, held=held), status=refused.status, refusal=refusal)


def taking_page(
    request: HttpRequest,
    held: Opened,
    way: Taking,
    form: CareForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of one action; `refusal` is why it was not done, and what changed."""
    held.log()
    closed = way.refusal(held)
    if closed and status == HTTPStatus.OK:
        status = HTTPStatus.CONFLICT
    context = {"held": held, "way": way, "form": form, "closed": closed, "refusal": refusal, "here": request.path}
    return render(request, "homefirst/taking.jinja", context, status=status)
