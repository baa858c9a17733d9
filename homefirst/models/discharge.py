"""Getting home from hospital: the case, who decided, what must be arranged, and who owns each hour of waiting."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import new_id
from directory.effective import EffectiveDated, InForceQuerySet
from directory.models import Area, Organisation, PointOfAccess
from homefirst.codes import Destination, Pathway, Support, TaskKind
from homefirst.models.history import Subject
from homefirst.querysets import CaseQuerySet, DelayQuerySet, TaskQuerySet
from homefirst.states import WAITING_TO_LEAVE, DischargeStatus
from patients.models import Patient
from referrals.models import Referral
from referrals.models.referral import new_reference


class DischargeCase(Subject):
    """One person's way out of hospital (step down), or to a decision at home (step up), seen by everybody involved."""

    class Direction(models.TextChoices):
        STEP_DOWN = "step_down", "From a ward"
        STEP_UP = "step_up", "From the community"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=12, default=new_reference, unique=True)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.STEP_DOWN)
    status = models.CharField(max_length=20, choices=DischargeStatus)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="discharge_cases")
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, null=True, related_name="discharge_case")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    hub = models.ForeignKey(PointOfAccess, on_delete=models.PROTECT, related_name="+")
    hospital = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="Whoever has the person now."
    )
    ward = models.CharField(max_length=100, blank=True)
    admitted_at = models.DateTimeField(null=True)
    expected_on = models.DateField("expected date of discharge", null=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True, help_text="When the readiness that counts began.")
    support = models.CharField(max_length=12, choices=Support, blank=True)
    pathway = models.PositiveSmallIntegerField(choices=Pathway, null=True)
    destination = models.CharField(max_length=16, choices=Destination, blank=True)
    home_first_considered = models.BooleanField(null=True)
    not_home_reason = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True)
    discharged_at = models.DateTimeField(null=True)
    assessed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=300, blank=True)
    transfer_complete = models.PositiveSmallIntegerField("transfer data set, per cent", default=0)
    synthetic = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DischargeStatus.values), name="discharge_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=WAITING_TO_LEAVE) | Q(ready_at__isnull=False), name="discharge_ready_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(discharged_at=None) | Q(discharged_at__gte=F("ready_at")), name="discharge_after_ready"
            ),
            models.CheckConstraint(
                condition=~Q(pathway__in=[Pathway.P2, Pathway.P3])
                | (Q(home_first_considered=True) & ~Q(not_home_reason="")),
                name="discharge_not_home_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(discharged_at=None) | ~Q(destination=""), name="discharge_has_destination"
            ),
            models.CheckConstraint(
                condition=Q(assessed_at=None) | Q(assessed_at__gte=F("discharged_at")), name="discharge_assessed_after"
            ),
            models.UniqueConstraint(
                fields=["patient", "hospital"],
                condition=Q(closed_at=None, discharged_at=None),
                name="discharge_one_open_per_stay",
                violation_error_message="This person already has an open case at this hospital.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "status", "ready_at", "id"], name="discharge_board", condition=Q(closed_at=None)
            ),
            models.Index(fields=["hospital", "ready_at", "id"], name="discharge_ward", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return self.reference


class Readiness(models.Model):
    """A span of time in which the person was ready to leave and still there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="readiness")
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="readiness_no_overlap",
                expressions=[("case", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"Readiness {self.id}"


class DelayReason(EffectiveDated):
    """One reason of the national list; the list changes, so each row has its dates."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60)
    group = models.CharField(max_length=60)
    text = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    unverified = models.BooleanField(default=False, help_text="The exact wording was not checked.")

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["group", "text"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="delayreason_once"),
        ]

    def __str__(self) -> str:
        return self.text


class DelaySpell(models.Model):
    """Some hours of waiting and the one organisation that owns them. Spells of a case cover its readiness exactly:
    an exclusion constraint keeps them apart, a deferred trigger lets no hour go without an owner."""

    class State(models.TextChoices):
        ATTRIBUTED = "attributed", "Attributed"
        DISPUTED = "disputed", "Disputed"
        AGREED = "agreed", "Agreed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="delays")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(DelayReason, on_delete=models.PROTECT, related_name="+")
    span = DateTimeRangeField()
    state = models.CharField(max_length=10, choices=State, default=State.ATTRIBUTED)
    dispute = models.CharField(max_length=1000, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = DelayQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="delay_one_owner",
                expressions=[("case", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=~Q(state="disputed") | ~Q(dispute=""), name="delay_dispute_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Delay {self.id}"

    @property
    def version(self) -> int:
        """Hours of waiting change with their case."""
        return self.case.version


class Agreement(models.Model):
    """One organisation's part in a joint decision: who agreed to which pathway, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="agreements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=200)
    pathway = models.PositiveSmallIntegerField(choices=Pathway)
    destination = models.CharField(max_length=16, choices=Destination)
    support = models.CharField(max_length=12, choices=Support)
    home_first_considered = models.BooleanField()
    not_home_reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "organisation"], condition=Q(superseded_at=None), name="agreement_one_per_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(pathway__in=[Pathway.P2, Pathway.P3])
                | (Q(home_first_considered=True) & ~Q(not_home_reason="")),
                name="agreement_not_home_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Agreement {self.id}"


class DischargeTask(Subject):
    """Something that must happen, who owns it, by when; a required one holds the discharge up until it is done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12, choices=TaskKind)
    title = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    required = models.BooleanField(default=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=1000, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(cancelled_at=None), name="task_one_end"),
            models.CheckConstraint(condition=~Q(title=""), name="task_says_what"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_at", "id"],
                name="task_due",
                condition=Q(done_at=None, cancelled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Task {self.id}"


class TransferItem(EffectiveDated):
    """One item of the data set that travels with the person; a hard one stops the transfer while it is missing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=120)
    hint = models.CharField(max_length=200, blank=True)
    hard = models.BooleanField(default=False)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    number = models.PositiveSmallIntegerField()

    objects = InForceQuerySet.as_manager()

    class Meta(EffectiveDated.Meta):
        ordering = ["number"]
        constraints = [
            *EffectiveDated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="transferitem_once"),
        ]

    def __str__(self) -> str:
        return self.label


class TransferAnswer(models.Model):
    """What was filled in for one item, or who was asked to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(DischargeCase, on_delete=models.PROTECT, related_name="transfer")
    item = models.ForeignKey(TransferItem, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000, blank=True)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "item"], name="transfer_once")]

    def __str__(self) -> str:
        return f"Answer {self.id}"
