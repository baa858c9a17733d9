"""The two state machines: a referral (S1) and each offer of it to a service (S2).

Tables, not code: `steps.py` runs them, the diagrams in docs/states are drawn from them, the house tests read them.
"""

from enum import StrEnum

from django.db import models

from audit.events import Kind


class Status(models.TextChoices):
    """Where a referral stands. The database holds these values; partners see them."""

    SUBMITTED = "submitted", "Waiting to be seen"
    IN_TRIAGE = "in_triage", "In triage"
    INFO_REQUESTED = "info_requested", "Waiting for information"
    ACCEPTED = "accepted", "Accepted, needs a service"
    OFFERED = "offered", "Offered to a service"
    ALLOCATED = "allocated", "Service found"
    RESPONDING = "responding", "On the way"
    IN_SERVICE = "in_service", "Being cared for"
    COMPLETED = "completed", "Completed"
    ADVICE_GIVEN = "advice_given", "Returned with advice"
    NOT_APPROPRIATE = "not_appropriate", "Not appropriate"
    ESCALATED_999 = "escalated_999", "Emergency: sent to 999"
    DIED = "died", "Person has died"
    WITHDRAWN = "withdrawn", "Person declined"
    CANCELLED = "cancelled", "Cancelled by referrer"
    DUPLICATE = "duplicate", "Duplicate"


class OfferStatus(models.TextChoices):
    """Where one offer to one service stands."""

    REQUESTED = "requested", "New"
    ACKNOWLEDGED = "acknowledged", "Seen"
    INFO_REQUESTED = "info_requested", "Waiting for information"
    WAITLISTED = "waitlisted", "Waiting for a place"
    ACCEPTED = "accepted", "Accepted"
    STARTED = "started", "Started"
    ENDED = "ended", "Ended"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "No answer in time"


class Owner(StrEnum):
    """Whose turn it is."""

    POINT_OF_ACCESS = "point of access"
    REFERRER = "referrer"
    SERVICE = "service"
    NOBODY = "closed"


CLOSINGS = (Status.ESCALATED_999, Status.DIED, Status.WITHDRAWN, Status.CANCELLED, Status.DUPLICATE)

TRANSITIONS: dict[str, tuple[Status, ...]] = {
    "": (Status.SUBMITTED,),
    Status.SUBMITTED: (Status.IN_TRIAGE, Status.INFO_REQUESTED, *CLOSINGS),
    Status.IN_TRIAGE: (
        Status.INFO_REQUESTED,
        Status.ADVICE_GIVEN,
        Status.NOT_APPROPRIATE,
        Status.ACCEPTED,
        *CLOSINGS,
    ),
    Status.INFO_REQUESTED: (Status.IN_TRIAGE, *CLOSINGS),
    Status.ACCEPTED: (Status.OFFERED, *CLOSINGS),
    Status.OFFERED: (Status.ALLOCATED, Status.ACCEPTED, *CLOSINGS),
    Status.ALLOCATED: (Status.RESPONDING, Status.IN_SERVICE, Status.ACCEPTED, *CLOSINGS),
    Status.RESPONDING: (Status.IN_SERVICE, Status.ACCEPTED, *CLOSINGS),
    Status.IN_SERVICE: (Status.COMPLETED, Status.ACCEPTED, *CLOSINGS),
    Status.COMPLETED: (Status.ALLOCATED,),
    Status.ADVICE_GIVEN: (),
    Status.NOT_APPROPRIATE: (),
    **dict.fromkeys(CLOSINGS, ()),
}

OWNERS: dict[Status, Owner] = {
    Status.SUBMITTED: Owner.POINT_OF_ACCESS,
    Status.IN_TRIAGE: Owner.POINT_OF_ACCESS,
    Status.INFO_REQUESTED: Owner.REFERRER,
    Status.ACCEPTED: Owner.POINT_OF_ACCESS,
    Status.OFFERED: Owner.SERVICE,
    Status.ALLOCATED: Owner.SERVICE,
    Status.RESPONDING: Owner.SERVICE,
    Status.IN_SERVICE: Owner.SERVICE,
    Status.COMPLETED: Owner.NOBODY,
    Status.ADVICE_GIVEN: Owner.NOBODY,
    Status.NOT_APPROPRIATE: Owner.NOBODY,
    **dict.fromkeys(CLOSINGS, Owner.NOBODY),
}

