"""The step in hand: one verb, by one actor, on one referral. The only writer of a status.

An action opens a step, moves statuses, sets fields, adds rows and events, and the step writes everything at once
when it closes: the referral, its offers, the append-only history, the clocks that follow from that history, and
the events, all in the action's transaction. A desk is where a step reads and writes: the database, or the
generator's batch in memory, so that both obey the same rules (docs/adr).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, wraps
from typing import Any, Protocol
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.actors import Actor
from audit.errors import DomainError, IllegalTransition, Invalid, StaleVersion
from audit.events import Kind, event
from audit.inserting import new_row
from audit.models import Event
from audit.signed import Signed, signed
from directory.models import Service
from pages.words import clock_time, long_date
from patients.models import Relationship
from referrals import news, policies
from referrals.models import Alert, Breach, Clock, Question, Referral, ReferralOffer, Step, Transition
from referrals.projection import project_clocks
from referrals.spans import Move
from referrals.states import CLOSED, OFFER_CLOSED, OFFER_TRANSITIONS, TRANSITIONS, OfferStatus, Status, Verb

CLOCK_SKEW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What an offer to a service would find: its team for the person's area, its places and how many are free."""

    service: Service
    team_id: UUID | None = None
    places: int | None = None
    free: int | None = None


class Desk(Protocol):
    """Where a step reads and writes."""

    def atomic(self) -> AbstractContextManager[Any]: ...
    def identity(self) -> dict[str, Any]: ...
    def lock(self, referral_id: UUID, by: Actor) -> Referral: ...
    def offers(self, referral: Referral) -> list[ReferralOffer]: ...
    def moves(self, referral: Referral) -> list[Move]: ...
    def clocks(self, referral: Referral) -> list[Clock]: ...
    def last_step(self, referral: Referral) -> Step | None: ...
    def transitions_of(self, step: Step) -> list[Transition]: ...
    def open_question(self, referral: Referral) -> Question | None: ...
    def vacancies(self, service_ids: Sequence[UUID], referral: Referral, at: datetime) -> list[Vacancy]: ...
    def hold_places(self, service_id: UUID) -> None: ...
    def works_at(self, user_id: UUID, organisation_id: UUID) -> bool: ...
    def check_may_finish(self, referral: Referral, by: Actor, outcome: str, at: datetime) -> None: ...
    def other(self, referral_id: UUID, referral: Referral, by: Actor) -> Referral | None: ...
    def same_person(self, referral: Referral, other: Referral) -> bool: ...
    def write(self, step: "StepInHand") -> None: ...
    def warn(self, clock: Clock, at: datetime) -> bool: ...
    def add_breach(self, breach: Breach) -> bool: ...
    def add_alert(self, alert: Alert) -> bool: ...
    def escalated(self, referral: Referral, step: int) -> None: ...
    def alert(self, alert_id: UUID, organisation_id: UUID | None) -> Alert | None: ...
    def breach(self, breach_id: UUID, organisation_id: UUID | None) -> Breach | None: ...
    def change(self, row: models.Model, **columns: Any) -> None: ...
    def tell(self, told: Event) -> None: ...


_desk: ContextVar[Desk | None] = ContextVar("desk", default=None)


def desk() -> Desk:
    """The desk in use: the database unless a generator has set another."""
    if other := _desk.get():
        return other
    from referrals.desk import DATABASE

    return DATABASE


@contextmanager
def at_desk(other: Desk) -> Iterator[None]:
    """Work at another desk for a while."""
    token = _desk.set(other)
    try:
        yield
    finally:
        _desk.reset(token)


class Repeated(Exception):
    """The same actor sent the same step twice: a double click or a retry. It already happened; nothing is wrong."""

    def __init__(self, referral: Referral):
        super().__init__("already done")
        self.referral = referral


def whole(function: Callable[..., Any]) -> Callable[..., Any]:
    """All of it or nothing, at the desk in use: one transaction in the database."""

    @wraps(function)
    def run(**arguments: Any) -> Any:
        with desk().atomic():
            return function(**arguments)

    return run


