"""Questions that hold a referral up, their answers, and messages that do not."""

from django.db import models
from django.db.models import Q

from audit.ids import new_id
from audit.signed import Signed
from referrals.models.history import Step
from referrals.querysets import StandingQuerySet


class Question(models.Model):
    """Asked of the referrer, by triage or by a service with an offer. Open until answered or resumed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="questions")
    offer = models.ForeignKey("referrals.ReferralOffer", on_delete=models.PROTECT, null=True, related_name="questions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="question_asks_something")]

    def __str__(self) -> str:
        return f"Question {self.id}"


class Answer(models.Model):
    """The answer; an empty text says that triage carried on without one."""

    question = models.OneToOneField(Question, on_delete=models.PROTECT, primary_key=True, related_name="answer")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=4000, blank=True)
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class Message(Signed):
    """A line between the referrer and whoever holds the referral; the outcome is always one of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(
        "referrals.Referral", on_delete=models.PROTECT, db_index=False, related_name="messages"
    )
    step = models.ForeignKey(Step, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    text = models.CharField(max_length=4000)
    for_referrer = models.BooleanField(default=True)
    automatic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="message_says_something")]
        indexes = [models.Index(fields=["referral", "at"], name="message_thread")]

    def __str__(self) -> str:
        return f"Message {self.id}"
