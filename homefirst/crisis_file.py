"""Opening one crisis episode: each part of the page read once."""

from functools import cached_property

from directory.codes import ServiceKind
from directory.models import Service
from homefirst import people
from homefirst.models import AvoidedAdmissionClaim, CrisisEpisode
from homefirst.opened import Opened


class CrisisFile(Opened):
    """One episode as one actor may see it now."""

    model = CrisisEpisode
    related = (
        "patient__practice", "patient__merged_into__practice", "referral__point_of_access", "referral__worker",
        "service", "team", "place", "clinician", "night_cover", "extended_by", "policy",
    )  # fmt: skip
    noun, what, page = "crisis support", "crisis episode", "crisis_episode"

    @property
    def episode(self) -> CrisisEpisode:
        return self.row

    @property
    def called(self) -> str:
        return f"Crisis support of referral {self.episode.referral.reference}"

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
