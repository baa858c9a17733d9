"""Append-only history: a step is what somebody did; its transitions are the statuses that it changed."""

from django.db import models
from django.db.models import Q

from audit.ids import new_id
from audit.signed import Signed
from referrals.querysets import StandingQuerySet
from referrals.states import Verb


class Step(Signed):
    """One verb, by one actor, at one moment. `undoes` points at the step that this one takes back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, db_index=False, related_name="steps")
    offer = models.ForeignKey(
        "referrals.ReferralOffer", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    verb = models.CharField(max_length=20, choices=Verb)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=2000, blank=True)
    before = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "version"], name="step_one_per_version"),
            models.CheckConstraint(
                condition=Q(verb=Verb.UNDO, undoes__isnull=False) | (~Q(verb=Verb.UNDO) & Q(undoes=None)),
                name="step_undo_names_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at}"


class Transition(models.Model):
    """A status that a step changed, of the referral or of one of its offers. Kept by the month of `at`.

    Ask for the transitions of a referral from its `received_at` on: PostgreSQL then opens no older months.
    """

    id = models.BigAutoField(primary_key=True)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, db_index=False, related_name="transitions")
    referral = models.ForeignKey(
        "referrals.Referral", on_delete=models.PROTECT, db_index=False, related_name="transitions"
    )
    offer = models.ForeignKey(
        "referrals.ReferralOffer", on_delete=models.PROTECT, null=True, db_index=False, related_name="transitions"
    )
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16)
    at = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["referral", "id"], name="transition_referral")]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
