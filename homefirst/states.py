"""The state machines of Home First: crisis episode (S3), reablement (S4), discharge (S5), beds (S6), packages.

Tables, not code: `steps.py` runs them, docs/states are drawn from them, the house tests read them.
"""

from django.db import models

from audit.events import Kind


class CrisisStatus(models.TextChoices):
    ACTIVE = "active", "Supported at home"
    HANDOVER_DUE = "handover_due", "Hand-over due"
    CLOSED = "closed", "Ended"
    VOID = "void", "Not a contact after all"


CRISIS_TRANSITIONS: dict[str, tuple[CrisisStatus, ...]] = {
    "": (CrisisStatus.ACTIVE,),
    CrisisStatus.ACTIVE: (CrisisStatus.HANDOVER_DUE, CrisisStatus.CLOSED, CrisisStatus.VOID),
    CrisisStatus.HANDOVER_DUE: (CrisisStatus.ACTIVE, CrisisStatus.CLOSED, CrisisStatus.VOID),
    CrisisStatus.CLOSED: (CrisisStatus.ACTIVE,),
    CrisisStatus.VOID: (CrisisStatus.ACTIVE,),
}
CRISIS_EVENTS: dict[CrisisStatus, Kind] = {
    CrisisStatus.ACTIVE: Kind.CRISIS_OPENED,
    CrisisStatus.HANDOVER_DUE: Kind.CRISIS_HANDOVER_DUE,
    CrisisStatus.CLOSED: Kind.CRISIS_CLOSED,
    CrisisStatus.VOID: Kind.CRISIS_VOIDED,
}
CRISIS_OPEN = (CrisisStatus.ACTIVE, CrisisStatus.HANDOVER_DUE)


class ReablementStatus(models.TextChoices):
    ACTIVE = "active", "Reablement running"
    ENDED = "ended", "Ended"
    VOID = "void", "Not started after all"


REABLEMENT_TRANSITIONS: dict[str, tuple[ReablementStatus, ...]] = {
    "": (ReablementStatus.ACTIVE,),
    ReablementStatus.ACTIVE: (ReablementStatus.ENDED, ReablementStatus.VOID),
    ReablementStatus.ENDED: (ReablementStatus.ACTIVE,),
    ReablementStatus.VOID: (ReablementStatus.ACTIVE,),
}
REABLEMENT_EVENTS: dict[ReablementStatus, Kind] = {
    ReablementStatus.ACTIVE: Kind.REABLEMENT_STARTED,
    ReablementStatus.ENDED: Kind.REABLEMENT_ENDED,
    ReablementStatus.VOID: Kind.REABLEMENT_VOIDED,
}


class DischargeStatus(models.TextChoices):
    IDENTIFIED = "identified", "Identified"
    PLANNING = "planning", "Planning"
    READY = "ready", "Ready to leave"
    DECIDED = "pathway_decided", "Pathway decided"
    ARRANGING = "arranging", "Being arranged"
    DISCHARGED = "discharged", "Left hospital"
    ASSESSED = "assessed_at_home", "Assessed at home"
    CLOSED = "closed", "Closed"
    STOPPED = "stopped", "Stopped"


WAITING_TO_LEAVE = (DischargeStatus.READY, DischargeStatus.DECIDED, DischargeStatus.ARRANGING)
"""Ready and still there: each hour of these has an owner."""

DISCHARGE_TRANSITIONS: dict[str, tuple[DischargeStatus, ...]] = {
    "": (DischargeStatus.IDENTIFIED,),
    DischargeStatus.IDENTIFIED: (DischargeStatus.PLANNING, DischargeStatus.READY, DischargeStatus.STOPPED),
    DischargeStatus.PLANNING: (DischargeStatus.READY, DischargeStatus.STOPPED),
    DischargeStatus.READY: (
        DischargeStatus.DECIDED,
        DischargeStatus.DISCHARGED,
        DischargeStatus.PLANNING,
        DischargeStatus.STOPPED,
    ),
    DischargeStatus.DECIDED: (
        DischargeStatus.ARRANGING,
        DischargeStatus.READY,
        DischargeStatus.DISCHARGED,
        DischargeStatus.PLANNING,
        DischargeStatus.STOPPED,
    ),
    DischargeStatus.ARRANGING: (
        DischargeStatus.DISCHARGED,
        DischargeStatus.READY,
        DischargeStatus.PLANNING,
        DischargeStatus.STOPPED,
    ),
    DischargeStatus.DISCHARGED: (DischargeStatus.ASSESSED, DischargeStatus.CLOSED),
    DischargeStatus.ASSESSED: (DischargeStatus.CLOSED,),
    DischargeStatus.CLOSED: (),
    DischargeStatus.STOPPED: (),
}
DISCHARGE_EVENTS: dict[DischargeStatus, Kind] = {
    DischargeStatus.IDENTIFIED: Kind.DISCHARGE_IDENTIFIED,
    DischargeStatus.PLANNING: Kind.DISCHARGE_PLANNING,
    DischargeStatus.READY: Kind.DISCHARGE_READY,
    DischargeStatus.DECIDED: Kind.DISCHARGE_PATHWAY_DECIDED,
    DischargeStatus.ARRANGING: Kind.DISCHARGE_ARRANGING,
    DischargeStatus.DISCHARGED: Kind.DISCHARGE_COMPLETED,
    DischargeStatus.ASSESSED: Kind.DISCHARGE_ASSESSED,
    DischargeStatus.CLOSED: Kind.DISCHARGE_CLOSED,
    DischargeStatus.STOPPED: Kind.DISCHARGE_STOPPED,
}
DISCHARGE_OPEN = tuple(
    status for status in DischargeStatus if status not in (DischargeStatus.CLOSED, DischargeStatus.STOPPED)
)


