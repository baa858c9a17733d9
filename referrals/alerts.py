"""Escalations and breaches as lists, each tab counted by the condition of the list it leads to."""

from typing import Any
from uuid import UUID

from django.db.models import Case, F, FilteredRelation, Q, QuerySet, When
from django.db.models.functions import Left

from accounts.actors import Actor
from audit.errors import NotFound
from referrals.models import Alert, Breach
from referrals.worklist import (
    CLOCK,
    CLOCK_COLUMNS,
    FIRST_WORDS,
    OF_REFERRAL,
    PERSON,
    Listed,
    counted,
    opened_by,
    person_of,
)

MOST = 200
MOST_COUNTED = 1000


def lists(actor: Actor) -> list[Listed]:
    """Alerts for the actor's role, and all of the place."""
    return [Listed("", "For my role", Q(role=actor.role)), Listed("all", "All open alerts", Q())]


def open_alerts(actor: Actor) -> QuerySet[Alert]:
    """Alerts that nobody has taken and that still matter, the oldest first."""
    return Alert.objects.visible_to(actor).still_open().order_by("raised_at", "id")


def alert_values(actor: Actor) -> QuerySet[Any]:
    """What a line of the alerts shows, with the clock it warns of or else the referral's next one."""
    running = {
        "referral__clocks__offer": None,
        "referral__clocks__stopped_at": None,
        "referral__clocks__code": F("referral__next_clock"),
    }
    rows = open_alerts(actor).alias(next=FilteredRelation("referral__clocks", condition=Q(**running)))
    clock = {
        name: Case(When(clock=None, then=F(f"next__{column}")), default=F(f"clock__{column}"))
        for name, column in CLOCK_COLUMNS.items()
    }
    code = Case(When(clock=None, then=F("referral__next_clock")), default=F("clock__code"))
    named = _of_referral(actor) | {"next_clock": code, "referral_status": F("referral__status")}
    kept = ("id", "referral_id", "role", "level", "raised_at")
    return rows.annotate(**named, **person_of("referral__patient"), **clock).values(*kept, *named, *CLOCK, *PERSON)


def _of_referral(actor: Actor) -> dict[str, Any]:
    return {
        "opened": opened_by(actor, "referral__patient"),
        "first_words": Left("referral__need", FIRST_WORDS),
        "place_name": F("referral__place__name"),
        "assigned_name": F("referral__assigned_to__name"),
        **{name: F(f"referral__{name}") for name in OF_REFERRAL},
    }


def breach_values(actor: Actor, *, reviewed: bool = False) -> QuerySet[Any]:
    """What a line of the breaches shows, the newest first."""
    rows = Breach.objects.visible_to(actor)
    rows = rows.reviewed() if reviewed else rows.to_review()
    return _breach_columns(rows, actor).order_by("-recorded_at", "-id")


def _breach_columns(rows: QuerySet[Breach], actor: Actor) -> QuerySet[Any]:
    named = _of_referral(actor) | {
        "code": F("clock__code"),
        "clock_stopped_at": F("clock__stopped_at"),
        "offered_service": F("clock__offer__service__name"),
        "policy_minutes": F("policy__minutes"),
        "policy_words": F("policy__description"),
        "reviewer": F("reviewed_by__name"),
    }
    kept = ("id", "referral_id", "policy_version", "due_at", "recorded_at", "cause", "learning", "reviewed_at")
    return rows.annotate(**named, **person_of("referral__patient")).values(*kept, *named, *PERSON)


def breach_row(actor: Actor, breach_id: UUID) -> dict[str, Any]:
    """One breach; NotFound when it is not at the actor's point of access."""
    row = _breach_columns(Breach.objects.visible_to(actor).filter(pk=breach_id), actor).first()
    if row is None:
        raise NotFound("There is no such breach, or you cannot see it.")
    return row


def tabs(actor: Actor, listed: list[Listed], current: Listed | str, alerts_path: str, breaches_path: str) -> list[Any]:
    """Alerts by list, then breaches by whether they were reviewed, with counts: of breaches up to so many only."""
    counts = counted(open_alerts(actor), listed)
    to_review = Breach.objects.visible_to(actor).to_review()[: MOST_COUNTED + 1].count()
    shown = [
        {
            "href": f"{alerts_path}?list={one.slug}" if one.slug else alerts_path,
            "text": one.text,
            "count": count,
            "current": one is current,
        }
        for one, count in zip(listed, counts, strict=True)
    ]
    return [
        *shown,
        {
            "href": breaches_path,
            "text": "Breaches to review",
            "count": min(to_review, MOST_COUNTED),
            "more": to_review > MOST_COUNTED,
            "current": current == "to_review",
        },
        {"href": f"{breaches_path}?list=reviewed", "text": "Reviewed", "current": current == "reviewed"},
    ]
