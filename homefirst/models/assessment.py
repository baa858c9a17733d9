"""One assessment that travels: made once by a trusted assessor, reused by everybody who accepts it."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.effective import EffectiveDated, InForceQuerySet
from directory.models import Organisation
from homefirst.models.discharge import DischargeCase
from homefirst.models.history import Subject
from homefirst.querysets import AssessmentQuerySet
from patients.models import Patient


class AssessmentTool(EffectiveDated):
    """A form that assessors agree on: its questions, and how long an answer to it stays good."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    edition = models.PositiveSmallIntegerField(default=1)
    questions = models.JSONField(help_text='[{"code": …, "label": …, "choices": […]}, …]')
    good_for_days = models.PositiveSmallIntegerField()

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["name"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["slug", "edition"], name="assessmenttool_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TrustedAssessor(EffectiveDated):
    """A person whose assessments by a tool other organisations agreed to rely on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="trusted_for")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    tool = models.ForeignKey(AssessmentTool, on_delete=models.PROTECT, related_name="assessors")
    agreement = models.CharField(max_length=200, help_text="The agreement and its version.")

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["user", "tool"], condition=Q(valid_to=None), name="trustedassessor_once"),
        ]

    def __str__(self) -> str:
        return f"Trusted assessor {self.id}"


class Assessment(Subject):
    """What one assessor found, and until when it may be relied on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assessments")
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="assessments")
    tool = models.ForeignKey(AssessmentTool, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    trusted = models.BooleanField()
    agreement = models.CharField(max_length=200, blank=True)
    answers = models.JSONField()
    summary = models.CharField(max_length=2000)
    made_at = models.DateTimeField()
    good_until = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(good_until__gt=F("made_at")), name="assessment_expires_later"),
            models.CheckConstraint(condition=~Q(summary=""), name="assessment_says_something"),
        ]
        indexes = [models.Index(fields=["patient", "-made_at"], name="assessment_latest")]

    def __str__(self) -> str:
        return f"Assessment {self.id}"


class Reliance(models.Model):
    """Another organisation relies on an assessment instead of making its own, or says why it cannot."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Relied on"
        CHALLENGED = "challenged", "Challenged"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reliances")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer)
    reason = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "organisation"], name="reliance_once"),
            models.CheckConstraint(
                condition=~Q(answer="challenged") | ~Q(reason=""), name="reliance_challenge_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.id}"