EVENTS: dict[Status, Kind] = {
    Status.SUBMITTED: Kind.REFERRAL_SUBMITTED,
    Status.IN_TRIAGE: Kind.REFERRAL_ACKNOWLEDGED,
    Status.INFO_REQUESTED: Kind.REFERRAL_INFO_REQUESTED,
    Status.ACCEPTED: Kind.REFERRAL_ACCEPTED,
    Status.OFFERED: Kind.REFERRAL_OFFERED,
    Status.ALLOCATED: Kind.REFERRAL_ALLOCATED,
    Status.RESPONDING: Kind.REFERRAL_RESPONDING,
    Status.IN_SERVICE: Kind.REFERRAL_FIRST_CONTACT,
    Status.COMPLETED: Kind.REFERRAL_COMPLETED,
    Status.ADVICE_GIVEN: Kind.REFERRAL_ADVICE_GIVEN,
    Status.NOT_APPROPRIATE: Kind.REFERRAL_REJECTED,
    Status.ESCALATED_999: Kind.REFERRAL_ESCALATED_999,
    Status.DIED: Kind.REFERRAL_DIED,
    Status.WITHDRAWN: Kind.REFERRAL_WITHDRAWN,
    Status.CANCELLED: Kind.REFERRAL_CANCELLED,
    Status.DUPLICATE: Kind.REFERRAL_DUPLICATE,
}

RETURN_EVENTS: dict[tuple[str, Status], Kind] = {
    (Status.INFO_REQUESTED, Status.IN_TRIAGE): Kind.REFERRAL_TRIAGE_RESUMED,
    (Status.OFFERED, Status.ACCEPTED): Kind.REFERRAL_NEEDS_SERVICE,
    (Status.ALLOCATED, Status.ACCEPTED): Kind.REFERRAL_NEEDS_SERVICE,
    (Status.RESPONDING, Status.ACCEPTED): Kind.REFERRAL_NEEDS_SERVICE,
    (Status.IN_SERVICE, Status.ACCEPTED): Kind.REFERRAL_NEEDS_SERVICE,
    (Status.COMPLETED, Status.ALLOCATED): Kind.REFERRAL_REOPENED,
}
"""Going back to a status is another event than reaching it, so that nothing is counted twice."""

OPEN = tuple(status for status, owner in OWNERS.items() if owner is not Owner.NOBODY)
CLOSED = tuple(status for status, owner in OWNERS.items() if owner is Owner.NOBODY)
WITH_POINT_OF_ACCESS = tuple(status for status, owner in OWNERS.items() if owner is Owner.POINT_OF_ACCESS)
TRIAGED = (Status.ACCEPTED, Status.ADVICE_GIVEN, Status.NOT_APPROPRIATE)

OFFER_TRANSITIONS: dict[str, tuple[OfferStatus, ...]] = {
    "": (OfferStatus.REQUESTED,),
    OfferStatus.REQUESTED: (
        OfferStatus.ACKNOWLEDGED,
        OfferStatus.INFO_REQUESTED,
        OfferStatus.ACCEPTED,
        OfferStatus.DECLINED,
        OfferStatus.WAITLISTED,
        OfferStatus.WITHDRAWN,
        OfferStatus.EXPIRED,
    ),
    OfferStatus.ACKNOWLEDGED: (
        OfferStatus.INFO_REQUESTED,
        OfferStatus.ACCEPTED,
        OfferStatus.DECLINED,
        OfferStatus.WAITLISTED,
        OfferStatus.WITHDRAWN,
        OfferStatus.EXPIRED,
    ),
    OfferStatus.INFO_REQUESTED: (
        OfferStatus.ACKNOWLEDGED,
        OfferStatus.ACCEPTED,
        OfferStatus.DECLINED,
        OfferStatus.WAITLISTED,
        OfferStatus.WITHDRAWN,
    ),
    OfferStatus.WAITLISTED: (OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.WITHDRAWN),
    OfferStatus.ACCEPTED: (OfferStatus.STARTED, OfferStatus.ENDED, OfferStatus.WITHDRAWN),
    OfferStatus.STARTED: (OfferStatus.ENDED,),
    OfferStatus.ENDED: (OfferStatus.ACCEPTED,),
    OfferStatus.DECLINED: (),
    OfferStatus.WITHDRAWN: (),
    OfferStatus.EXPIRED: (),
}

