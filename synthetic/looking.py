"""Who looked: whoever takes a step had the referral open, and restricted records needed emergency access."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import models

from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import access
from audit.events import Kind, event
from audit.models import Access
from patients.models import BreakGlass, Patient
from referrals.models import Referral
from synthetic.dice import Dice
from synthetic.shares import GLASS_REVIEW_DAYS, GLASS_REVIEWED
from synthetic.staff import Staff

REASON = "Needed for triage or care of a referral of today."


class Looking:
    """Writes the rows that the pages would have written."""

    def __init__(self, dice: Dice, staff: Staff, now: datetime):
        self.dice, self.staff, self.now = dice, staff, now
        self.open: dict[tuple[UUID, UUID], BreakGlass] = {}

    def rows(self, referral: Referral, by: Actor, at: datetime) -> Iterator[models.Model]:
        """What opening the referral leaves behind; nothing for partners' systems and the portal itself."""
        if not by.is_person:
            return
        outcome = Access.Outcome.ALLOWED
        if referral.patient.restricted:
            if not by.can(Permission.BREAK_GLASS):
                return
            outcome = Access.Outcome.BREAK_GLASS
            yield from self._glass(referral.patient, by, at)
        seen = access(by=by, patient_id=referral.patient_id, what="referral", subject_id=referral.id, outcome=outcome)
        seen.at = at
        yield seen

    def _glass(self, patient: Patient, by: Actor, at: datetime) -> Iterator[models.Model]:
        key = (by.id, patient.id)
        known = self.open.get(key)
        if known is not None and known.expires_at > at:
            return
        glass = self.open[key] = BreakGlass(
            user_id=by.id,
            role=by.role,
            organisation_id=by.organisation_id,
            patient_id=patient.id,
            reason=REASON,
            granted_at=at,
            expires_at=at + settings.BREAK_GLASS_LASTS,
        )
        until = glass.expires_at.isoformat()
        told = {"by": by, "subject": glass, "patient_id": patient.id, "at": at}
        reviewed = list(self._review(glass))
        yield glass
        yield event(Kind.BREAK_GLASS, **told, until=until, restricted=True)
        yield from reviewed

    def _review(self, glass: BreakGlass) -> Iterator[models.Model]:
        """Information governance judges it some days later."""
        when = glass.granted_at + timedelta(days=self.dice.uniform(0.5, 2 * GLASS_REVIEW_DAYS))
        if when > self.now or not self.dice.yes(GLASS_REVIEWED):
            return
        by = self.dice.choice(self.staff.by_role["caldicott_guardian"])
        glass.review, glass.reviewed_by_id = BreakGlass.Review.JUSTIFIED, by.id
        glass.reviewed_at = when.replace(microsecond=0)
        told = {"by": by, "subject": glass, "patient_id": glass.patient_id, "at": glass.reviewed_at}
        yield event(Kind.BREAK_GLASS_REVIEWED, **told, verdict=glass.review)
