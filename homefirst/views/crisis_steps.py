"""How the web takes a step of crisis support: a page without JavaScript, nothing typed lost, nothing done twice."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from homefirst.actions import crisis as actions
from homefirst.crisis_file import CrisisFile
from homefirst.forms import crisis as forms
from homefirst.models import CrisisEpisode
from homefirst.policies import crisis as policies
from homefirst.presenters.crisis import CrisisPage, entries
from referrals.views.stepping import see_other

View = Callable[..., HttpResponse]
REMEMBER_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Way:
    """How the web takes one step: its action, its form, its words. `verb` is what the history calls it."""

    verb: str
    action: Callable[..., CrisisEpisode]
    form: type[forms.EpisodeForm]
    check: Callable[[Actor, CrisisEpisode], None]
    title: str
    button: str
    done: str
    help: str = ""
    grave: bool = False

    @property
    def url_name(self) -> str:
        return f"crisis_{self.verb.replace('-', '_')}"

    def refusal(self, file: CrisisFile) -> str:
        """Why the actor may not take this step now; empty when they may."""
        try:
            self.check(file.actor, file.episode)
        except DomainError as refused:
            return refused.message
        return ""


NIGHT = Way(
    "night-cover", actions.name_night_cover, forms.NightCoverForm, policies.check_can_plan,
    "Who covers the night", "Save", "Saved who covers the night.",
    help="Night nursing, or another service with a note of how it covers the night.",
)  # fmt: skip
CLINICIAN = Way(
    "name-clinician", actions.name_clinician, forms.ClinicianForm, policies.check_can_plan,
    "Name the clinician", "Save", "Saved who answers for the care.",
)  # fmt: skip
PLAN = Way(
    "plan-next-step", actions.plan_next_step, forms.NextStepForm, policies.check_can_plan,
    "Plan the next step", "Save the next step", "The next step is planned. Tell the person and their carer.",
    help="Before the support ends, somebody else must know that they come next.",
)  # fmt: skip
EXTEND = Way(
    "extend", actions.extend, forms.ExtendForm, policies.check_can_extend,
    "Approve more time", "Approve more time", "More time is approved. Your name and the reason are in the history.",
    help="Support is meant to end after 72 hours. Whoever approves more must not look after the person themselves.",
    grave=True,
)  # fmt: skip
CLOSE = Way(
    "close", actions.close, forms.CloseForm, policies.check_can_close,
    "End crisis support", "End crisis support", "Ended. The referrer has been told what happens next.",
    help="This also finishes the referral.",
)  # fmt: skip
WAYS = (PLAN, NIGHT, CLOSE, CLINICIAN, EXTEND)


def view_of(way: Way) -> View:
    """The page of one step: GET shows its form, POST takes it."""
    allowed = Permission.SUPERVISE if way is EXTEND else Permission.RESPOND

    @requires(allowed)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, episode_id: UUID) -> HttpResponse:
        file = CrisisFile.open(episode_id, request.actor)
        if file.is_sealed:
            return sealed(request, file)
        if request.method == "POST":
            return _take(request, file, way)
        return step_page(request, file, way, way.form(file=file))

    view.__doc__ = f"{way.title}."
    return view


def sealed(request: HttpRequest, file: CrisisFile) -> HttpResponse:
    """A restricted record: a reason is needed before anything is shown."""
    query = urlencode({"next": reverse("crisis_episode", args=[file.episode.pk])})
    open_href = f"{reverse('patient_break_glass', args=[file.person.pk])}?{query}"
    context = {"referral": file.episode.referral, "open_href": open_href}
    return render(request, "referrals/sealed.jinja", context, status=HTTPStatus.FORBIDDEN)


def _take(request: HttpRequest, file: CrisisFile, way: Way) -> HttpResponse:
    form = way.form(request.POST, file=file)
    if _is_done_already(request, file, way, form.seen_version):
        return _done(request, file.episode, way)
    if not form.is_valid():
        return step_page(request, file, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        episode = way.action(
            episode_id=file.episode.pk, by=request.actor, expected_version=form.seen_version, **form.arguments
        )
    except Invalid as refused:
        place = form.places.get(refused.field or "", refused.field)
        form.add_error(place if place in form.fields else None, refused.message)
        return step_page(request, file, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (StaleVersion, IllegalTransition, NotPermitted) as refused:
        return _overtaken(request, file.episode.pk, way, refused)
    cache.set(_sent_key(request, episode.pk, form.seen_version), _digest(request), timeout=REMEMBER_SECONDS)
    return _done(request, episode, way)


def _is_done_already(request: HttpRequest, file: CrisisFile, way: Way, seen: int | None) -> bool:
    """The same step by the same person in the same words: a double click, a reload, the back button."""
    if seen is None or seen == file.episode.version:
        return False
    after = next((act for act in file.acts if act.version == seen + 1), None)
    if after is None or after.verb != way.verb or after.by_id != file.actor.id:
        return False
    return cache.get(_sent_key(request, file.episode.pk, seen)) in {None, _digest(request)}


def _sent_key(request: HttpRequest, episode_id: UUID, version: int | None) -> str:
    return f"crisis-step:{request.actor.id}:{episode_id}:{version}"


def _digest(request: HttpRequest) -> str:
    said = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return sha256(repr(said).encode()).hexdigest()


def _done(request: HttpRequest, episode: CrisisEpisode, way: Way) -> HttpResponse:
    messages.success(request, way.done)
    return see_other(reverse("crisis_episode", args=[episode.pk]))


def _overtaken(request: HttpRequest, episode_id: UUID, way: Way, refused: DomainError) -> HttpResponse:
    """Somebody else acted first, or the moment has passed: show what changed, keep what was typed."""
    file = CrisisFile.open(episode_id, request.actor)
    typed = request.POST.copy()
    seen = way.form(typed, file=file).seen_version
    typed["version"] = str(file.episode.version)
    form = way.form(typed, file=file)
    changed = file.acts_since(seen if seen is not None else file.episode.version)
    refusal = {"message": refused.message, "changed": list(entries(changed)), "again": not way.refusal(file)}
    return step_page(request, file, way, form, status=refused.status, refusal=refusal)


def step_page(
    request: HttpRequest, file: CrisisFile, way: Way, form: forms.EpisodeForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of one step."""
    file.log()
    closed = way.refusal(file)
    context = {
        "file": file,
        "page": CrisisPage(file),
        "episode": file.episode,
        "way": way,
        "form": form,
        "is_open": not closed,
        "closed": closed,
        "plan": PLAN,
        **more,
    }
    if closed and status == HTTPStatus.OK:
        status = HTTPStatus.CONFLICT
    return render(request, "homefirst/crisis_step.jinja", context, status=status)


VIEWS = {way: view_of(way) for way in WAYS}
