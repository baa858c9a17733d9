"""The desk in memory: the same steps, rules and clocks as at the database, without asking it anything.

Each open referral has a file with its rows. What can no longer change becomes text at once; when a referral's story
is over, its file is handed to the writer and forgotten, so memory holds open referrals only.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from accounts.actors import Actor
from audit.context import set_correlation_id
from audit.errors import NotFound
from audit.models import Event
from directory.models import Service
from patients.models import Relationship
from referrals.desk import team_for
from referrals.models import Alert, Answer, Breach, Clock, Question, Referral, ReferralOffer, Step, Transition
from referrals.models.referral import REFERENCE_ALPHABET
from referrals.spans import Move
from referrals.states import OFFER_TAKEN, OfferStatus
from referrals.steps import StepInHand, Vacancy
from synthetic.dice import Dice, Identifiers
from synthetic.looking import Looking
from synthetic.phonebook import Phonebook
from synthetic.staff import Staff
from synthetic.writer import Line, Writer

REFERENCES = len(REFERENCE_ALPHABET) ** 8
STRIDE = 412_378_934_671  # shares no factor with REFERENCES, so that every number gives another reference


def reference(number: int) -> str:
    """The nth reference: scattered over all there are, and never the same twice."""
    value, letters = number * STRIDE % REFERENCES, ""
    for _ in range(8):
        value, digit = divmod(value, len(REFERENCE_ALPHABET))
        letters += REFERENCE_ALPHABET[digit]
    return f"HF-{letters[:4]}-{letters[4:]}"


@dataclass(slots=True)
class File:
    """One referral, what belongs to it, and the text of what is settled."""

    referral: Referral
    offers: dict[UUID, ReferralOffer] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    clocks: dict[UUID, Clock] = field(default_factory=dict)
    last: Step | None = None
    transitions: list[Transition] = field(default_factory=list)
    question: Question | None = None
    alerts: dict[UUID, Alert] = field(default_factory=dict)
    breaches: dict[UUID, Breach] = field(default_factory=dict)
    told: set[tuple[UUID, int]] = field(default_factory=set)
    today: bool = False
    fresh: list[Alert | Breach] = field(default_factory=list)
    settled: list[Line] = field(default_factory=list)
    related: list[Line] = field(default_factory=list)


class BatchDesk:
    """Reads and writes files. See referrals.steps.Desk for what each method promises."""

    def __init__(self, book: Phonebook, staff: Staff, writer: Writer, dice: Dice, now: datetime, first: int = 1):
        self.book, self.staff, self.writer, self.dice = book, staff, writer, dice
        self.ids = Identifiers(dice, now)
        self.files: dict[UUID, File] = {}
        self.taken: dict[UUID, set[UUID]] = {}
        self.waiting: dict[UUID, dict[UUID, UUID]] = {}
        self.freed: set[UUID] = set()
        self.related: set[tuple[UUID, UUID, str]] = set()
        self.looking = Looking(dice, staff, now)
        self.raised: dict[UUID, Alert] = {}
        self.late: dict[UUID, Breach] = {}
        self.teams: dict[tuple[UUID, frozenset[UUID]], UUID | None] = {}
        self.next_reference = first
        self.keep: Callable[[File, datetime, list[Line]], None] | None = None

    def begin(self, at: datetime) -> None:
        """Everything from here happens at this moment, under a correlation id of its own."""
        self.ids.moment = at
        set_correlation_id(self.ids())

    def atomic(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def identity(self) -> dict[str, Any]:
        number, self.next_reference = self.next_reference, self.next_reference + 1
        return {"id": self.ids(), "reference": reference(number), "tracking_token": self.dice.randbytes(16).hex()}

    def lock(self, referral_id: UUID, by: Actor) -> Referral:
        found = self.files.get(referral_id)
        if found is None:
            raise NotFound("There is no such referral, or its story is over.")
        referral = found.referral
        if referral.service_id:
            referral.service = self.book.services[referral.service_id]
        return referral

    def offers(self, referral: Referral) -> list[ReferralOffer]:
        return list(self.files[referral.id].offers.values())

    def moves(self, referral: Referral) -> list[Move]:
        return self.files[referral.id].moves

    def clocks(self, referral: Referral) -> list[Clock]:
        return list(self.files[referral.id].clocks.values())

    def last_step(self, referral: Referral) -> Step | None:
        return self.files[referral.id].last

    def transitions_of(self, step: Step) -> list[Transition]:
        return self.files[step.referral_id].transitions

    def open_question(self, referral: Referral) -> Question | None:
        return self.files[referral.id].question

    def vacancies(self, service_ids: Sequence[UUID], referral: Referral, at: datetime) -> list[Vacancy]:
        return [self._vacancy(self.book.services[pk], referral) for pk in service_ids]

    def _vacancy(self, service: Service, referral: Referral) -> Vacancy:
        places = self.book.capacities.get(service.pk)
        free = None if places is None else places - len(self.taken.get(service.pk, ()))
        areas = self.book.areas_of_practice[referral.patient.practice_id] | {referral.place_id}
        return Vacancy(service, self._team(service, areas), places, free)

    def _team(self, service: Service, areas: frozenset[UUID]) -> UUID | None:
        key = (service.pk, areas)
        if key not in self.teams:
            self.teams[key] = team_for(service, areas)
        return self.teams[key]

    def hold_places(self, service_id: UUID) -> None:
        """Nobody else is at this desk."""

    def works_at(self, user_id: UUID, organisation_id: UUID) -> bool:
        return (user_id, organisation_id) in self.staff.works_at

    def other(self, referral_id: UUID, referral: Referral, by: Actor) -> Referral | None:
        found = self.files.get(referral_id)
        return found.referral if found and referral_id != referral.id else None

    def same_person(self, referral: Referral, other: Referral) -> bool:
        return referral.patient_id == other.patient_id

    def write(self, step: StepInHand) -> None:
        referral = step.referral
        found = self.files.setdefault(referral.id, File(referral))
        for offer in (*step.new_offers, *step.changed_offers.values()):
            self._keep_offer(found, offer)
        found.moves = self._standing(found, step)
        found.last, found.transitions = step.step, step.transitions
        for clock in step.clocks:
            clock._state.adding = False
            clock.policy = self.book.policies[clock.policy_id]
            found.clocks[clock.id] = clock
        if step.undoes is not None and found.question and found.question.step_id == step.undoes.pk:
            found.question = None
        self._settle(found, [step.step, *step.transitions])
        self._write_rows(found, step)
        self._settle(found, step.events)
        self._settle(found, self.looking.rows(referral, step.by, step.at))

    @staticmethod
    def _standing(found: File, step: StepInHand) -> list[Move]:
        if step.undoes is not None:
            return found.moves[: len(found.moves) - len(step.undone)]
        return found.moves + [Move(row.from_status, row.to_status, row.at, row.offer_id) for row in step.transitions]

    def _keep_offer(self, found: File, offer: ReferralOffer) -> None:
        """Count who is being cared for, who waits, and where a place came free."""
        found.offers[offer.id] = offer
        taken = self.taken.setdefault(offer.service_id, set())
        if offer.status in OFFER_TAKEN:
            taken.add(offer.id)
        elif offer.id in taken:
            taken.remove(offer.id)
            self.freed.add(offer.service_id)
        waiting = self.waiting.setdefault(offer.service_id, {})
        if offer.status == OfferStatus.WAITLISTED:
            waiting[offer.id] = offer.referral_id
        else:
            waiting.pop(offer.id, None)

    def _write_rows(self, found: File, step: StepInHand) -> None:
        for row in step.rows:
            if isinstance(row, Relationship):
                self._relate(found, row, step.at)
                continue
            if isinstance(row, Alert):
                self._raise(found, row)
                continue
            if isinstance(row, Question):
                found.question = row
            elif isinstance(row, Answer):
                found.question = None
            self._settle(found, [row])

    def _raise(self, found: File, alert: Alert) -> None:
        found.alerts[alert.pk] = alert
        found.fresh.append(alert)
        self.raised[alert.pk] = alert

    def _relate(self, found: File, row: Relationship, at: datetime) -> None:
        key = (row.patient_id, row.organisation_id, row.kind)
        row.since = at
        if self.keep is not None:
            found.related.append(self.writer.line(row))
        if key not in self.related:
            self.related.add(key)
            self._settle(found, [row])

    def _settle(self, found: File, rows: Iterable[models.Model]) -> None:
        found.settled.extend(map(self.writer.line, rows))

    def warn(self, clock: Clock, at: datetime) -> bool:
        if clock.warned_at is not None or clock.stopped_at is not None:
            return False
        clock.warned_at = at
        return True

    def add_breach(self, breach: Breach) -> bool:
        found = self.files[breach.referral_id]
        if breach.clock_id in found.breaches:
            return False
        found.breaches[breach.clock_id] = breach
        found.fresh.append(breach)
        self.late[breach.pk] = breach
        return True

    def add_alert(self, alert: Alert) -> bool:
        found = self.files[alert.referral_id]
        if (alert.clock_id, alert.step) in found.told:
            return False
        found.told.add((alert.clock_id, alert.step))
        self._raise(found, alert)
        return True

    def escalated(self, referral: Referral, step: int) -> None:
        referral.escalation = max(referral.escalation, step)

    def alert(self, alert_id: UUID, organisation_id: UUID | None) -> Alert | None:
        found = self.raised.get(alert_id)
        return found if found and found.organisation_id == organisation_id else None

    def breach(self, breach_id: UUID, organisation_id: UUID | None) -> Breach | None:
        return self.late.get(breach_id)

    def check_may_finish(self, referral: Referral, by: Actor, outcome: str, at: datetime) -> None:
        """Stories know no other room."""

    def change(self, row: models.Model, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(row, name, value)

    def tell(self, told: Event) -> None:
        self._settle(self.files[UUID(told.data["referral"])], [told])

    def note(self, referral_id: UUID, *rows: models.Model) -> None:
        """Keep rows that are not the referral's own with it."""
        self._settle(self.files[referral_id], rows)

    def close(self, referral_id: UUID) -> None:
        """The story is over: hand the file to the writer."""
        found = self.files.pop(referral_id)
        for alert_id in found.alerts:
            del self.raised[alert_id]
        for breach in found.breaches.values():
            del self.late[breach.pk]
        mutable = [found.referral, *found.offers.values(), *found.clocks.values()]
        rows = [*mutable, *found.breaches.values(), *found.alerts.values()]
        lines = [*(self.writer.line(row) for row in rows), *found.settled]
        self.writer.put(lines)
        if self.keep is not None:
            self.keep(found, self.ids.moment, lines)
