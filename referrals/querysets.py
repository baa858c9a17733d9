"""Questions asked of referrals and offers; every page and endpoint starts from visible_to(actor)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission
from directory.models import Service
from patients.models import BreakGlass, Patient
from referrals.states import CLOSED, OFFER_CLOSED, OFFER_TAKEN, OPEN, WITH_POINT_OF_ACCESS, OfferStatus, Status


class StandingQuerySet(models.QuerySet[Any]):
    """Rows that belong to a step."""

    def standing(self) -> "StandingQuerySet":
        """Rows whose step was not undone, and that do not belong to an undoing step."""
        return self.filter(step__undone_by=None, step__undoes=None)


class ReferralQuerySet(models.QuerySet[Any]):
    """Referrals."""

    def visible_to(self, actor: Actor, at: datetime | None = None) -> "ReferralQuerySet":
        """Sent by my organisation, received at my point of access, offered to my team, or opened in an emergency."""
        if actor.is_system:
            return self.all()
        seen = Q(pk__in=[])
        if actor.can(Permission.TRACK_SENT):
            seen |= Q(referrer_organisation=actor.organisation_id)
        if actor.can(Permission.VIEW_WORKLIST):
            seen |= Q(point_of_access__organisation=actor.organisation_id)
        if actor.can(Permission.RESPOND):
            seen |= Q(Exists(offered_to(actor).filter(referral=OuterRef("pk"))))
        if actor.is_person and actor.can(Permission.VIEW_PATIENT):
            opened = BreakGlass.objects.filter(
                patient=OuterRef("patient"), user=actor.id, expires_at__gt=at or timezone.now()
            )
            seen |= Q(Exists(opened))
        return self.filter(seen)

    def received_by(self, actor: Actor) -> "ReferralQuerySet":
        """Received at the actor's own point of access."""
        return self.filter(point_of_access__organisation=actor.organisation_id)

    def sent_by(self, actor: Actor) -> "ReferralQuerySet":
        """Sent by the actor's organisation."""
        return self.filter(referrer_organisation=actor.organisation_id)

    def with_news(self) -> "ReferralQuerySet":
        """Something happened that the referrer's organisation has not seen yet."""
        return self.filter(Q(news_at__isnull=False) & (Q(news_seen_at=None) | Q(news_seen_at__lt=F("news_at"))))

    def of_person(self, patient_id: UUID) -> "ReferralQuerySet":
        """Referrals of this person, and of records merged into theirs.

        Records first: an OR across the join made PostgreSQL walk all referrals to find the first of one person.
        """
        return self.filter(patient__in=Patient.objects.family_of(patient_id).values("pk"))

    def open(self) -> "ReferralQuerySet":
        return self.filter(status__in=OPEN, closed_at=None)

    def closed(self) -> "ReferralQuerySet":
        return self.filter(status__in=CLOSED)

    def awaiting_point_of_access(self) -> "ReferralQuerySet":
        """Referrals whose next move is the point of access's."""
        return self.filter(status__in=WITH_POINT_OF_ACCESS)

    def by_time_left(self) -> "ReferralQuerySet":
        """The worklist order: the first deadline first; those without a running clock last."""
        return self.order_by(F("next_due_at").asc(nulls_last=True), "id")


class OfferQuerySet(models.QuerySet[Any]):
    """Offers."""

    def visible_to(self, actor: Actor) -> "OfferQuerySet":
        """Offers to my team (or, to or from no team, to my organisation), or made by my point of access."""
        if actor.is_system:
            return self.all()
        seen = Q(pk__in=[])
        if actor.can(Permission.RESPOND):
            seen |= _to(actor)
        if actor.can(Permission.VIEW_WORKLIST):
            seen |= Q(referral__point_of_access__organisation=actor.organisation_id)
        return self.filter(seen)

    def to_team_of(self, actor: Actor) -> "OfferQuerySet":
        """Offers to the actor's own team (or, to or from no team, organisation)."""
        return self.filter(_to(actor))

    def to_answer(self) -> "OfferQuerySet":
        """Offers that wait for this service's answer."""
        return self.filter(status__in=[OfferStatus.REQUESTED, OfferStatus.ACKNOWLEDGED])

    def live(self) -> "OfferQuerySet":
        return self.exclude(status__in=OFFER_CLOSED)

    def taken(self) -> "OfferQuerySet":
        """Accepted and not ended: the caseload."""
        return self.filter(status__in=OFFER_TAKEN)

    def waiting(self) -> "OfferQuerySet":
        """Waiting for a place, the longest first."""
        return self.filter(status=OfferStatus.WAITLISTED).order_by("requested_at", "id")


def _to(actor: Actor) -> Q:
    """To one of the actor's teams; to a service of their organisation where the actor, or the offer, has no team."""
    ours = Q(service__in=_services_of(actor))
    return Q(team__in=actor.team_ids) | Q(ours, team=None) if actor.team_ids else ours


def _services_of(actor: Actor) -> models.QuerySet[Any]:
    return Service.objects.filter(organisation=actor.organisation_id).values("pk")


def offered_to(actor: Actor) -> OfferQuerySet:
    """Offers to the actor's team or organisation."""
    from referrals.models import ReferralOffer

    return ReferralOffer.objects.filter(_to(actor))


class AlertQuerySet(models.QuerySet[Any]):
    """Alerts: somebody must look now."""

    def visible_to(self, actor: Actor) -> "AlertQuerySet":
        """Alerts at my point of access, for those who supervise it."""
        if actor.is_system:
            return self.all()
        if not (actor.can(Permission.SUPERVISE) and actor.can(Permission.VIEW_WORKLIST)):
            return self.none()
        return self.filter(organisation=actor.organisation_id)

    def still_open(self) -> "AlertQuerySet":
        """Nobody has taken it, and what it warns of has not been put right: a stopped clock nags nobody."""
        running = Q(clock__stopped_at=None, clock__isnull=False)
        no_service = Q(clock=None, referral__status=Status.ACCEPTED)
        return self.filter(running | no_service, taken_at=None, referral__status__in=OPEN)

    def for_role_of(self, actor: Actor) -> "AlertQuerySet":
        """Alerts that the policy sent to the actor's role."""
        return self.filter(role=actor.role)


class BreachQuerySet(models.QuerySet[Any]):
    """Clocks that ran out."""

    def visible_to(self, actor: Actor) -> "BreachQuerySet":
        """Breaches at my point of access, for those who supervise it."""
        if actor.is_system:
            return self.all()
        if not (actor.can(Permission.SUPERVISE) and actor.can(Permission.VIEW_WORKLIST)):
            return self.none()
        return self.filter(referral__point_of_access__organisation=actor.organisation_id)

    def to_review(self) -> "BreachQuerySet":
        """Nobody has said why yet."""
        return self.filter(reviewed_at=None)

    def reviewed(self) -> "BreachQuerySet":
        return self.filter(reviewed_at__isnull=False)
