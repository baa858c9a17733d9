"""What happens to referrals and people, at random; and that counting it piecemeal gives what counting all gives."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from accounts.actors import ESCALATION
from audit.errors import DomainError
from bcf import counting
from bcf.models import Observation, Stale
from patients import actions as people
from patients.models import Merge, Patient
from referrals import actions, watch
from referrals.models import Referral, ReferralOffer
from referrals.states import Status
from tests.bcf.conftest import Desk, known, shown
from tests.factories import directory, patients

AUTUMN, SPRING = datetime(2026, 10, 25, 0, 20, tzinfo=UTC), datetime(2026, 3, 29, 0, 20, tzinfo=UTC)
QUARTER_END = datetime(2026, 6, 30, 22, 40, tzinfo=UTC)
STARTS = st.sampled_from([AUTUMN, SPRING, QUARTER_END])

NEXT = {
    Status.SUBMITTED: "acknowledge",
    Status.IN_TRIAGE: "accept",
    Status.ALLOCATED: "first_contact",
    Status.IN_SERVICE: "complete",
    Status.COMPLETED: "reopen",
}


class History:
    """Takes random steps at the desk; a step that the rules refuse is no step."""

    refusals: tuple[type[Exception], ...] = (DomainError,)

    def __init__(self, desk: Desk):
        self.desk = desk
        surgeries = [desk.gp.organisation_id, directory.practice(neighbourhood="highfields", place="rutland").pk]
        self.practices = list(directory.Organisation.objects.filter(pk__in=surgeries).order_by("pk"))
        home = desk.front_door.organisation
        self.people = [patients.patient(practice=self.practices[number % 2], seen_by=home) for number in range(4)]
        self.as_known: dict[Any, set[Any]] = {}

    def take(self, verb: str, which: int) -> None:
        with suppress(*self.refusals), transaction.atomic():
            getattr(self, verb)(which)

    def referral(self, which: int) -> Referral:
        rows = list(Referral.objects.order_by("created_at", "pk"))
        return rows[which % len(rows)]

    def advance(self, which: int) -> None:
        """The natural next step of one referral; an offer is accepted, declined or put on the waiting list."""
        referral = self.referral(which)
        if referral.status == Status.OFFERED:
            offers = list(referral.offers.filter(status__in=["requested", "waitlisted"]).order_by("pk"))
            ways = [self.accept_offer, self.accept_offer, self.decline_offer, self.waitlist_offer]
            ways[(which // 2) % 4](offers[which % len(offers)])
        elif referral.status in NEXT:
            getattr(self, NEXT[referral.status])(which)

    def answering(self, offer: ReferralOffer) -> dict[str, Any]:
        by = self.desk.worker if offer.service_id == self.desk.crisis.pk else self.desk.nurse
        return {"referral_id": offer.referral_id, "offer_id": offer.pk, "by": by}

    def responder(self, referral: Referral) -> Any:
        return self.desk.worker if referral.service_id == self.desk.crisis.pk else self.desk.nurse

    def send(self, which: int) -> None:
        self.desk.send("crisis" if which % 2 else "urgent", patient=self.people[which % 4])

    def send_late(self, which: int) -> None:
        ago = timedelta(days=which * 11, minutes=40)
        self.desk.send("crisis", patient=self.people[which % 4], received_at=timezone.now() - ago)

    def acknowledge(self, which: int) -> None:
        actions.acknowledge(referral_id=self.referral(which).pk, by=self.desk.clinician)

    def accept(self, which: int) -> None:
        services = [self.desk.crisis.pk, self.desk.nursing.pk][: 1 + which % 2]
        urgency = "urgent" if which == 5 else "crisis"
        actions.accept(referral_id=self.referral(which).pk, by=self.desk.clinician, urgency=urgency, services=services)

    def accept_offer(self, offer: ReferralOffer) -> None:
        actions.accept_offer(**self.answering(offer))

    def decline_offer(self, offer: ReferralOffer) -> None:
        actions.decline_offer(**self.answering(offer), criterion=self.desk.criterion)

    def waitlist_offer(self, offer: ReferralOffer) -> None:
        hours = Decimal("3.5") if offer.pk.int % 2 else None
        actions.waitlist_offer(**self.answering(offer), hours=hours)

    def first_contact(self, which: int) -> None:
        referral = self.referral(which)
        stated = timezone.now() - timedelta(minutes=15) if which % 2 else None
        actions.first_contact(referral_id=referral.pk, by=self.responder(referral), contact_at=stated)

    def complete(self, which: int) -> None:
        referral, said = self.referral(which), {"outcome": "reablement", "avoided_admission": "yes"}
        actions.complete(referral_id=referral.pk, by=self.responder(referral), **said)

    def reopen(self, which: int) -> None:
        referral = self.referral(which)
        actions.reopen(referral_id=referral.pk, by=self.responder(referral), reason="Unwell again.")

    def redirect(self, which: int) -> None:
        actions.redirect(
            referral_id=self.referral(which).pk, by=self.desk.clinician, service=self.desk.nursing.pk, reason="Nearer."
        )

    def undo(self, which: int) -> None:
        latest = Referral.objects.order_by("-updated_at", "pk")[0]
        actions.undo(referral_id=latest.pk, by=self.desk.lead)

    def cancel(self, which: int) -> None:
        if which % 4 == 0:
            actions.cancel(referral_id=self.referral(which).pk, by=self.desk.gp, reason="Not needed.")

    def duplicate(self, which: int) -> None:
        actions.mark_duplicate(
            referral_id=self.referral(which).pk,
            by=self.desk.clinician,
            duplicate_of=self.referral(which + which % 3 + 1).pk,
        )

    def read(self, which: int) -> None:
        actions.mark_read(referral=self.referral(which), by=self.desk.gp)

    def merge(self, which: int) -> None:
        kept, absorbed = self.people[which % 4], self.people[(which + 1) % 4]
        Patient.objects.filter(pk=absorbed.pk).update(nhs_number="", nhs_number_status="04")
        people.merge(by=self.desk.lead, kept_id=kept.pk, absorbed_id=absorbed.pk, reason="The same person twice.")

    def unmerge(self, which: int) -> None:
        merge = Merge.objects.filter(undone_at=None).first()
        if merge:
            people.unmerge(by=self.desk.lead, merge_id=merge.pk, reason="They are two people.")

    def verify(self, which: int) -> None:
        people.verify_number(
            by=self.desk.lead, patient_id=self.people[which % 4].pk, checked_with="Summary Care Record"
        )

    def move_house(self, which: int) -> None:
        person = Patient.objects.get(pk=self.people[which % 4].pk)
        other = self.practices[which % 2]
        areas = {"practice": other, "place": other.practice.place, "neighbourhood": other.practice.neighbourhood}
        for name, value in areas.items():
            setattr(person, name, value)
        person.save()

    def sweep(self, which: int) -> None:
        watch.sweep(by=ESCALATION, now=timezone.now())

    def count(self, which: int) -> None:
        counting.count()
        self.as_known[timezone.localdate()] = known()

    def check(self) -> None:
        """What else must hold at the end."""


def counting_agrees(kind: type[History], desk: Desk, start: datetime, steps: list[Any]) -> None:
    """Take the steps, counting now and then; then count everything, and compare. Nothing is kept."""
    with transaction.atomic(), time_machine.travel(start, tick=False) as clock:
        history = kind(desk)
        history.send(1)
        history.send(2)
        for verb, which, minutes in steps:
            history.take(verb, which)
            clock.shift(timedelta(minutes=minutes))
        history.count(0)

        assert not Stale.objects.exists()
        by_events, shown_by_events = known(), shown()
        counting.count_everything()

        assert known() == by_events
        assert shown() >= shown_by_events
        for day, then in history.as_known.items():
            assert as_known_on(day) == then
        history.check()
        transaction.set_rollback(True)


def as_known_on(day: Any) -> set[Any]:
    """Figures as they were known at the end of a day."""
    columns = ("metric", "version", "level", "scope_id", "period", "start", "numerator", "denominator", "value")
    rows = Observation.objects.filter(known_from__lte=day).exclude(known_to__lte=day).values_list(*columns)
    return {row for row in rows if row[6] or row[7]}