def action(function: Callable[..., Referral]) -> Callable[..., Referral]:
    """A change to a referral: one transaction; a repeated step answers with the referral as it is."""
    in_one = whole(function)

    @wraps(function)
    def run(**arguments: Any) -> Referral:
        try:
            return in_one(**arguments)
        except Repeated as repeated:
            return repeated.referral

    return run


class StepInHand:
    """One step being taken."""

    def __init__(
        self,
        referral: Referral,
        verb: Verb,
        by: Actor,
        at: datetime,
        reason: str = "",
        offers: Sequence[ReferralOffer] = (),
    ):
        self.referral, self.verb, self.by, self.at = referral, verb, by, at
        self.desk = desk()
        self.created = referral.version == 0
        self.offers = {offer.pk: offer for offer in offers}
        self.before: dict[str, Any] = {}
        self.offer: ReferralOffer | None = None
        self.new_offers: list[ReferralOffer] = []
        self.changed_offers: dict[UUID, ReferralOffer] = {}
        self.transitions: list[Transition] = []
        self.rows: list[models.Model] = []
        self.events: list[Event] = []
        self.clocks: list[Clock] = []
        self.undoes: Step | None = None
        self.undone: list[Transition] = []
        self.step = new_row(
            Step,
            referral=referral,
            verb=verb,
            version=referral.version + 1,
            at=at,
            reason=reason,
            **signed(by),
        )

    def move(self, to: Status, *, at: datetime | None = None, **data: Any) -> None:
        """Change the referral's status, at a stated time or the step's own, and record the event that belongs to it."""
        referral = self.referral
        if to not in TRANSITIONS[referral.status]:
            raise IllegalTransition(
                f"This referral is now “{Status(referral.status).label}”, so that is no longer possible."
                if referral.status
                else "A referral starts by being sent."
            )
        before = referral.status
        self._transition(before, to, at=at)
        referral.status = to
        self.set(closed_at=self.at if to in CLOSED else None)
        news.of_referral(self, before, to, data)

    def move_offer(self, offer: ReferralOffer, to: OfferStatus, **data: Any) -> None:
        """Change an offer's status and record the event that belongs to it."""
        if to not in OFFER_TRANSITIONS[offer.status]:
            raise IllegalTransition(
                f"This offer is now “{OfferStatus(offer.status).label}”, so that is no longer possible."
            )
        self._transition(offer.status, to, offer)
        offer.status = to
        offer.closed_at = self.at if to in OFFER_CLOSED else None
        self.touch(offer)
        news.of_offer(self, offer, to, data)

    def make_offer(self, vacancy: Vacancy) -> ReferralOffer:
        """Offer the referral to a service, with what was known of its free places."""
        offer = ReferralOffer(
            referral=self.referral,
            service=vacancy.service,
            team_id=vacancy.team_id,
            status="",
            requested_at=self.at,
            places_at_request=vacancy.places,
            free_at_request=vacancy.free,
        )
        self._transition("", OfferStatus.REQUESTED, offer)
        offer.status = OfferStatus.REQUESTED
        self.new_offers.append(offer)
        self.relate(vacancy.service.organisation_id, Relationship.Kind.SERVICE)
        news.of_offer(self, offer, OfferStatus.REQUESTED, {"free": vacancy.free})
        return offer

    def relate(self, organisation_id: UUID, kind: str) -> None:
        """The organisation may open the person's record from now on."""
        ids = {"patient_id": self.referral.patient_id, "organisation_id": organisation_id}
        self.add(new_row(Relationship, **ids, kind=kind))

    def _transition(
        self, from_status: str, to_status: str, offer: ReferralOffer | None = None, at: datetime | None = None
    ) -> None:
        self.transitions.append(
            new_row(
                Transition,
                step=self.step,
                referral=self.referral,
                offer=offer,
                from_status=from_status,
                to_status=to_status,
                at=at or self.at,
            )
        )

    def set(self, **fields: Any) -> None:
        """Set columns of the referral, remembering what they were so that the step can be undone."""
        for name, value in fields.items():
            old = getattr(self.referral, name)
            if old != value:
                self.before.setdefault(name, _plain(old))
                setattr(self.referral, name, value)

    def add(self, row: models.Model) -> None:
        """Write this row with the step."""
        self.rows.append(row)

    def event(self, kind: Kind, subject: models.Model | None = None, **data: Any) -> None:
        """Write this event with the step."""
        self.events.append(
            event(
                kind,
                by=self.by,
                subject=subject or self.referral,
                patient_id=self.referral.patient_id,
                at=self.at,
                referral=str(self.referral.pk),
                **data,
            )
        )

    @cached_property
    def moves(self) -> list[Move]:
        """What the referral and its offers went through before this step."""
        return [] if self.created else self.desk.moves(self.referral)

    @property
    def live_offers(self) -> list[ReferralOffer]:
        """Offers that are not closed, new ones included."""
        return [offer for offer in [*self.offers.values(), *self.new_offers] if offer.status not in OFFER_CLOSED]

    def touch(self, offer: ReferralOffer) -> None:
        """Write this offer's columns when the step closes."""
        if offer.pk in self.offers:
            self.changed_offers[offer.pk] = offer

    def close(self) -> None:
        """Work out the clocks from history, then write everything."""
        referral = self.referral
        referral.version += 1
        referral.updated_at = self.at
        self.step.offer = self.offer
        self.step.before = self.before
        self.step.undoes = self.undoes
        project_clocks(self)
        self.desk.write(self)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


