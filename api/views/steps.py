"""The steps a partner may take: each is one address, one body shape, one action of the referral core."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from api import inputs
from api.conditions import expected_version
from api.documentation import steps as documented
from api.fields import Input, read
from api.idempotency import once
from api.problems import Code, FieldCode, FieldError, Problem, not_found
from api.representations import OFFER_VERBS, SCOPES_OF
from api.retries import of_referral
from api.scopes import Scope
from api.views.base import Endpoint, identifier
from api.views.referrals import changed
from audit.errors import NotPermitted
from directory.models import Criterion, Service
from referrals import actions
from referrals.models import ReferralOffer
from referrals.states import Verb

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its address, who may take it, what it is sent, and what it does."""

    verb: Verb
    shape: type[Input]
    run: Callable[..., Any]
    title: str
    words: str
    prepare: Callable[[Actor, Mapping[str, Any], UUID | None], Arguments] | None = None

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return OFFER_VERBS[self.verb][0] if self.verb in OFFER_VERBS else self.verb.value

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return SCOPES_OF.get(self.verb, (Scope.OFFERS_RESPOND,))


def _criterion(by: Actor, given: Mapping[str, Any], offer_id: UUID | None) -> Arguments:
    """The criterion that this code names for the service of the offer."""
    service_id = ReferralOffer.objects.visible_to(by).filter(pk=offer_id).values_list("service", flat=True).first()
    if service_id is None:
        raise not_found()
    criterion = Criterion.objects.in_force().filter(service=service_id, code=given["criterion"]).first()
    if criterion is None:
        message = "Send the code of a criterion of this service: see its entry in services."
        raise Problem(
            Code.VALIDATION_FAILED, message, errors=[FieldError("criterion", FieldCode.INVALID_VALUE, message)]
        )
    return {"criterion": criterion, "note": given.get("note", "")}


def _service(_by: Actor, given: Mapping[str, Any], _offer_id: UUID | None) -> Arguments:
    service = Service.objects.in_force().filter(slug=given["service"]).first()
    if service is None:
        message = "There is no current service with this slug."
        raise Problem(Code.VALIDATION_FAILED, message, errors=[FieldError("service", FieldCode.INVALID_VALUE, message)])
    return {"service": service.pk, "reason": given["reason"]}


REFERRAL_STEPS = (
    Step(
        Verb.ANSWER,
        inputs.AnswerIn,
        actions.answer,
        "Answer the open question",
        "The referral goes back to whoever asked, and paused clocks run on.",
    ),
    Step(
        Verb.CANCEL,
        inputs.ReasonIn,
        actions.cancel,
        "Cancel a referral",
        "By whoever sent it, until a service has taken it on.",
    ),
    Step(
        Verb.WITHDRAW,
        inputs.ReasonIn,
        actions.withdraw,
        "The person does not want this help",
        "By whoever sent it, or by the service that cares for the person.",
    ),
    Step(
        Verb.RECORD_DEATH,
        inputs.DeathIn,
        actions.record_death,
        "The person has died",
        "Ends the referral and every offer of it.",
    ),
    Step(
        Verb.SET_OUT,
        inputs.WhenIn,
        actions.set_out,
        "Somebody is on the way",
        "The response clock runs on until they meet the person.",
    ),
    Step(
        Verb.FIRST_CONTACT,
        inputs.WhenIn,
        actions.first_contact,
        "Record the first contact",
        "The response clock stops at the moment stated.",
    ),
    Step(
        Verb.COMPLETE,
        inputs.CompleteIn,
        actions.complete,
        "Complete a referral",
        "With its outcome; the referrer is told what happens next.",
    ),
    Step(
        Verb.REOPEN,
        inputs.ReasonIn,
        actions.reopen,
        "Reopen a referral",
        "Within 7 days of its completion; a new response clock runs.",
    ),
    Step(
        Verb.REDIRECT,
        inputs.RedirectIn,
        actions.redirect,
        "Move to another service",
        "By the service that cares for the person; the other service is offered the referral.",
        _service,
    ),
    Step(
        Verb.CALL_999,
        inputs.ReasonIn,
        actions.call_999,
        "Sent to 999",
        "The person needs an ambulance now. This only records it: call 999 first.",
    ),
)
OFFER_STEPS = (
    Step(
        Verb.SEE_OFFER,
        inputs.NothingIn,
        actions.see_offer,
        "Acknowledge an offer",
        "Says that the team has seen it.",
    ),
    Step(
        Verb.ASK_ABOUT_OFFER,
        inputs.QuestionIn,
        actions.ask_about_offer,
        "Ask before answering an offer",
        "The question goes to the referrer.",
    ),
    Step(
        Verb.ACCEPT_OFFER,
        inputs.NothingIn,
        actions.accept_offer,
        "Accept an offer",
        "Responsibility passes to this service; every other offer is withdrawn.",
    ),
    Step(
        Verb.DECLINE_OFFER,
        inputs.DeclineIn,
        actions.decline_offer,
        "Decline an offer on a criterion",
        "Having no place is no reason to decline: waitlist instead.",
        _criterion,
    ),
    Step(
        Verb.WAITLIST_OFFER,
        inputs.WaitlistIn,
        actions.waitlist_offer,
        "No place now",
        "The offer stays live and the unmet need is counted.",
    ),
)


class TakeStep(Endpoint):
    """A step on a referral."""

    step: Step

    def post(self, request: Request, referral: str, offer: str = "") -> Response:
        version = expected_version(request)
        given = read(self.step.shape, request.data)
        referral_id, offer_id = identifier(referral), identifier(offer) if offer else None
        again = of_referral(self.actor, referral_id)
        return once(request, lambda: self._take(referral_id, offer_id, version, given), again=again)

    def _take(self, referral_id: UUID, offer_id: UUID | None, version: int, given: Mapping[str, Any]) -> Response:
        arguments = {"referral_id": referral_id} | ({"offer_id": offer_id} if offer_id else {})
        by = self.caller.acting
        prepared = self.step.prepare(by, given, offer_id) if self.step.prepare else dict(given)
        try:
            self.step.run(by=by, expected_version=version, **arguments, **prepared)
        except NotPermitted as refusal:
            if offer_id and refusal.code == Code.NO_RELATIONSHIP:
                raise not_found() from refusal
            raise
        return changed(self, referral_id)


def view_of(step: Step) -> Callable[..., Any]:
    """The view of one step, documented by itself."""
    name = "".join(part.title() for part in step.verb.value.split("-")) + "Step"
    view = type(name, (TakeStep,), {"step": step, "scopes": {"POST": step.scopes}, "__doc__": step.words})
    return documented.step(step)(view).as_view()


class Messages(Endpoint):
    """The conversation about a referral."""

    scopes = {"POST": (Scope.REFERRALS_WRITE, Scope.OFFERS_RESPOND)}

    @documented.message
    def post(self, request: Request, referral: str) -> Response:
        """Write a message to everybody who works on the referral. Its version does not change."""
        given = read(inputs.MessageIn, request.data)
        referral_id = identifier(referral)
        again = of_referral(self.actor, referral_id)
        return once(request, lambda: self._say(referral_id, given["text"]), again=again)

    def _say(self, referral_id: UUID, text: str) -> Response:
        with transaction.atomic():
            actions.send_message(referral_id=referral_id, by=self.caller.acting, text=text)
            return changed(self, referral_id, status=201)
