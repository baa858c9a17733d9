"""Whom a change of capacity touches: stays, reservations, waiting offers, delays, running clocks, crisis care.

The digest says all of it in a few letters: what was confirmed is what was shown, or it is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from directory.codes import ClockCode
from homefirst.codes import ChangeKind
from homefirst.models import CapacityChange, CrisisEpisode, DelaySpell, Shift, Spell
from homefirst.rota import touched_by
from homefirst.states import SpellKind
from homefirst.turns import TAKING
from pages.words import moment
from referrals.models import Clock, ReferralOffer
from referrals.states import OfferStatus


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that the change touches; `version` changes when it does."""

    kind: str
    id: UUID
    version: str
    text: str
    patient_id: UUID | None = None
    spell: Spell | None = None

    @property
    def needs_place(self) -> bool:
        """Somebody who must have another bed, or be told that theirs is not kept."""
        return self.spell is not None


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that a change touches, in the order in which it is shown."""

    touched: tuple[Touched, ...]
    digest: str

    def of(self, kind: str) -> list[Touched]:
        """Those of one kind."""
        return [one for one in self.touched if one.kind == kind]

    @property
    def spells(self) -> list[Touched]:
        """Stays and reservations: each needs a decision."""
        return [one for one in self.touched if one.needs_place]


def impact_of(change: CapacityChange, now: datetime) -> Impact:
    """What the change touches, as it is now."""
    found = _of_shifts(change, now) if change.kind == ChangeKind.CUT_SHIFT else _of_beds(change, now)
    return Impact(tuple(found), _digest(change, found))


def _digest(change: CapacityChange, found: Iterable[Touched]) -> str:
    said = [str(change.pk), str(change.version), *sorted(f"{one.kind} {one.id} {one.version}" for one in found)]
    return sha256("\n".join(said).encode()).hexdigest()


def _of_shifts(change: CapacityChange, now: datetime) -> list[Touched]:
    """The shifts themselves, people in crisis care who would have nobody, and their running clocks."""
    shifts = Shift.objects.standing().filter(pk__in=change.things).select_related("worker").order_by("starts_at", "pk")
    episodes = touched_by(change.things, now)
    clocks = _clocks({one.referral_id for one in episodes})
    return [
        *(Touched("shift", one.pk, str(one.version), _shift_words(one)) for one in shifts),
        *(Touched("crisis", one.pk, str(one.version), _crisis_words(one), one.patient_id) for one in episodes),
        *(Touched("clock", row.pk, str(row.due_at), _clock_words(row)) for row in clocks),
    ]


def _shift_words(shift: Shift) -> str:
    return f"{shift.worker.name}: {moment(shift.starts_at)} to {moment(shift.ends_at)}"


def _crisis_words(episode: CrisisEpisode) -> str:
    return f"{episode.referral.reference}: crisis care until {moment(episode.ends_by)}"


def _of_beds(change: CapacityChange, now: datetime) -> list[Touched]:
    spells = list(_spells(change, now))
    patients = {spell.patient_id for spell in spells}
    offers = list(_waiting(change))
    referrals = {spell.referral_id for spell in spells if spell.referral_id} | {offer.referral_id for offer in offers}
    return [
        *(_of_spell(spell) for spell in spells),
        *(
            Touched("delay", row.pk, str(row.span.lower), _delay_words(row), row.case.patient_id)
            for row in _delays(patients)
        ),
        *(Touched("offer", row.pk, row.status, f"{row.referral.reference}: {row.service.name}") for row in offers),
        *(Touched("clock", row.pk, str(row.due_at), _clock_words(row)) for row in _clocks(referrals)),
    ]


def _spells(change: CapacityChange, now: datetime) -> Any:
    span = DateTimeTZRange(max(change.starts_at, now), change.ends_at)
    rows = Spell.objects.filter(bed__in=change.things, kind__in=TAKING, let_go_at=None, span__overlap=span)
    return rows.select_related("bed__ward").order_by("bed__number", "span")


def _of_spell(spell: Spell) -> Touched:
    if spell.kind == SpellKind.OCCUPIED:
        return Touched("stay", spell.pk, f"{spell.version} {spell.bed_id}", spell.bed.label, spell.patient_id, spell)
    text = f"{spell.bed.label}, kept until {moment(spell.span.upper)}"
    return Touched("reservation", spell.pk, f"{spell.version} {spell.bed_id}", text, spell.patient_id, spell)


def _waiting(change: CapacityChange) -> Any:
    """People on the waiting list of the ward's service: they wait longer."""
    service_id = change.ward.service_id if change.ward else None
    rows = ReferralOffer.objects.filter(service=service_id, status=OfferStatus.WAITLISTED)
    return rows.select_related("referral", "service").order_by("requested_at", "id")


def _delays(patient_ids: Iterable[UUID | None]) -> Any:
    """Hours of waiting in hospital that run on for these people."""
    rows = DelaySpell.objects.filter(case__patient__in=[pk for pk in patient_ids if pk], span__upper_inf=True)
    return rows.select_related("case", "reason", "organisation").order_by("span")


def _delay_words(delay: DelaySpell) -> str:
    return f"{delay.case.reference}: waiting in hospital since {moment(delay.span.lower)}, {delay.reason.text}"


def _clock_words(clock: Clock) -> str:
    return f"{clock.referral.reference}, {ClockCode(clock.code).label.lower()}: due {moment(clock.due_at)}"


def _clocks(referral_ids: Iterable[UUID]) -> Any:
    rows = Clock.objects.filter(Q(referral__in=list(referral_ids)), stopped_at=None)
    return rows.select_related("referral").order_by("due_at", "id")
