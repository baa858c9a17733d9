"""Every change to a referral, named with the verb that people use. Pages, the API and Celery call the same ones."""

from referrals.actions.close import call_999, cancel, mark_duplicate, record_death, withdraw
from referrals.actions.messages import mark_read, send_message
from referrals.actions.offers import expire_offer, make_offers, redirect, withdraw_offer
from referrals.actions.respond import (
    accept_offer,
    allocate,
    ask_about_offer,
    complete,
    decline_offer,
    first_contact,
    promote_waiting,
    reopen,
    see_offer,
    set_out,
    waitlist_offer,
)
from referrals.actions.send import discard_draft, save_draft, submit
from referrals.actions.triage import accept, acknowledge, advise, answer, ask, assign, reject, resume
from referrals.actions.undo import undo
from referrals.actions.watch import escalate, record_breach, review_breach, take_alert, warn_near

__all__ = [
    "accept",
    "accept_offer",
    "acknowledge",
    "advise",
    "allocate",
    "answer",
    "ask",
    "ask_about_offer",
    "assign",
    "call_999",
    "cancel",
    "complete",
    "decline_offer",
    "discard_draft",
    "escalate",
    "expire_offer",
    "first_contact",
    "make_offers",
    "mark_duplicate",
    "mark_read",
    "promote_waiting",
    "record_breach",
    "record_death",
    "redirect",
    "reject",
    "reopen",
    "resume",
    "review_breach",
    "save_draft",
    "see_offer",
    "send_message",
    "set_out",
    "submit",
    "take_alert",
    "undo",
    "waitlist_offer",
    "warn_near",
    "withdraw",
    "withdraw_offer",
]
