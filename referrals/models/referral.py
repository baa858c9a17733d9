"""The referral: somebody needs help at home, or to get home, and somebody must answer."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from audit.ids import new_id
from directory.codes import Channel, NeedCode, Urgency
from directory.models import Area, Organisation, PointOfAccess, Service, Team
from patients.models import Patient
from referrals.codes import AvoidedAdmission, Consent, Direction, Outcome, SceneSafety
from referrals.querysets import ReferralQuerySet
from referrals.states import CLOSED, OPEN, Status

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A reference that can be read out on the telephone: no vowel pairs, no 0 O 1 I L U."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"HF-{letters[:4]}-{letters[4:]}"


def new_token() -> str:
    """An unguessable token for the public tracking page."""
    return secrets.token_urlsafe(24)


class Referral(models.Model):
    """A request for help, from the moment it is sent. What is still being written is a Draft."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=12, default=new_reference, unique=True)
    tracking_token = models.CharField(max_length=40, default=new_token, unique=True)
    status = models.CharField(max_length=16, choices=Status)
    version = models.PositiveIntegerField(default=0)

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, db_index=False, related_name="referrals")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    locality = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    neighbourhood = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    point_of_access = models.ForeignKey(PointOfAccess, on_delete=models.PROTECT, related_name="+")

    channel = models.CharField(max_length=24, choices=Channel)
    direction = models.CharField(max_length=12, choices=Direction, default=Direction.STEP_UP)
    referrer_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="+")
    referrer_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    referrer_name = models.CharField(max_length=150)
    referrer_role = models.CharField(max_length=100, blank=True)
    referrer_phone = models.CharField(max_length=30, blank=True)
    external_id = models.CharField(max_length=100, blank=True)

    needs = ArrayField(models.CharField(max_length=24, choices=NeedCode), default=list)
    need = models.TextField(max_length=4000)
    urgency_requested = models.CharField(max_length=8, choices=Urgency)
    urgency = models.CharField(max_length=8, choices=Urgency)
    consent = models.CharField(max_length=16, choices=Consent)
    safeguarding = models.BooleanField(default=False)
    safeguarding_note = models.CharField(max_length=1000, blank=True)
    scene_safety = models.CharField(max_length=3, choices=SceneSafety, default=SceneSafety.UNKNOWN)
    scene_safety_note = models.CharField(max_length=1000, blank=True)
    access_note = models.CharField(max_length=500, blank=True)
    home_first_considered = models.BooleanField(null=True)

    received_at = models.DateTimeField()
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    next_services = ArrayField(models.UUIDField(), default=list)
    first_contact_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    avoided_admission = models.CharField(max_length=8, choices=AvoidedAdmission, blank=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")

    next_due_at = models.DateTimeField(null=True)
    next_clock = models.CharField(max_length=12, blank=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    news_at = models.DateTimeField(null=True)
    news_seen_at = models.DateTimeField(null=True)
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="referral_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, closed_at=None) | Q(status__in=CLOSED, closed_at__isnull=False),
                name="referral_closed_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.ALLOCATED, Status.RESPONDING, Status.IN_SERVICE])
                | Q(service__isnull=False),
                name="referral_allocated_has_service",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.IN_SERVICE) | Q(first_contact_at__isnull=False),
                name="referral_in_service_has_contact",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.COMPLETED) | ~Q(outcome=""), name="referral_completed_has_outcome"
            ),
            models.CheckConstraint(
                condition=Q(first_contact_at=None) | Q(first_contact_at__gte=F("received_at")),
                name="referral_contact_after_receipt",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="referral_not_its_own_duplicate"
            ),
            models.UniqueConstraint(
                fields=["referrer_organisation", "external_id"],
                condition=~Q(external_id=""),
                name="referral_external_id_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["point_of_access", "next_due_at", "id"],
                name="referral_worklist",
                condition=Q(status__in=["submitted", "in_triage", "info_requested", "accepted"]),
            ),
            models.Index(
                fields=["point_of_access", "status", "next_due_at", "id"],
                name="referral_open",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["referrer_organisation", "-received_at", "-id"], name="referral_sent"),
            models.Index(fields=["patient", "-received_at"], name="referral_patient"),
            models.Index(
                fields=["referrer_organisation", "-news_at", "-id"],
                name="referral_news",
                condition=Q(news_at__isnull=False) & (Q(news_seen_at=None) | Q(news_seen_at__lt=F("news_at"))),
            ),
            models.Index(fields=["updated_at", "id"], name="referral_updated"),
            models.Index(fields=["received_at"], name="referral_received"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
