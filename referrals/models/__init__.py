"""One idea a module: the referral, its offers, its history, its clocks, and the conversation about it."""

from referrals.models.clock import Alert, Breach, Clock
from referrals.models.conversation import Answer, Message, Question
from referrals.models.draft import Draft
from referrals.models.history import Step, Transition
from referrals.models.offer import Handoff, ReferralOffer, TriageDecision, UnmetNeed
from referrals.models.referral import Referral

__all__ = [
    "Alert",
    "Answer",
    "Breach",
    "Clock",
    "Draft",
    "Handoff",
    "Message",
    "Question",
    "Referral",
    "ReferralOffer",
    "Step",
    "Transition",
    "TriageDecision",
    "UnmetNeed",
]
