"""Whose facts an event may change, and whose change by themselves when a day has passed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from audit.models import Event
from homefirst.models import (
    AvoidedAdmissionClaim,
    Bed,
    CapacityChange,
    CrisisEpisode,
    DelaySpell,
    DischargeCase,
    FollowUp91,
    ReablementEpisode,
    Readiness,
    Spell,
    Ward,
)
from patients.models import Patient
from referrals.models import Referral

Owners = Mapping[str, set[UUID]]
Found = dict[str, set[UUID]]

PLAIN = {"crisisepisode": "episode_id", "reablementepisode": "episode_id", "dischargecase": "case_id"}
"""Subjects of events that own facts themselves, and the column that names them there."""
THROUGH = {
    "avoidedadmissionclaim": ("episode_id", AvoidedAdmissionClaim, "episode_id"),
    "followup91": ("episode_id", FollowUp91, "episode_id"),
    "delayspell": ("case_id", DelaySpell, "case_id"),
    "readiness": ("case_id", Readiness, "case_id"),
    "spell": ("ward_id", Spell, "bed__ward_id"),
    "bed": ("ward_id", Bed, "ward_id"),
    "ward": ("ward_id", Ward, "pk"),
    "capacitychange": ("ward_id", CapacityChange, "ward_id"),
}
"""Subjects that belong to an owner: its column, and the way there."""


def owners_of(events: Iterable[Event]) -> Found:
    """Everything whose figures these events may change, by the column of facts that names it."""
    owners: Found = defaultdict(set)
    through: dict[str, set[UUID]] = defaultdict(set)
    people: set[UUID] = set()
    for event in events:
        if event.kind.startswith("patient.") and event.patient_id:
            people |= {event.patient_id, *_absorbed(event)}
        elif event.subject_kind in PLAIN:
            owners[PLAIN[event.subject_kind]].add(event.subject_id)
        elif event.subject_kind in THROUGH:
            through[event.subject_kind].add(event.subject_id)
        elif event.subject_kind == "referral":
            owners["referral_id"].add(event.subject_id)
        elif "referral" in event.data:
            owners["referral_id"].add(UUID(event.data["referral"]))
    _follow(through, owners)
    if people:
        _of_people(people, owners)
    return owners


def _absorbed(event: Event) -> set[UUID]:
    return {UUID(event.data["absorbed"])} if "absorbed" in event.data else set()


def growing() -> Found:
    """What counts more each day though nothing happens: waiting that has not ended, and every ward."""
    waiting = Q(span__upper_inf=True) | Q(span__endswith__gt=timezone.now())
    return {
        "case_id": set(DelaySpell.objects.filter(waiting).values_list("case_id", flat=True)),
        "ward_id": set(Ward.objects.values_list("pk", flat=True)),
    }


def _follow(through: Mapping[str, set[UUID]], owners: Found) -> None:
    for kind, ids in through.items():
        column, model, way = THROUGH[kind]
        found = model._default_manager.filter(pk__in=ids).values_list(way, flat=True)
        owners[column].update(pk for pk in found if pk)


def _of_people(people: set[UUID], owners: Found) -> None:
    """Everything of these people, and of those whose records were joined with theirs."""
    same = Q(pk__in=people) | Q(merged_into__in=people)
    families = Patient.objects.filter(same).values("pk")
    for model, column in (
        (Referral, "referral_id"),
        (CrisisEpisode, "episode_id"),
        (ReablementEpisode, "episode_id"),
        (DischargeCase, "case_id"),
    ):
        owners[column].update(model._default_manager.filter(patient__in=families).values_list("pk", flat=True))
