"""Crisis response: at most 72 hours of support at home, with the night covered and the next step named."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.models import Area, ClockPolicy, Service, Team
from homefirst.codes import EvidenceGrade, NextStep
from homefirst.models.history import Subject
from homefirst.querysets import CrisisQuerySet
from homefirst.states import CRISIS_OPEN, CrisisStatus
from pages.words import moment
from patients.models import Patient
from referrals.codes import AvoidedAdmission, Outcome
from referrals.models import Referral


class CrisisEpisode(Subject):
    """Support after the first contact of a crisis referral, until it is handed over or no longer needed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="crisis_episode")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="crisis_episodes")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=20, choices=CrisisStatus)
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    handover_due_at = models.DateTimeField()
    ends_by = models.DateTimeField(help_text="72 hours after the first contact, or as far as was approved.")
    clinician = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    night_cover = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    night_cover_note = models.CharField(max_length=500, blank=True)
    next_step = models.CharField(max_length=20, choices=NextStep, blank=True)
    next_step_note = models.CharField(max_length=500, blank=True)
    next_step_at = models.DateTimeField(null=True)
    extended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    extension_reason = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    avoided_admission = models.CharField(max_length=8, choices=AvoidedAdmission, blank=True)

    objects = CrisisQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CrisisStatus.values), name="crisis_status_known"),
            models.CheckConstraint(
                condition=Q(handover_due_at__gte=F("opened_at"), ends_by__gte=F("handover_due_at")),
                name="crisis_in_order",
            ),
            models.CheckConstraint(
                condition=Q(extended_by=None, extension_reason="")
                | (Q(extended_by__isnull=False) & ~Q(extension_reason="")),
                name="crisis_extension_has_approver_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CRISIS_OPEN, closed_at=None) | ~Q(status__in=CRISIS_OPEN),
                name="crisis_open_has_no_end",
            ),
            models.CheckConstraint(
                condition=~Q(status=CrisisStatus.CLOSED) | Q(closed_at__gte=F("opened_at")),
                name="crisis_closed_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "ends_by", "id"], name="crisis_board", condition=Q(closed_at=None)),
            models.Index(fields=["handover_due_at"], name="crisis_handover", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return f"Crisis episode {self.id}"

    @property
    def text(self) -> str:
        """What a list of those whom a change touches says of it, without saying who it is."""
        return f"{self.referral.reference}: crisis support until {moment(self.ends_by)}"


class AvoidedAdmissionClaim(models.Model):
    """A claim that an admission was avoided: the rule that counted it, and how well it is shown.

    The ledger of the Better Care Fund reads these rows; nothing here is ever counted twice for one episode.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    episode = models.OneToOneField(CrisisEpisode, on_delete=models.PROTECT, related_name="claim")
    rule = models.SlugField(max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1, choices=EvidenceGrade)
    occurred_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="claim_void_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Claim {self.id}"