@contextmanager
def take(
    verb: Verb,
    referral_id: UUID,
    *,
    by: Actor,
    expected_version: int | None = None,
    at: datetime | None = None,
    reason: str = "",
) -> Iterator[StepInHand]:
    """Lock the referral, check who and whether, hand over the step, and write it when the block ends well."""
    referral = desk().lock(referral_id, by)
    check_version(referral, verb, by, expected_version)
    offers = desk().offers(referral)
    policies.check_can(verb, by, referral, offers)
    step = StepInHand(referral, verb, by, moment(referral, at), reason, offers)
    yield step
    step.close()


def moment(referral: Referral, at: datetime | None) -> datetime:
    """When the step is taken: now, or a stated time after the step before it and not in the future."""
    if at is None:
        return max(timezone.now(), referral.updated_at)
    return not_before(at, referral.updated_at, "The time is before the last step on this referral.")


def not_before(at: datetime, earliest: datetime, sentence: str) -> datetime:
    """A stated time, refused when it is in the future or too early."""
    if at > timezone.now() + CLOCK_SKEW:
        raise Invalid("The time is in the future. Enter when it happened.", code="FUTURE_TIME", field="at")
    if at < earliest:
        raise Invalid(f"{sentence} Check the date and time.", code="TOO_EARLY", field="at")
    return at


def check_version(referral: Referral, verb: Verb, by: Actor, expected: int | None) -> None:
    """Refuse a stale version; recognise the same step sent twice."""
    if expected is None or expected == referral.version:
        return
    last = desk().last_step(referral)
    if last and last.verb == verb and last.by_id == by.id and last.version == expected + 1:
        raise Repeated(referral)
    raise stale(last, referral)


def stale(last: Step | None, referral: Referral) -> DomainError:
    """What the second of two people reads."""
    if last is None:
        return StaleVersion("This has changed since you opened it.", version=referral.version)
    return overtaken(last, Verb(last.verb).label, version=referral.version, step=str(last.pk))


def overtaken(last: Signed, did: str, **detail: Any) -> StaleVersion:
    """Who was first, when, and that nothing is lost."""
    return StaleVersion(
        f"{last.who} {did} at {clock_time(last.at)} on {long_date(last.at)}, after you opened this page. "
        "Nothing you typed has been lost: check what changed, then decide again.",
        **detail,
    )