class SpellKind(models.TextChoices):
    """What a bed is used for, during a span of time; a bed without a spell is available."""

    RESERVED = "reserved", "Reserved"
    OCCUPIED = "occupied", "Occupied"
    CLEANING = "cleaning", "Being cleaned"
    CLOSED = "closed", "Closed"


BED_TRANSITIONS: dict[str, tuple[SpellKind, ...]] = {
    "": (SpellKind.RESERVED, SpellKind.OCCUPIED, SpellKind.CLOSED),
    SpellKind.RESERVED: (SpellKind.OCCUPIED, SpellKind.CLOSED),
    SpellKind.OCCUPIED: (SpellKind.CLEANING, SpellKind.CLOSED),
    SpellKind.CLEANING: (SpellKind.RESERVED, SpellKind.OCCUPIED, SpellKind.CLOSED),
    SpellKind.CLOSED: (),
}
"""What may follow what at once. An empty text is an available bed, to which every spell leads back: a reservation and
cleaning by themselves, a closed bed when it is opened."""

BED_EVENTS: dict[SpellKind, Kind] = {
    SpellKind.RESERVED: Kind.BED_RESERVED,
    SpellKind.OCCUPIED: Kind.BED_OCCUPIED,
    SpellKind.CLEANING: Kind.BED_CLEANING,
    SpellKind.CLOSED: Kind.BED_CLOSED,
}


class ChangeStatus(models.TextChoices):
    """A change of capacity that touches people."""

    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    WITHDRAWN = "withdrawn", "Withdrawn"


CHANGE_TRANSITIONS: dict[str, tuple[ChangeStatus, ...]] = {
    "": (ChangeStatus.PROPOSED,),
    ChangeStatus.PROPOSED: (ChangeStatus.CONFIRMED, ChangeStatus.WITHDRAWN),
    ChangeStatus.CONFIRMED: (),
    ChangeStatus.WITHDRAWN: (),
}
CHANGE_EVENTS: dict[ChangeStatus, Kind] = {
    ChangeStatus.PROPOSED: Kind.CAPACITY_PROPOSED,
    ChangeStatus.CONFIRMED: Kind.CAPACITY_CHANGED,
    ChangeStatus.WITHDRAWN: Kind.CAPACITY_WITHDRAWN,
}


class PackageStatus(models.TextChoices):
    WANTED = "wanted", "Looking for a provider"
    OFFERED = "offered", "A provider can take it"
    ACTIVE = "active", "Running"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "No longer wanted"


PACKAGE_TRANSITIONS: dict[str, tuple[PackageStatus, ...]] = {
    "": (PackageStatus.WANTED,),
    PackageStatus.WANTED: (PackageStatus.OFFERED, PackageStatus.CANCELLED),
    PackageStatus.OFFERED: (PackageStatus.ACTIVE, PackageStatus.WANTED, PackageStatus.CANCELLED),
    PackageStatus.ACTIVE: (PackageStatus.ENDED,),
    PackageStatus.ENDED: (),
    PackageStatus.CANCELLED: (),
}
PACKAGE_EVENTS: dict[PackageStatus, Kind] = {
    PackageStatus.WANTED: Kind.PACKAGE_WANTED,
    PackageStatus.OFFERED: Kind.PACKAGE_OFFERED,
    PackageStatus.ACTIVE: Kind.PACKAGE_STARTED,
    PackageStatus.ENDED: Kind.PACKAGE_ENDED,
    PackageStatus.CANCELLED: Kind.PACKAGE_CANCELLED,
}


class PlanStatus(models.TextChoices):
    QUEUED = "queued", "Waiting to run"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


PLAN_TRANSITIONS: dict[str, tuple[PlanStatus, ...]] = {
    "": (PlanStatus.QUEUED,),
    PlanStatus.QUEUED: (PlanStatus.RUNNING, PlanStatus.FAILED),
    PlanStatus.RUNNING: (PlanStatus.DONE, PlanStatus.FAILED),
    PlanStatus.DONE: (),
    PlanStatus.FAILED: (),
}
PLAN_EVENTS: dict[PlanStatus, Kind] = {
    PlanStatus.QUEUED: Kind.PLAN_ASKED,
    PlanStatus.RUNNING: Kind.PLAN_STARTED,
    PlanStatus.DONE: Kind.PLAN_FINISHED,
    PlanStatus.FAILED: Kind.PLAN_FAILED,
}
