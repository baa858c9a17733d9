"""What people do about a referral without moving it: take its alerts, review its breaches, read its news."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from audit.models import ActorKind
from referrals import actions
from referrals.models import Alert, Breach
from synthetic import shares
from synthetic.desk import File
from synthetic.story import TEXTS

if TYPE_CHECKING:
    from synthetic.simulation import Simulation

FROM_TODAY = 0.35
Happening = Callable[[datetime], object]


class Following:
    """Puts what people will do on the simulation's queue, and knows which files they still need."""

    def __init__(self, simulation: "Simulation"):
        self.simulation, self.world, self.dice = simulation, simulation.world, simulation.world.dice
        self.pending: dict[UUID, int] = {}
        self.read: set[UUID] = set()

    def after(self, found: File, at: datetime) -> None:
        """Something happened in this file: who will look at it, and when."""
        for row in found.fresh:
            if found.today and not self.dice.yes(FROM_TODAY):
                continue
            if isinstance(row, Alert):
                self._take(found, row, at)
            elif self.dice.yes(shares.REVIEWED):
                self._review(found, row, at)
        found.fresh.clear()
        if found.referral.news_at == at and self.dice.yes(shares.NEWS_READ_AT_ONCE):
            self._read(found, at)

    def is_done(self, found: File, at: datetime) -> bool:
        """Whether nobody needs the file any more; whoever referred reads how it ended first."""
        pk = found.referral.id
        if pk not in self.read:
            self.read.add(pk)
            if not self.dice.yes(shares.NEWS_UNREAD):
                self._read(found, at)
        if self.pending.get(pk):
            return False
        self.read.discard(pk)
        return True

    def _later(self, found: File, at: datetime, happen: Happening) -> None:
        pk = found.referral.id
        self.pending[pk] = self.pending.get(pk, 0) + 1

        def do(then: datetime) -> None:
            self.pending[pk] -= 1
            if not self.pending[pk]:
                del self.pending[pk]
            happen(then)
            self.simulation.settle(pk, then)

        self.simulation.at(at, do)

    def _take(self, found: File, alert: Alert, at: datetime) -> None:
        by = self.dice.choice(self.world.staff.by_role[alert.role])
        when = at + self.dice.minutes(shares.ALERT_TAKEN, 0.9)
        self._later(found, when, lambda then: actions.take_alert(alert_id=alert.pk, by=by, at=then))

    def _review(self, found: File, breach: Breach, at: datetime) -> None:
        by = self.dice.choice(self.world.staff.by_role["spa_manager"])
        texts = TEXTS["texts"]
        cause, learning = self.dice.choice(texts["causes"]), self.dice.choice(texts["learning"])
        when = at + self.dice.minutes(shares.REVIEW_DAYS * 1440, 0.5)
        self._later(
            found,
            when,
            lambda then: actions.review_breach(breach_id=breach.pk, by=by, cause=cause, learning=learning, at=then),
        )

    def _read(self, found: File, at: datetime) -> None:
        """People read; partners' systems collect the news over the wire."""
        organisation = self.world.by_id[found.referral.referrer_organisation_id]
        by = self.dice.choice(self.world.staff.by_organisation.get(organisation.pk, ()) or [None])
        if by is None or by.kind != ActorKind.PERSON:
            return
        when = at + min(self.dice.minutes(shares.NEWS_READ, 0.8), timedelta(days=3))
        self._later(found, when, lambda then: actions.mark_read(referral=found.referral, by=by, at=then))
