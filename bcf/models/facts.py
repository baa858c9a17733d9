"""One narrow row for each thing that is counted, worked out from the rooms below by bcf/facts.py.

A fact says nothing that its source does not, and can be thrown away and worked out again. It has no foreign keys:
counting must never stand in the way of care. Days are London's; areas are those of the referral when it was received.
"""

from django.db import models


class Scoped(models.Model):
    """What every fact has: the scopes it counts towards."""

    place_id = models.UUIDField(null=True)
    locality_id = models.UUIDField(null=True)
    neighbourhood_id = models.UUIDField(null=True)
    service_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Fact(Scoped):
    """What comes from a referral."""

    referral_id = models.UUIDField()

    class Meta:
        abstract = True


class ReferralFact(Fact):
    """One referral that was not a duplicate; its service is the one that took it on."""

    referral_id = models.UUIDField(primary_key=True)
    received_on = models.DateField()
    acknowledge_seconds = models.BigIntegerField(null=True)
    triage_seconds = models.BigIntegerField(null=True)
    crisis_reached = models.BooleanField(null=True)
    handoffs = models.PositiveIntegerField(default=0)
    number_verified = models.BooleanField()
    closed_on = models.DateField(null=True)
    outcome_read = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_on"], name="referral_fact_received"),
            models.Index(
                fields=["closed_on"], name="referral_fact_closed", condition=models.Q(closed_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id}"


class OfferFact(Fact):
    """One offer to one service, and the service's first answer that still stands."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WAITLISTED = "waitlisted", "Waiting for a place"

    offer_id = models.UUIDField(primary_key=True)
    requested_on = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["requested_on"], name="offer_fact_requested"),
            models.Index(fields=["referral_id"], name="offer_fact_referral"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}"


class UnmetNeedFact(Fact):
    """A service had no place when it was asked: on which day, in which hour of London's clock, and for how much care.

    Care is in seconds a week, as every length of time of a fact; null where the service did not say.
    """

    need_id = models.BigIntegerField(primary_key=True)
    recorded_on = models.DateField()
    recorded_hour = models.PositiveSmallIntegerField(db_default=0)
    care_seconds = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recorded_on"], name="unmet_fact_recorded"),
            models.Index(fields=["referral_id"], name="unmet_fact_referral"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id}"
