"""What the pages of reablement and follow-ups read: lists as plain values, one statement a page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from homefirst.models import FollowUp91, FollowUpAttempt, Goal, ReablementEpisode
from homefirst.paging import Order
from homefirst.presenters.people import person_for
from homefirst.states import ReablementStatus

LATELY = timedelta(days=42)
SOON = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Choice:
    """One list of several: its address, its words, what belongs to it, and its order."""

    slug: str
    text: str
    condition: Q
    order: Order


def episode_lists(today: date) -> list[Choice]:
    """The lists of the board."""
    runs = Q(status=ReablementStatus.ACTIVE, ended_at=None)
    return [
        Choice("", "Running", runs, Order.of("review_due")),
        Choice("due", "Review due", runs & Q(review_due__lte=today), Order.of("review_due")),
        Choice("long", "Past planned end", runs & Q(planned_end__lt=today), Order.of("planned_end")),
        Choice(
            "ended",
            "Ended lately",
            Q(status=ReablementStatus.ENDED, ended_at__date__gte=today - LATELY),
            Order.of("-ended_at"),
        ),
    ]


def follow_up_lists(today: date) -> list[Choice]:
    """The lists of follow-ups."""
    waits = Q(outcome="")
    return [
        Choice("", "Due now", waits & Q(due_on__lte=today), Order.of("due_on")),
        Choice("soon", "Due in 4 weeks", waits & Q(due_on__gt=today, due_on__lte=today + SOON), Order.of("due_on")),
        Choice("later", "Later", waits & Q(due_on__gt=today + SOON), Order.of("due_on")),
        Choice("done", "Answered", ~waits, Order.of("-recorded_at")),
    ]


def episodes(actor: Actor) -> QuerySet[Any]:
    """Episodes of my teams, who take part; of restricted people too, without a name."""
    return ReablementEpisode.objects.related_to(actor).of_teams(actor)


def follow_ups(actor: Actor) -> QuerySet[Any]:
    """Follow-ups of my teams, who take part; of restricted people too, without a name."""
    return FollowUp91.objects.related_to(actor).standing().filter(team__in=actor.team_ids)


def counts(rows: QuerySet[Any], lists: list[Choice]) -> dict[str, int]:
    """How many each list holds, in one statement."""
    named = {f"n{at}": Count("pk", filter=one.condition) for at, one in enumerate(lists)}
    found = rows.aggregate(**named)
    return {one.slug: found[f"n{at}"] for at, one in enumerate(lists)}


def episode_values(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Lines of the board."""
    standing = Goal.objects.filter(episode=OuterRef("pk"), given_up_at=None).order_by().values("episode")
    goals = Subquery(standing.annotate(n=Count("pk")).values("n"))
    met = Subquery(standing.filter(met_at__isnull=False).annotate(n=Count("pk")).values("n"))
    columns = (
        "id", "status", "started_at", "planned_end", "hours_before", "hours_now", "review_due", "ended_at", "outcome",
    )  # fmt: skip
    return rows.values(
        *columns,
        **person_for(actor),
        reference=F("referral__reference"),
        place_name=F("place__name"),
        goals_all=Coalesce(goals, 0),
        goals_met=Coalesce(met, 0),
    )


def follow_up_values(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Lines of the list of follow-ups."""
    tried = FollowUpAttempt.objects.filter(follow_up=OuterRef("pk")).order_by().values("follow_up")
    return rows.values(
        "id",
        "outcome",
        "due_on",
        "discharged_on",
        "recorded_at",
        "episode_id",
        **person_for(actor),
        reference=F("episode__referral__reference"),
        phone=F("patient__phone"),
        tried=Coalesce(Subquery(tried.annotate(n=Count("pk")).values("n")), 0),
    )
