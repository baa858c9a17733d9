"""Home First as facts: episodes, ways home, days of waiting, follow-ups, days of wards and stays.

As in facts.py, a fact says nothing that its source does not, and has no foreign keys. Where one person may count on
several days, the fact says whose the day is, so that small numbers of people can be told from small numbers of days.
"""

from django.db import models

from bcf.models.facts import Scoped


class CrisisFact(Scoped):
    """One crisis episode that was a contact after all, and the admission that it is said to have avoided."""

    episode_id = models.UUIDField(primary_key=True)
    ended_on = models.DateField(null=True)
    overran = models.BooleanField(null=True)
    avoided_on = models.DateField(null=True)
    grade = models.CharField(max_length=1, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ended_on"], name="crisis_fact_ended"),
            models.Index(fields=["avoided_on"], name="crisis_fact_avoided"),
        ]

    def __str__(self) -> str:
        return f"{self.episode_id}"


class DischargeFact(Scoped):
    """One person's way out of hospital: how long they waited until they left alive, and what was decided."""

    case_id = models.UUIDField(primary_key=True)
    discharged_on = models.DateField(null=True)
    ready_seconds = models.BigIntegerField(null=True)
    delay_days = models.PositiveIntegerField(null=True)
    went_home = models.BooleanField(null=True)
    at_weekend = models.BooleanField(null=True)
    pathway = models.PositiveSmallIntegerField(null=True)
    decided_on = models.DateField(null=True)
    considered_home = models.BooleanField(null=True)
    decided_home = models.BooleanField(null=True)
    says_why_not_home = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["discharged_on"], name="discharge_fact_left"),
            models.Index(fields=["decided_on"], name="discharge_fact_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"


class DelayFact(Scoped):
    """One midnight at which somebody ready to leave was still there, and who owned the waiting."""

    class Owner(models.TextChoices):
        NHS = "nhs", "The NHS"
        COUNCIL = "council", "A council"
        OTHER = "other", "Somebody else"

    class Reason(models.TextChoices):
        HOSPITAL = "hospital", "Hospital process"
        WELLBEING = "wellbeing", "Wellbeing concerns"
        HUB = "hub", "Care transfer hub process"
        INTERFACE = "interface", "Interface process"
        CAPACITY = "capacity", "Capacity"
        OTHER = "other", "Another group"

    key = models.UUIDField(primary_key=True)
    case_id = models.UUIDField()
    day = models.DateField()
    owner = models.CharField(max_length=7, choices=Owner)
    reason = models.CharField(max_length=9, choices=Reason)

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="delay_fact_day"),
            models.Index(fields=["case_id"], name="delay_fact_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.day}"


class FollowUpFact(Scoped):
    """One person of 65 or over whose 91st day after leaving hospital into reablement came, and where they were."""

    follow_up_id = models.UUIDField(primary_key=True)
    episode_id = models.UUIDField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="followup_fact_due"),
            models.Index(fields=["episode_id"], name="followup_fact_episode"),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}"


class WardDayFact(Scoped):
    """One ward at one midnight: how many of its beds or places were open, and how many had somebody in them.

    `people` names them by their ids, separated by spaces.
    """

    key = models.UUIDField(primary_key=True)
    ward_id = models.UUIDField()
    day = models.DateField()
    at_home = models.BooleanField()
    open_beds = models.PositiveIntegerField()
    occupied = models.PositiveIntegerField()
    people = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day"], name="ward_day_fact_day"),
            models.Index(fields=["ward_id"], name="ward_day_fact_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.day}"


class StayFact(Scoped):
    """One stay in a ward that has ended, from bed to bed without leaving."""

    key = models.UUIDField(primary_key=True)
    ward_id = models.UUIDField()
    at_home = models.BooleanField()
    ended_on = models.DateField()
    stay_seconds = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["ended_on"], name="stay_fact_ended"),
            models.Index(fields=["ward_id"], name="stay_fact_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.ended_on}"
