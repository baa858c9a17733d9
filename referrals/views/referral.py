"""One referral: what must not be missed, what is asked, and what the reader may do about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.roles import Permission
from pages.sending import see_other
from referrals import actions
from referrals.forms.triage import MessageForm
from referrals.presenters.referral import ReferralPage
from referrals.reading import ReferralFile
from referrals.views import decide, respond
from referrals.views.stepping import Way, suggested

INLINE = (
    decide.ACCEPT,
    decide.OFFER,
    respond.ACCEPT,
    respond.FIRST_CONTACT,
    respond.COMPLETE,
    decide.ANSWER,
)
INSTEAD = (respond.WAITLIST, respond.ASK, respond.DECLINE, decide.ASK, decide.REDIRECT, decide.ADVISE, decide.REJECT)
"""The other answers; with a long form on the page they come before it, one press of Tab away."""
READERS = (Permission.VIEW_WORKLIST, Permission.RESPOND, Permission.TRACK_SENT, Permission.VIEW_PATIENT)


@requires(*READERS)
@require_safe
def page(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The page of one referral; every opening is logged."""
    file = ReferralFile.open(referral_id, request.actor)
    return show(request, file, MessageForm())


@requires(*READERS)
@require_POST
def message(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Add a line to the conversation."""
    file = ReferralFile.open(referral_id, request.actor)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return show(request, file, form, status=422)
    typed = form.cleaned_data
    actions.send_message(
        referral_id=referral_id,
        by=request.actor,
        text=typed["text"],
        for_referrer=not (typed["only_teams"] and file.sees_all),
        message_id=typed["message_id"],
    )
    messages.success(request, "Message sent.")
    return see_other(f"{reverse('referral', args=[referral_id])}#conversation")


def show(request: HttpRequest, file: ReferralFile, message_form: MessageForm, *, status: int = 200) -> HttpResponse:
    """The page, with the form that the moment asks for and links to every other step."""
    file.log()
    actions.mark_read(referral=file.referral, by=request.actor)
    ways = open_ways(file)
    inline = next((way for way in INLINE if way in ways), None)
    step_form = inline.form(file=file) if inline else None
    instead = [way for way in ways if inline and way in INSTEAD]
    context: dict[str, Any] = {
        "file": file,
        "page": ReferralPage(file),
        "referral": file.referral,
        "inline": inline,
        "inline_form": step_form,
        "at_once": [way for way in ways if not way.asks],
        "instead": instead,
        "by_page": [way for way in ways if way.asks and way is not inline and way not in instead],
        "withdraw_offer": decide.WITHDRAW_OFFER if decide.WITHDRAW_OFFER.is_open(file) else None,
        "mark_duplicate": decide.DUPLICATE if decide.DUPLICATE in ways else None,
        "undoable": file.undoable,
        "undo": decide.UNDO,
        "message_form": message_form,
        "error_forms": [message_form],
        **suggested(step_form),
    }
    return render(request, "referrals/referral.jinja", context, status=status)


def open_ways(file: ReferralFile) -> list[Way]:
    """Every step the reader may take now, in the order of the journey; withdrawing an offer is shown beside it."""
    ways = (*respond.WAYS, *decide.WAYS)
    return [way for way in ways if way is not decide.WITHDRAW_OFFER and way.is_open(file)]
