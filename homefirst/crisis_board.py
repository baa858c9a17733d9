"""The lists of crisis support: who is supported now by time left, and who was supported longer than agreed."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from accounts.actors import Actor
from accounts.prepared import as_actor, ids_of, rows, shape_of
from homefirst.models import CrisisEpisode
from homefirst.states import CrisisStatus
from referrals.filters import WHOSE, ActorFilterSet
from referrals.worklist import PERSON, Listed, opened_by, person_of

DUE = "ends_by"
LATELY = timedelta(days=90)
MOST = 200
COLUMNS = (
    "id", "referral_id", "status", "opened_at", "handover_due_at", "ends_by", "night_cover_note", "next_step",
    "next_step_note", "next_step_at", "closed_at", "extended_by_id", "extension_reason",
)  # fmt: skip
NAMES = {
    "reference": "referral__reference",
    "referral_status": "referral__status",
    "safeguarding": "referral__safeguarding",
    "scene_safety": "referral__scene_safety",
    "place_name": "place__name",
    "service_name": "service__name",
    "team_name": "team__name",
    "night_name": "night_cover__name",
    "clinician_name": "clinician__name",
}


class CrisisFilter(ActorFilterSet):
    """Filters of the board."""

    place = django_filters.ChoiceFilter(label="Place", empty_label="Any place", field_name="place__slug")
    clinician = django_filters.ChoiceFilter(
        label="Clinician", empty_label="Anybody", field_name="clinician", method="whose", choices=WHOSE
    )

    class Meta:
        model = CrisisEpisode
        fields: list[str] = []


def lists(now: datetime) -> list[Listed]:
    """The lists of the board."""
    return [
        Listed("", "Supported now", Q()),
        Listed("hand-over", "Hand-over due", Q(handover_due_at__lte=now)),
        Listed("night", "Night not covered", Q(night_cover=None, night_cover_note="")),
        Listed("next", "No next step", Q(next_step="")),
        Listed("over", "Out of time", Q(ends_by__lt=now)),
    ]


def running(actor: Actor) -> QuerySet[CrisisEpisode]:
    """Crisis support of the actor's teams that has not ended. Their organisations take part in it, so they may see it:
    asking the patients again would only cost time."""
    return CrisisEpisode.objects.of_teams(actor).running()


def values(episodes: QuerySet[CrisisEpisode], actor: Actor, *more: str, at: datetime | None = None) -> QuerySet[Any]:
    """What a line shows; `more` names what was annotated besides."""
    named = {name: F(path) for name, path in NAMES.items()}
    shown = episodes.annotate(opened=opened_by(actor, "patient", at), **named, **person_of("patient"))
    return shown.values(*COLUMNS, *named, "opened", *PERSON, *more)


def first_overstays(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """The page of them and one more; the question is compiled once."""
    moments = {"now": now, "since": now - LATELY}
    return rows(
        ("overstays", MOST, shape_of(actor)),
        ids_of(actor) | moments,
        lambda slots: overstays(as_actor(actor, slots), slots["now"], slots["since"])[: MOST + 1],
    )


def overstays(actor: Actor, now: datetime, since: datetime | None = None) -> QuerySet[Any]:
    """Supported longer than the policy gives, now or in the last 90 days; the longest still running first."""
    given = ExpressionWrapper(F("policy__minutes") * Value(timedelta(minutes=1)), output_field=DurationField())
    allowed = ExpressionWrapper(F("opened_at") + given, output_field=DateTimeField())
    late = Q(closed_at=None, allowed_until__lt=now) | Q(
        closed_at__gt=F("allowed_until"), closed_at__gte=since or now - LATELY, status=CrisisStatus.CLOSED
    )
    late_ones = (
        CrisisEpisode.objects.of_teams(actor)
        .annotate(allowed_until=allowed, approver_name=F("extended_by__name"))
        .filter(late)
    )
    order = (F("closed_at").desc(nulls_first=True), "allowed_until", "id")
    return values(late_ones, actor, "allowed_until", "approver_name", at=now).order_by(*order)
