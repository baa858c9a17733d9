"""The steps of the point of access, and those that anybody with the referral may take."""

from accounts.roles import Permission
from referrals import actions
from referrals.forms import triage as forms
from referrals.states import Verb
from referrals.views.stepping import Way, view_of

ACKNOWLEDGE = Way(
    Verb.ACKNOWLEDGE,
    actions.acknowledge,
    forms.AcknowledgeForm,
    "Take into triage",
    "Take into triage",
    "It is yours: the referrer has been told that a clinician is looking at it.",
)
ACCEPT = Way(
    Verb.ACCEPT,
    actions.accept,
    forms.AcceptForm,
    "Accept",
    "Accept",
    "Accepted.",
    help="Choose the services to ask now. The first to say yes takes it on.",
)
OFFER = Way(
    Verb.OFFER,
    actions.make_offers,
    forms.ServicesForm,
    "Offer to services",
    "Offer",
    "Offered.",
    help="The first to say yes takes it on.",
)
REDIRECT = Way(
    Verb.REDIRECT,
    actions.redirect,
    forms.RedirectForm,
    "Move to another service",
    "Move it",
    "Moved to another service.",
    help="Offers that are still open are withdrawn. The reason is kept with the hand-over.",
)
ASK = Way(
    Verb.ASK,
    actions.ask,
    forms.AskForm,
    "Ask the referrer",
    "Send question",
    "The question is with the referrer.",
    help="A crisis clock runs on while you wait. If it cannot wait, telephone.",
)
ADVISE = Way(
    Verb.ADVISE,
    actions.advise,
    forms.AdviseForm,
    "Return with advice",
    "Return with advice",
    "Returned to the referrer with your advice.",
    help="The referral is closed. The referrer reads your advice.",
)
REJECT = Way(
    Verb.REJECT,
    actions.reject,
    forms.RejectForm,
    "Decline as inappropriate",
    "Decline",
    "Declined. The referrer has been told why, and where to turn.",
    help="The referral is closed. The referrer reads the criterion and where to turn instead.",
    grave=True,
)
ASSIGN = Way(Verb.ASSIGN, actions.assign, forms.AssignForm, "Assign", "Assign", "Assigned.")
ANSWER = Way(
    Verb.ANSWER,
    actions.answer,
    forms.AnswerForm,
    "Answer the question",
    "Save answer",
    "The answer is saved.",
    help="Type what the referrer told you.",
)
RESUME = Way(
    Verb.RESUME,
    actions.resume,
    forms.ResumeForm,
    "Carry on without an answer",
    "Carry on without an answer",
    "The question is closed without an answer.",
)
WITHDRAW_OFFER = Way(
    Verb.WITHDRAW_OFFER,
    actions.withdraw_offer,
    forms.WithdrawOfferForm,
    "Withdraw this offer",
    "Withdraw offer",
    "The offer is withdrawn.",
    help="If no other offer is open, the next service in reserve is asked.",
)
DUPLICATE = Way(
    Verb.MARK_DUPLICATE,
    actions.mark_duplicate,
    forms.DuplicateForm,
    "Mark as duplicate",
    "Mark as duplicate",
    "Marked as a duplicate. The referrer has been told.",
    help="This referral is closed. The need is answered on the other one.",
)
CANCEL = Way(
    Verb.CANCEL,
    actions.cancel,
    forms.CancelForm,
    "Cancel the referral",
    "Cancel the referral",
    "The referral is cancelled.",
    grave=True,
)
WITHDRAW = Way(
    Verb.WITHDRAW,
    actions.withdraw,
    forms.WithdrawForm,
    "The person does not want this help",
    "Close the referral",
    "Closed: the person does not want this help.",
    grave=True,
)
CALL_999 = Way(
    Verb.CALL_999,
    actions.call_999,
    forms.Call999Form,
    "Emergency: sent to 999",
    "Record and close",
    "Closed: passed to 999.",
    help="Call 999 first. This records that it was done, and cannot be undone.",
    grave=True,
)
DEATH = Way(
    Verb.RECORD_DEATH,
    actions.record_death,
    forms.DeathForm,
    "The person has died",
    "Close the referral",
    "Closed: the person has died.",
    help="This closes the referral. The date of death is recorded on the person’s own record.",
    grave=True,
)
UNDO = Way(
    Verb.UNDO,
    actions.undo,
    forms.AcknowledgeForm,
    "Undo the last step",
    "Undo",
    "The last step is undone. Both stay in the history.",
)

WAYS = (
    ACKNOWLEDGE, ACCEPT, OFFER, ASK, ANSWER, RESUME, REDIRECT, ADVISE, REJECT, ASSIGN, WITHDRAW_OFFER, DUPLICATE,
    WITHDRAW, CANCEL, CALL_999, DEATH,
)  # fmt: skip
VIEWS = {way: view_of(way) for way in WAYS}
undo = view_of(
    UNDO, Permission.ACKNOWLEDGE, Permission.TRIAGE, Permission.RESPOND, Permission.SUPERVISE, Permission.TRACK_SENT
)
