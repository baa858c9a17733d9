"""Opening one crisis episode: who may, that it was logged, and each part of the page read once."""

from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from accounts.actors import Actor
from audit.access import log_read
from audit.models import Access
from directory.codes import ServiceKind
from directory.models import Service
from homefirst import people
from homefirst.models import Act, AvoidedAdmissionClaim, CrisisEpisode
from homefirst.steps import NotFound
from patients.models import BreakGlass, Patient

RELATED = (
    "patient__practice", "patient__merged_into__practice", "referral__point_of_access", "referral__worker", "service",
    "team", "place", "clinician", "night_cover", "extended_by", "policy",
)  # fmt: skip


class CrisisFile:
    """One episode as one actor may see it now."""

    def __init__(self, episode: CrisisEpisode, actor: Actor) -> None:
        self.episode = episode
        self.actor = actor
        self.now: datetime = timezone.now()

    @classmethod
    def open(cls, episode_id: UUID, actor: Actor) -> "CrisisFile":
        """The episode; NotFound when there is none or it is none of the actor's business, which is then logged."""
        found = CrisisEpisode.objects.visible_to(actor).select_related(*RELATED).filter(pk=episode_id).first()
        if found is None:
            _log_refusal(episode_id, actor)
            raise NotFound("There is no such crisis support, or you cannot see it.")
        return cls(found, actor)

    def log(self) -> None:
        """Record that the actor has it open."""
        outcome = Access.Outcome.BREAK_GLASS if self.opened else Access.Outcome.ALLOWED
        about = {"patient_id": self.episode.patient_id, "subject_id": self.episode.pk}
        log_read(by=self.actor, what="crisis episode", outcome=outcome, **about)

    @property
    def person(self) -> Patient:
        """The record in use of the person."""
        return self.episode.patient.merged_into or self.episode.patient

    @cached_property
    def opened(self) -> BreakGlass | None:
        """The emergency access under which a restricted record is open to this actor."""
        if not self.person.restricted:
            return None
        known = {self.person.pk, self.episode.patient_id}
        return BreakGlass.objects.open_for(self.actor, self.now).filter(patient__in=known).first()

    @property
    def is_sealed(self) -> bool:
        """Restricted, and not yet opened with a reason."""
        return self.person.restricted and self.opened is None

    @cached_property
    def acts(self) -> list[Act]:
        """What everybody did, newest first."""
        return list(Act.objects.filter(subject_id=self.episode.pk).order_by("-version"))

    def acts_since(self, version: int) -> list[Act]:
        """What happened after somebody saw this version."""
        return [act for act in self.acts if act.version > version]

    @cached_property
    def claim(self) -> AvoidedAdmissionClaim | None:
        """The claim of an avoided admission that stands."""
        return AvoidedAdmissionClaim.objects.filter(episode=self.episode.pk, voided_at=None).first()

    @cached_property
    def services(self) -> list[Service]:
        """Services that can cover a night: night nursing first, then every other by name."""
        found = Service.objects.in_force().order_by("name").only("id", "name", "kind")
        return sorted(found, key=lambda service: service.kind != ServiceKind.NIGHT_NURSING)

    @cached_property
    def workers(self) -> list[tuple[str, str]]:
        """People who can answer for the person's care."""
        return people.choices(people.workers(self.episode.team, self.episode.service.organisation_id, self.now))


def _log_refusal(episode_id: UUID, actor: Actor) -> None:
    """Somebody asked for an episode that exists and is none of their business."""
    patient_id = CrisisEpisode.objects.filter(pk=episode_id).values_list("patient", flat=True).first()
    if patient_id is not None:
        refused = {"outcome": Access.Outcome.REFUSED, "subject_id": episode_id}
        log_read(by=actor, patient_id=patient_id, what="crisis episode", **refused)
