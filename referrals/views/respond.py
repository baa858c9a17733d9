"""The service team: offers to answer, people to visit, and every step from seeing an offer to finishing."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Permission
from referrals import actions, worklist
from referrals.filters import TeamFilter, place_choices
from referrals.forms import respond as forms
from referrals.presenters.lists import OfferLine
from referrals.states import Verb
from referrals.views.lists import ListPage, log_shown, warn
from referrals.views.stepping import Way, view_of

DUE = "due_at"

SEE = Way(Verb.SEE_OFFER, actions.see_offer, forms.SeeOfferForm, "Seen", "Mark as seen", "Marked as seen by your team.")
ASK = Way(
    Verb.ASK_ABOUT_OFFER,
    actions.ask_about_offer,
    forms.AskAboutOfferForm,
    "Ask the referrer",
    "Send question",
    "The question is with the referrer.",
    help="The referral stays with your team. If it cannot wait, telephone.",
)
ACCEPT = Way(
    Verb.ACCEPT_OFFER,
    actions.accept_offer,
    forms.AcceptOfferForm,
    "Accept for your team",
    "Accept",
    "Accepted: your team is responsible from now on. The referrer has been told.",
    help="Your team becomes responsible. Offers to other services are withdrawn.",
)
WAITLIST = Way(
    Verb.WAITLIST_OFFER,
    actions.waitlist_offer,
    forms.WaitlistForm,
    "No free place: waiting list",
    "Put on the waiting list",
    "On your waiting list. The unmet need is counted, and the point of access can look for another service.",
    help=(
        "Having no free place is not a reason to decline. The person waits with you, the unmet need is counted, "
        "and the point of access can find another service meanwhile."
    ),
)
DECLINE = Way(
    Verb.DECLINE_OFFER,
    actions.decline_offer,
    forms.DeclineOfferForm,
    "Decline on a criterion",
    "Decline",
    "Declined. The next service is asked, or the point of access is told.",
    help=(
        "Only when the person does not meet one of your service’s criteria. "
        "If you have no free place, use the waiting list."
    ),
    grave=True,
)
ALLOCATE = Way(Verb.ALLOCATE, actions.allocate, forms.AllocateForm, "Say who will go", "Save", "Saved who will go.")
SET_OUT = Way(
    Verb.SET_OUT,
    actions.set_out,
    forms.SetOutForm,
    "On the way",
    "Set out",
    "The referrer sees that somebody is on the way.",
)
FIRST_CONTACT = Way(
    Verb.FIRST_CONTACT,
    actions.first_contact,
    forms.FirstContactForm,
    "Record first contact",
    "Record first contact",
    "First contact recorded: the response clock has stopped.",
    help="When somebody from your team first met the person, face to face. It may be earlier than now.",
)
COMPLETE = Way(
    Verb.COMPLETE,
    actions.complete,
    forms.CompleteForm,
    "Finish",
    "Finish",
    "Finished. The referrer has been told the outcome.",
)
REOPEN = Way(
    Verb.REOPEN,
    actions.reopen,
    forms.ReopenForm,
    "Reopen",
    "Reopen",
    "Reopened: a new response clock runs from now.",
    help="Within 7 days of finishing.",
)

WAYS = (SEE, ACCEPT, WAITLIST, ASK, DECLINE, ALLOCATE, SET_OUT, FIRST_CONTACT, COMPLETE, REOPEN)
VIEWS = {way: view_of(way) for way in WAYS}


def _context(request: HttpRequest) -> dict[str, Any]:
    rows = worklist.team_offers(request.actor)
    filters = TeamFilter(request.GET, rows, actor=request.actor, options={"place": place_choices()})
    shown = ListPage(request, filters, worklist.team_lists())
    context = shown.context(worklist.offer_values(shown.rows, request.actor), DUE)
    log_shown(request, context["page"].rows, "team")
    query = urlencode(shown.query | context["position"])
    now = timezone.now()
    return context | {
        "lines": [OfferLine(row, now) for row in context["page"].rows],
        "rows_href": f"{reverse('team_rows')}?{query}",
        "page_href": f"{reverse('team_offers')}?{query}",
    }


@requires(Permission.RESPOND)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Offers to my team, who waits, and who is being cared for."""
    context = _context(request)
    warn(request, context["problems"])
    return render(request, "referrals/team.jinja", context)


@requires(Permission.RESPOND)
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The part of the team's page that refreshes itself."""
    return render(request, "referrals/_team.jinja", _context(request))
