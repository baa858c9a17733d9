"""Who may see which records, and how a person is found among a million.

A person may have several records that were merged: the kept one and those that point at it. Whatever gives a right to
one of them gives a right to all, so every question about rights is asked of the whole family of records.
"""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Greatest, Lower
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.actors import Actor
from accounts.roles import Permission

FINDERS = (Permission.REFER, Permission.MERGE_PATIENTS, Permission.GOVERN)


class PatientQuerySet(models.QuerySet[Any]):
    """Start from visible_to(actor), or from findable_by(actor) to refer somebody new."""

    def visible_to(self, actor: Actor, at: datetime | None = None) -> Self:
        """Records this actor may open (now, or then): registered with, related to, or opened by emergency access."""
        if actor.is_system:
            return self.all()
        return self.filter(may_open(actor, at)) if actor.can(Permission.VIEW_PATIENT) else self.none()

    def related_to(self, actor: Actor, at: datetime | None = None) -> Self:
        """As visible_to, with restricted records: to say that a record exists and must be opened with a reason."""
        if actor.is_system:
            return self.all()
        return self.filter(is_related(actor, at)) if actor.can(Permission.VIEW_PATIENT) else self.none()

    def findable_by(self, actor: Actor) -> Self:
        """Everyone, to whoever refers, merges or governs: enough to recognise a person, not to open the record."""
        may = actor.is_system or any(actor.can(permission) for permission in FINDERS)
        return self.all() if may else self.none()

    def with_may_open(self, actor: Actor) -> Self:
        """Adds may_open: whether this actor may open the record now."""
        if actor.is_system:
            return self.annotate(may_open=Value(value=True))
        if not actor.can(Permission.VIEW_PATIENT):
            return self.annotate(may_open=Value(value=False))
        return self.annotate(may_open=models.ExpressionWrapper(may_open(actor), models.BooleanField()))

    def current(self) -> Self:
        """Records that were not merged into another."""
        return self.filter(merged_into=None)

    def family_of(self, kept_id: UUID) -> Self:
        """The kept record and those merged into it."""
        return self.filter(Q(pk=kept_id) | Q(merged_into=kept_id))

    def with_number(self, nhs_number: str) -> Self:
        """Records that carry this NHS number, verified ones first."""
        return self.filter(nhs_number=nhs_number).exclude(nhs_number="").order_by("nhs_number_status", "id")

    def scored(self, words: list[str]) -> Self:
        """Adds family_score and given_score: how like the words typed the names are, from 0 to 1, in either order."""
        return self.annotate(family_score=_likeness("family_name", words), given_score=_likeness("given_name", words))


class BreakGlassQuerySet(models.QuerySet[Any]):
    """Emergency accesses."""

    def open_for(self, actor: Actor, at: datetime | None = None) -> Self:
        """Those of this person that have not ended."""
        return self.filter(user=actor.id, expires_at__gt=at or timezone.now())

    def of_person(self, kept_id: UUID) -> Self:
        """Those for any of a person's records."""
        return self.filter(Q(patient=kept_id) | Q(patient__merged_into=kept_id))

    def to_review(self) -> Self:
        """Those that nobody has judged yet, oldest first."""
        return self.filter(reviewed_at=None).order_by("granted_at", "id")

    def reviewed(self) -> Self:
        """Those that were judged, newest first."""
        return self.exclude(reviewed_at=None).order_by("-granted_at", "-id")

    def with_people(self) -> Self:
        """With user, organisation, person and reviewer, in one statement."""
        return self.select_related("user", "organisation", "patient", "reviewed_by")


def may_open(actor: Actor, at: datetime | None = None) -> Q:
    """The condition of visible_to, for a role that may open records at all; only people open one in an emergency."""
    open_to_all = Q(restricted=False) & Q(has_part(actor))
    return open_to_all | Q(is_opened(actor, at)) if actor.is_person else open_to_all


def is_related(actor: Actor, at: datetime | None = None) -> Q:
    """As may_open, whether or not the record is restricted, now or at a moment."""
    part = Q(has_part(actor))
    return part | Q(is_opened(actor, at)) if actor.is_person else part


def has_part(actor: Actor) -> Exists:
    """The actor's organisation is registered or related with this record or another of the same person."""
    relationships = apps.get_model("patients", "Relationship").objects.filter(
        organisation=actor.organisation_id, patient=OuterRef("pk")
    )
    return Exists(_same_person().filter(Q(practice=actor.organisation_id) | Q(Exists(relationships))))


def is_opened(actor: Actor, at: datetime | None = None) -> Exists:
    """An emergency access of this person that has not ended, to this record or another of the same person."""
    glasses = apps.get_model("patients", "BreakGlass").objects.open_for(actor, at).filter(patient=OuterRef("pk"))
    return Exists(_same_person().filter(Exists(glasses)))


def _same_person() -> models.QuerySet[Any]:
    """All records of the person of the outer row: itself, the kept one, those it absorbed, those absorbed with it."""
    records = apps.get_model("patients", "Patient").objects
    own, kept = OuterRef("pk"), OuterRef("merged_into")
    return records.filter(Q(pk=own) | Q(merged_into=own) | Q(pk=kept) | Q(merged_into=kept))


def name_words(name: str) -> list[str]:
    """The words of a name as typed, at most four, in lower case."""
    return [word.lower() for word in name.replace(",", " ").split() if word][:4]


def family_like(words: list[str]) -> Q:
    """The family name resembles one of the words: the trigram index answers this."""
    close = Q()
    for word in words:
        close |= Q(TrigramSimilar(Lower("family_name"), word)) | Q(Exact(Lower("family_name"), word))
    return close


def given_like(words: list[str]) -> Q:
    """The given name resembles one of the words, by PostgreSQL's own threshold: its trigram index answers this."""
    close = Q()
    for word in words:
        close |= Q(TrigramSimilar(Lower("given_name"), word))
    return close


def _likeness(field: str, words: list[str]) -> models.expressions.Combinable:
    scores = [TrigramSimilarity(Lower(field), word) for word in words]
    return scores[0] if len(scores) == 1 else Greatest(*scores)
