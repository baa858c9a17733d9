"""Who may see which records, and how a person is found among a million."""

from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission


class PatientQuerySet(models.QuerySet[Any]):
    """Start from visible_to(actor), or from findable_by(actor) to refer somebody new."""

    def visible_to(self, actor: Actor) -> "PatientQuerySet":
        """Records this actor may open: registered with, related to, or opened by emergency access."""
        if actor.is_system:
            return self.all()
        if not actor.can(Permission.VIEW_PATIENT):
            return self.none()
        return self.filter(self._related(actor), Q(restricted=False) | self._opened(actor))

    def related_to(self, actor: Actor) -> "PatientQuerySet":
        """As visible_to, with restricted records: to say that a record exists and must be opened with a reason."""
        if actor.is_system:
            return self.all()
        if not actor.can(Permission.VIEW_PATIENT):
            return self.none()
        return self.filter(self._related(actor))

    def findable_by(self, actor: Actor) -> "PatientQuerySet":
        """Everyone, to whoever may refer: enough to recognise a person, not to open the record."""
        if actor.is_system:
            return self.all()
        return self.all() if actor.can(Permission.REFER) else self.none()

    @staticmethod
    def _opened(actor: Actor) -> Exists:
        from patients.models import BreakGlass

        return Exists(
            BreakGlass.objects.filter(patient=OuterRef("pk"), user=actor.id, expires_at__gt=timezone.now())
        )

    def _related(self, actor: Actor) -> Q:
        from patients.models import Relationship

        related = Relationship.objects.filter(patient=OuterRef("pk"), organisation=actor.organisation_id)
        return Q(practice=actor.organisation_id) | Q(Exists(related)) | Q(self._opened(actor))

    def current(self) -> "PatientQuerySet":
        """Records that were not merged into another."""
        return self.filter(merged_into=None)

    def with_number(self, nhs_number: str) -> "PatientQuerySet":
        """Records that carry this NHS number, verified ones first."""
        return self.filter(nhs_number=nhs_number).exclude(nhs_number="").order_by("nhs_number_status", "id")

    def like_name(self, name: str) -> "PatientQuerySet":
        """Records whose family name resembles one of the words typed (trigram), best first."""
        words = [word.lower() for word in name.replace(",", " ").split() if word][:4]
        if not words:
            return self.none()
        close = Q()
        for word in words:
            close |= Q(family_name_lower__trigram_similar=word)
        score = TrigramSimilarity(Lower("family_name"), words[0])
        for word in words[1:]:
            score = models.functions.Greatest(score, TrigramSimilarity(Lower("family_name"), word))
        given = TrigramSimilarity(Lower("given_name"), " ".join(words))
        return (
            self.annotate(family_name_lower=Lower("family_name"))
            .filter(close)
            .annotate(score=score + given)
            .order_by("-score", "id")
        )
