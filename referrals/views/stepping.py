"""How the web takes any step on a referral: one address a verb, a page without JavaScript, nothing typed lost.

A step that somebody else overtook is shown again with what was typed, who did what and when, and what changed, so
that the person can decide again. The same step sent twice happens once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from audit.errors import DomainError, IllegalTransition, Invalid, NotPermitted, StaleVersion
from pages.forms import show_refusal
from pages.sending import is_repeated, remember, see_other
from referrals import policies
from referrals.forms.steps import StepForm
from referrals.forms.triage import ServicesForm
from referrals.models import Referral
from referrals.presenters.referral import ReferralPage, SuggestionView, entries
from referrals.reading import ReferralFile
from referrals.states import OFFER_TRANSITIONS, OPEN, OfferStatus, Verb
from referrals.steps import stale

View = Callable[..., HttpResponse]
ANSWERS = {
    Verb.SEE_OFFER: OfferStatus.ACKNOWLEDGED,
    Verb.ASK_ABOUT_OFFER: OfferStatus.INFO_REQUESTED,
    Verb.ACCEPT_OFFER: OfferStatus.ACCEPTED,
    Verb.DECLINE_OFFER: OfferStatus.DECLINED,
    Verb.WAITLIST_OFFER: OfferStatus.WAITLISTED,
}


@dataclass(frozen=True, slots=True)
class Way:
    """How the web takes one verb: its action, its form, its words."""

    verb: Verb
    action: Callable[..., Referral]
    form: type[StepForm]
    title: str
    button: str
    done: str
    help: str = ""
    grave: bool = False

    @property
    def asks(self) -> bool:
        """Whether there is anything to type or choose."""
        return any(not field.widget.is_hidden for field in self.form.base_fields.values())

    @property
    def url_name(self) -> str:
        return f"referral_{self.verb.value.replace('-', '_')}"

    def is_open(self, file: ReferralFile) -> bool:
        """Whether the actor may take this step on this referral now."""
        if self.verb is Verb.UNDO:
            return file.undoable is not None
        if self.verb not in file.verbs:
            return False
        if self.verb in ANSWERS:
            return file.my_offer is not None and ANSWERS[self.verb] in OFFER_TRANSITIONS[file.my_offer.status]
        if self.verb in {Verb.ANSWER, Verb.RESUME}:
            return file.open_question is not None
        return self.verb is not Verb.MARK_DUPLICATE or any(other.status in OPEN for other in file.others)


def view_of(way: Way, *permissions: Any) -> View:
    """The page of one verb: GET shows its form, POST takes the step."""
    allowed = permissions or tuple(dict.fromkeys(permission for permission, _ in policies.WHO[way.verb]))

    @requires(*allowed)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, referral_id: UUID) -> HttpResponse:
        file = ReferralFile.open(referral_id, request.actor)
        if request.method == "POST":
            return _take(request, file, way)
        form = way.form(file=file, initial={"offer": request.GET.get("offer")})
        return step_page(request, file, way, form)

    view.__doc__ = f"{way.title}."
    return view


def _take(request: HttpRequest, file: ReferralFile, way: Way) -> HttpResponse:
    form = way.form(request.POST, file=file)
    if _is_done_already(request, file, way, form.seen_version):
        return _done(request, file.referral, way)
    if form.seen_version is not None and form.seen_version != file.referral.version:
        return _overtaken(request, file.referral.pk, way, _who_was_first(file))
    if not form.is_valid():
        return step_page(request, file, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        referral = way.action(
            referral_id=file.referral.pk, by=request.actor, expected_version=form.seen_version, **form.arguments
        )
    except Invalid as refused:
        show_refusal(form, refused)
        return step_page(request, file, way, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (StaleVersion, IllegalTransition, NotPermitted) as refused:
        return _overtaken(request, file.referral.pk, way, refused)
    remember(request.POST, request.actor.id, referral.pk, form.seen_version)
    return _done(request, referral, way)


def _is_done_already(request: HttpRequest, file: ReferralFile, way: Way, seen: int | None) -> bool:
    """The same step by the same person, sent again in the same words: a double click, a reload, the back button."""
    if seen is None or seen == file.referral.version:
        return False
    after = next((step for step in file.steps if step.version == seen + 1), None)
    if after is None or after.verb != way.verb or after.by_id != file.actor.id:
        return False
    return is_repeated(request.POST, request.actor.id, file.referral.pk, seen) is not False


def _who_was_first(file: ReferralFile) -> DomainError:
    return stale(file.steps[0] if file.steps else None, file.referral)


def _done(request: HttpRequest, referral: Referral, way: Way) -> HttpResponse:
    messages.success(request, way.done)
    return see_other(reverse("referral", args=[referral.pk]))


def _overtaken(request: HttpRequest, referral_id: UUID, way: Way, refused: DomainError) -> HttpResponse:
    """Somebody else acted first: show what changed, keep what was typed, let them decide again where they can."""
    file = ReferralFile.open(referral_id, request.actor)
    typed = request.POST.copy()
    seen = way.form(typed, file=file).seen_version
    typed["version"] = str(file.referral.version)
    form = way.form(typed, file=file)
    changed = file.steps_since(seen if seen is not None else file.referral.version)
    refusal = {"message": refused.message, "changed": list(entries(changed, file)), "again": way.is_open(file)}
    return step_page(request, file, way, form, status=refused.status, refusal=refusal)


def step_page(
    request: HttpRequest, file: ReferralFile, way: Way, form: StepForm, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    """The page of one verb."""
    file.log()
    is_open = way.is_open(file)
    context = {
        "file": file,
        "page": ReferralPage(file),
        "referral": file.referral,
        "way": way,
        "form": form,
        "is_open": is_open,
        "undoable": file.undoable if way.verb is Verb.UNDO else None,
        **suggested(form),
        **more,
    }
    if not is_open and status == HTTPStatus.OK:
        status = HTTPStatus.CONFLICT
    return render(request, "referrals/step.jinja", context, status=status)


def suggested(form: StepForm | None) -> dict[str, Any]:
    """Services to choose from, those that fit apart from those that do not."""
    if not isinstance(form, ServicesForm):
        return {}
    views = [SuggestionView(found) for found in form.suggestions]
    return {"fitting": [one for one in views if one.fits], "others": [one for one in views if not one.fits]}
