"""Reablement: weeks of practising what somebody could do before, and whether they are at home on day 91."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from audit.models import ActorKind
from directory.models import Area, Service, Team
from homefirst.codes import FollowUpOutcome, ReablementOutcome
from homefirst.models.discharge import DischargeCase
from homefirst.models.history import Subject
from homefirst.querysets import FollowUpQuerySet, ReablementQuerySet
from homefirst.states import ReablementStatus
from patients.models import Patient
from referrals.models import Referral


class ReablementEpisode(Subject):
    """From the first visit until the person can do without, with hours a week going in and coming out."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="reablement_episode")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="reablement_episodes")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    discharge = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, null=True, related_name="reablement")
    status = models.CharField(max_length=20, choices=ReablementStatus)
    started_at = models.DateTimeField()
    planned_end = models.DateField()
    hours_before = models.DecimalField("hours a week before", max_digits=5, decimal_places=1, null=True)
    hours_now = models.DecimalField("hours a week now", max_digits=5, decimal_places=1, null=True)
    review_due = models.DateField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=ReablementOutcome, blank=True)
    outcome_note = models.CharField(max_length=1000, blank=True)

    objects = ReablementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReablementStatus.values), name="reablement_status_known"),
            models.CheckConstraint(
                condition=~Q(status=ReablementStatus.ENDED) | (Q(ended_at__gte=F("started_at")) & ~Q(outcome="")),
                name="reablement_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReablementStatus.ACTIVE) | Q(ended_at=None), name="reablement_active_has_no_end"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "review_due", "id"], name="reablement_board", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"Reablement {self.id}"


class Goal(models.Model):
    """Something the person wants to do again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    episode = models.ForeignKey(ReablementEpisode, on_delete=models.PROTECT, related_name="goals")
    text = models.CharField(max_length=300)
    added_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="goal_says_something"),
            models.CheckConstraint(condition=Q(met_at=None) | Q(given_up_at=None), name="goal_one_end"),
        ]

    def __str__(self) -> str:
        return f"Goal {self.id}"


class WeeklyReview(models.Model):
    """What was found at a weekly review: hours needed from now on, and how it goes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    episode = models.ForeignKey(ReablementEpisode, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    hours = models.DecimalField("hours a week from now on", max_digits=5, decimal_places=1)
    note = models.CharField(max_length=2000, blank=True)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours__gte=0), name="review_hours_positive")]

    def __str__(self) -> str:
        return f"Review {self.id}"


class FollowUp91(Subject):
    """Is the person at home on the 91st day after discharge into reablement? Asked twice, then not known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    episode = models.OneToOneField(ReablementEpisode, on_delete=models.PROTECT, related_name="follow_up")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    discharged_on = models.DateField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=FollowUpOutcome, blank=True)
    recorded_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", recorded_at=None) | (~Q(outcome="") & Q(recorded_at__isnull=False)),
                name="followup_recorded_whole",
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("discharged_on")), name="followup_due_after_discharge"),
        ]
        indexes = [models.Index(fields=["team", "due_on", "id"], name="followup_due", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"Follow-up {self.id}"


class FollowUpAttempt(models.Model):
    """One attempt to find out: a call or a visit, and whether anybody could say."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    follow_up = models.ForeignKey(FollowUp91, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    reached = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    by_kind = models.CharField(max_length=10, choices=ActorKind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "number"], name="attempt_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_numbered"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}"
