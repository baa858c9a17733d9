"""Offers of one referral to services, the decisions around them, and the need that met no place."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.ids import new_id
from directory.codes import Urgency
from directory.models import Area, Criterion, Service, Team
from referrals.codes import TriageOutcome
from referrals.models.history import Step
from referrals.querysets import OfferQuerySet, StandingQuerySet
from referrals.states import OFFER_CLOSED, OFFER_TAKEN, OfferStatus


class ReferralOffer(models.Model):
    """One service asked to take one referral (FHIR Task). Declined by two, it may be accepted by a third."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="offers")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offers")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="offers")
    status = models.CharField(max_length=16, choices=OfferStatus)
    requested_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    places_at_request = models.IntegerField(null=True)
    free_at_request = models.IntegerField(null=True)
    decline_criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    due_at = models.DateTimeField(null=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_known"),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.DECLINED) | Q(decline_criterion__isnull=False),
                name="offer_declined_on_a_criterion",
            ),
            models.UniqueConstraint(
                fields=["referral", "service"],
                condition=~Q(status__in=OFFER_CLOSED),
                name="offer_one_live_per_service",
            ),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(status__in=OFFER_TAKEN), name="offer_one_taken_per_referral"
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "due_at", "id"], name="offer_worklist", condition=~Q(status__in=OFFER_CLOSED)
            ),
            models.Index(fields=["team", "due_at", "id"], name="offer_team", condition=~Q(status__in=OFFER_CLOSED)),
            models.Index(
                fields=["due_at"], name="offer_to_expire", condition=Q(status__in=["requested", "acknowledged"])
            ),
        ]

    def __str__(self) -> str:
        return f"Offer {self.id}"


class TriageDecision(models.Model):
    """What the clinician decided, and on what ground."""

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=TriageOutcome)
    urgency = models.CharField(max_length=8, choices=Urgency)
    rationale = models.CharField(max_length=2000, blank=True)
    advice = models.TextField(max_length=4000, blank=True)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, related_name="+")
    signpost = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=TriageOutcome.REJECT) | (Q(criterion__isnull=False) & ~Q(signpost="")),
                name="rejection_cites_criterion_and_signpost",
            ),
            models.CheckConstraint(condition=~Q(outcome=TriageOutcome.ADVISE) | ~Q(advice=""), name="advice_is_given"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at}"


class Handoff(models.Model):
    """Responsibility moved from one service to another, and why."""

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="handoffs")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    from_service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    to_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="handoff_has_reason")]

    def __str__(self) -> str:
        return f"Handoff {self.id}"


class UnmetNeed(models.Model):
    """A service had no place when a person who fitted it was offered: evidence for commissioners."""

    id = models.BigAutoField(primary_key=True)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="unmet_needs")
    offer = models.ForeignKey(ReferralOffer, on_delete=models.PROTECT, related_name="unmet_needs")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    urgency = models.CharField(max_length=8, choices=Urgency)
    hours = models.DecimalField("hours of care a week", max_digits=5, decimal_places=1, null=True)
    recorded_at = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours=None) | Q(hours__gt=0), name="unmet_hours_positive")]

    def __str__(self) -> str:
        return f"Unmet need {self.id}"