OFFER_EVENTS: dict[OfferStatus, Kind] = {
    OfferStatus.REQUESTED: Kind.OFFER_REQUESTED,
    OfferStatus.ACKNOWLEDGED: Kind.OFFER_ACKNOWLEDGED,
    OfferStatus.INFO_REQUESTED: Kind.OFFER_INFO_REQUESTED,
    OfferStatus.WAITLISTED: Kind.OFFER_WAITLISTED,
    OfferStatus.ACCEPTED: Kind.OFFER_ACCEPTED,
    OfferStatus.STARTED: Kind.REFERRAL_FIRST_CONTACT,
    OfferStatus.ENDED: Kind.REFERRAL_COMPLETED,
    OfferStatus.DECLINED: Kind.OFFER_DECLINED,
    OfferStatus.WITHDRAWN: Kind.OFFER_WITHDRAWN,
    OfferStatus.EXPIRED: Kind.OFFER_EXPIRED,
}

OFFER_AWAITING_ANSWER = (OfferStatus.REQUESTED, OfferStatus.ACKNOWLEDGED)
OFFER_LIVE = (*OFFER_AWAITING_ANSWER, OfferStatus.INFO_REQUESTED, OfferStatus.WAITLISTED)
OFFER_TAKEN = (OfferStatus.ACCEPTED, OfferStatus.STARTED)
OFFER_CLOSED = (OfferStatus.ENDED, OfferStatus.DECLINED, OfferStatus.WITHDRAWN, OfferStatus.EXPIRED)


class Verb(models.TextChoices):
    """What people, partners and the portal do to a referral; the value is also the address of the action."""

    SUBMIT = "submit", "sent the referral"
    ACKNOWLEDGE = "acknowledge", "took it into triage"
    ASSIGN = "assign", "assigned it"
    ASK = "ask", "asked for information"
    ANSWER = "answer", "answered the question"
    RESUME = "resume", "carried on without an answer"
    ACCEPT = "accept", "accepted it"
    OFFER = "offer", "offered it to a service"
    REDIRECT = "redirect", "moved it to another service"
    ADVISE = "advise", "returned it with advice"
    REJECT = "reject", "declined it as inappropriate"
    SEE_OFFER = "see-offer", "saw the offer"
    ASK_ABOUT_OFFER = "ask-about-offer", "asked for information before answering"
    ACCEPT_OFFER = "accept-offer", "accepted for the service"
    DECLINE_OFFER = "decline-offer", "declined on a criterion"
    WAITLIST_OFFER = "waitlist-offer", "put it on the waiting list"
    WITHDRAW_OFFER = "withdraw-offer", "withdrew the offer"
    EXPIRE_OFFER = "expire-offer", "closed an offer that nobody answered"
    ALLOCATE = "allocate", "allocated a worker"
    SET_OUT = "set-out", "set out to the person"
    FIRST_CONTACT = "first-contact", "recorded the first contact"
    COMPLETE = "complete", "completed it"
    REOPEN = "reopen", "reopened it"
    CANCEL = "cancel", "cancelled it"
    WITHDRAW = "withdraw", "recorded that the person declined"
    CALL_999 = "call-999", "sent it to 999"
    RECORD_DEATH = "record-death", "recorded that the person has died"
    MARK_DUPLICATE = "mark-duplicate", "marked it as a duplicate"
    UNDO = "undo", "took back the last step"


UNDOABLE = frozenset(Verb) - {Verb.SUBMIT, Verb.UNDO, Verb.EXPIRE_OFFER, Verb.CALL_999, Verb.ANSWER, Verb.RESUME}
