"""What anybody with the link may know: where the referral stands, in plain words, and nothing about the person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.models import PointOfAccess
from referrals.clocks import State, read
from referrals.models import Clock, Message, Referral
from referrals.states import CLOSED, OWNERS, Owner, Status

NEXT: dict[str, str] = {
    Status.SUBMITTED: "A clinician will look at it.",
    Status.IN_TRIAGE: "A clinician is deciding what would help most.",
    Status.INFO_REQUESTED: "We have asked the referrer a question. The sooner it is answered, the sooner help comes.",
    Status.ACCEPTED: "We are asking a service to take it on.",
    Status.OFFERED: "A service has been asked, and will answer.",
    Status.ALLOCATED: "Somebody from the service will visit or call.",
    Status.RESPONDING: "Somebody is on the way.",
    Status.IN_SERVICE: "The service is giving care.",
}
LATE = {State.BREACHED, State.MISSED}


@dataclass(frozen=True, slots=True)
class Tracked:
    """A referral without anybody in it."""

    reference: str
    status: str
    status_words: str
    next_words: str
    is_closed: bool
    is_late: bool
    waits_for_referrer: bool
    received_at: datetime
    expected_by: datetime | None
    phone: str
    out_of_hours_phone: str
    hours: str
    lines: list[dict[str, Any]]
    token: str


def tracked(referral: Referral, now: datetime) -> Tracked:
    """Read the clocks and the automatic messages: they name services, never people."""
    clocks = [read(clock, now) for clock in Clock.objects.filter(referral=referral, offer=None, stopped_at=None)]
    first = min((reading.due_at for reading in clocks), default=None)
    door: PointOfAccess = referral.point_of_access
    lines = Message.objects.filter(referral=referral, automatic=True, for_referrer=True).order_by("at", "id")
    return Tracked(
        reference=referral.reference,
        status=referral.status,
        status_words=Status(referral.status).label,
        next_words=NEXT.get(referral.status, ""),
        is_closed=referral.status in CLOSED,
        is_late=any(reading.state in LATE for reading in clocks),
        waits_for_referrer=OWNERS[Status(referral.status)] is Owner.REFERRER,
        received_at=referral.received_at,
        expected_by=first,
        phone=door.phone,
        out_of_hours_phone=door.out_of_hours_phone,
        hours=door.hours,
        lines=[{"at": at, "what": text} for at, text in lines.values_list("at", "text")],
        token=referral.tracking_token,
    )
