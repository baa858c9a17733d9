"""Referrals in any state, reached only by the real actions, among a small cast of people who work together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actors import Actor
from directory.codes import Channel, ClockCode, CriterionSense, NeedCode, OrganisationKind, Urgency
from directory.models import Criterion, Organisation, PointOfAccess, Service, Team
from patients.models import Patient
from referrals import actions, clocks
from referrals.actions.send import Need
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral, ReferralOffer
from referrals.models import referral as drawing
from referrals.states import OfferStatus, Status
from tests.factories import directory, patients, people

MINUTES = {
    ClockCode.ACKNOWLEDGE: {Urgency.CRISIS: 15, Urgency.ROUTINE: 240},
    ClockCode.TRIAGE: {Urgency.CRISIS: 30, Urgency.ROUTINE: 1440},
    ClockCode.OFFER: {Urgency.CRISIS: 30, Urgency.ROUTINE: 1440},
    ClockCode.RESPOND: {Urgency.CRISIS: 120, Urgency.ROUTINE: 10080},
}


@dataclass
class Cast:
    """A practice that refers, a point of access that triages, two services that answer; and who works there."""

    practice: Organisation = field(default_factory=directory.practice)
    trust: Organisation = field(default_factory=lambda: directory.organisation(OrganisationKind.COMMUNITY_TRUST))
    door: PointOfAccess = field(init=False)
    service: Service = field(init=False)
    team: Team = field(init=False)
    other_service: Service = field(init=False)
    other_team: Team = field(init=False)
    gp: Actor = field(init=False)
    clinician: Actor = field(init=False)
    colleague: Actor = field(init=False)
    nurse: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.door = directory.point_of_access(self.trust)
        needs = [str(code) for code in NeedCode]
        self.service = directory.service("urgent-response", employer=self.trust, needs=needs)
        self.team = directory.team("urgent-response-city", of=self.service)
        self.other_service = directory.service("night-nursing", employer=self.trust, needs=needs)
        self.other_team = directory.team("night-nursing-city", of=self.other_service)
        for service in (self.service, self.other_service):
            criterion(service, "no-999", "Needs a 999 ambulance now", sense=CriterionSense.EXCLUDES)
            criterion(service, "adult", "Is aged 18 or over")
            criterion(service, "safe-to-visit", "Home is safe to visit", hard=False)
        clock_policies()
        self.gp = people.actor("referrer", at=self.practice)
        self.clinician = people.actor("triage_clinician", at=self.trust)
        self.colleague = people.actor("triage_clinician", at=self.trust)
        self.nurse = people.actor("community_worker", team=self.team)


def criterion(service: Service, code: str, text: str, **fields: object) -> Criterion:
    """A criterion of a service; a hard one unless told otherwise."""
    return Criterion.objects.create(
        service=service, code=code, text=text, valid_from=directory.LONG_AGO, **{"hard": True} | fields
    )


def clock_policies() -> None:
    """A policy for every clock, crisis and routine; routine triage may pause."""
    for code, by_urgency in MINUTES.items():
        for urgency, minutes in by_urgency.items():
            may_pause = urgency == Urgency.ROUTINE
            directory.clock_policy(code, urgency=urgency, minutes=minutes, may_pause=may_pause)
    clocks.forget_policies()


def need(**said: Any) -> Need:
    """A crisis: somebody fell."""
    told = {
        "channel": Channel.GP,
        "need": "Fell in the kitchen this morning, cannot get up the stairs.",
        "needs": (NeedCode.FALLS.value,),
        "urgency_requested": Urgency.CRISIS,
        "referrer_phone": "0116 496 0001",
    }
    return Need(**told | said)


def make_referral(
    cast: Cast,
    status: str = Status.SUBMITTED,
    *,
    patient: Patient | None = None,
    ago: timedelta = timedelta(minutes=1),
    by: Actor | None = None,
    **said: Any,
) -> Referral:
    """A referral received `ago`, taken to this status by the actions that lead there."""
    person = patient or patients.patient(practice=cast.practice)
    received = timezone.now() - ago
    referral = actions.submit(
        by=by or cast.gp, patient=person, need=need(**said), point_of_access=cast.door, received_at=received
    )
    for step in PATHS[Status(status)]:
        referral = step(cast, referral)
    return referral


def offer_of(referral: Referral, service: Service | None = None) -> ReferralOffer:
    """The latest offer of this referral."""
    offers = referral.offers.filter(service=service) if service else referral.offers.all()
    return offers.order_by("-requested_at", "-id")[0]


def _take_in(cast: Cast, referral: Referral) -> Referral:
    return actions.acknowledge(referral_id=referral.pk, by=cast.clinician)


def _ask(cast: Cast, referral: Referral) -> Referral:
    return actions.ask(referral_id=referral.pk, by=cast.clinician, question="Who has the key?")


def _accept(cast: Cast, referral: Referral) -> Referral:
    return actions.accept(referral_id=referral.pk, by=cast.clinician, urgency=referral.urgency)


def _offer(cast: Cast, referral: Referral) -> Referral:
    return actions.make_offers(referral_id=referral.pk, by=cast.clinician, services=[cast.service.pk])


def _allocate(cast: Cast, referral: Referral) -> Referral:
    return actions.accept_offer(
        referral_id=referral.pk, offer_id=offer_of(referral).pk, by=cast.nurse, worker=cast.nurse.id
    )


def _set_out(cast: Cast, referral: Referral) -> Referral:
    return actions.set_out(referral_id=referral.pk, by=cast.nurse)


def _meet(cast: Cast, referral: Referral) -> Referral:
    return actions.first_contact(referral_id=referral.pk, by=cast.nurse)


def _finish(cast: Cast, referral: Referral) -> Referral:
    return actions.complete(
        referral_id=referral.pk,
        by=cast.nurse,
        outcome=Outcome.AT_HOME_NO_SUPPORT,
        avoided_admission=AvoidedAdmission.YES,
    )


def _close(name: str, **words: str) -> Callable[[Cast, Referral], Referral]:
    def close(cast: Cast, referral: Referral) -> Referral:
        return getattr(actions, name)(referral_id=referral.pk, by=cast.clinician, **words)

    return close


def _reject(cast: Cast, referral: Referral) -> Referral:
    cited = cast.service.criteria.get(code="no-999")
    return actions.reject(referral_id=referral.pk, by=cast.clinician, criterion=cited, signpost="Call 999.")


def _repeat(cast: Cast, referral: Referral) -> Referral:
    first = make_referral(cast, patient=referral.patient)
    return actions.mark_duplicate(referral_id=referral.pk, by=cast.clinician, duplicate_of=first.pk)


_TRIAGE = (_take_in,)
_ACCEPTED = (*_TRIAGE, _accept)
_OFFERED = (*_ACCEPTED, _offer)
_ALLOCATED = (*_OFFERED, _allocate)
_STARTED = (*_ALLOCATED, _set_out, _meet)
PATHS: dict[Status, tuple[Callable[[Cast, Referral], Referral], ...]] = {
    Status.SUBMITTED: (),
    Status.IN_TRIAGE: _TRIAGE,
    Status.INFO_REQUESTED: (*_TRIAGE, _ask),
    Status.ACCEPTED: _ACCEPTED,
    Status.OFFERED: _OFFERED,
    Status.ALLOCATED: _ALLOCATED,
    Status.RESPONDING: (*_ALLOCATED, _set_out),
    Status.IN_SERVICE: _STARTED,
    Status.COMPLETED: (*_STARTED, _finish),
    Status.ADVICE_GIVEN: (*_TRIAGE, _close("advise", advice="Try the falls clinic.")),
    Status.NOT_APPROPRIATE: (*_TRIAGE, _reject),
    Status.ESCALATED_999: (*_TRIAGE, _close("call_999", reason="Chest pain. 999 called.")),
    Status.DIED: (*_TRIAGE, _close("record_death")),
    Status.WITHDRAWN: (*_TRIAGE, _close("withdraw", reason="Does not want a visit.")),
    Status.CANCELLED: (*_TRIAGE, _close("cancel", reason="Sent by mistake.")),
    Status.DUPLICATE: (*_TRIAGE, _repeat),
}


def waitlisted(cast: Cast, **options: Any) -> Referral:
    """A referral whose offer waits for a place."""
    referral = make_referral(cast, Status.OFFERED, **options)
    offer = offer_of(referral)
    assert offer.status == OfferStatus.REQUESTED
    return actions.waitlist_offer(referral_id=referral.pk, offer_id=offer.pk, by=cast.nurse)


def minutes_ago(minutes: int) -> datetime:
    """A moment in the past."""
    return timezone.now() - timedelta(minutes=minutes)


def draw_references(monkeypatch: pytest.MonkeyPatch, letters: str) -> None:
    """The references to come: of each of these letters eight times."""
    drawn = iter([letter for letter in letters for _ in range(8)])
    monkeypatch.setattr(drawing.secrets, "choice", lambda _alphabet: next(drawn))
