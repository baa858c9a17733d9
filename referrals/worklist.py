"""The lists that people work from: each block one query, in order of time left, read as plain values.

A count and the list it links to are the same condition on the same rows, so they cannot disagree. Pages follow each
other by key (deadline, id), never by offset: a list that changes under the reader neither skips nor repeats anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.actors import Actor
from audit.errors import Invalid
from patients.models import BreakGlass
from referrals.models import Draft, Referral, ReferralOffer
from referrals.states import OFFER_AWAITING_ANSWER, OFFER_LIVE, OFFER_TAKEN, OPEN, OfferStatus, Status

PAGE = 25
FIRST_WORDS = 160
WAITING = (Status.SUBMITTED, Status.IN_TRIAGE, Status.INFO_REQUESTED, Status.ACCEPTED)
WITH_A_SERVICE = tuple(status for status in OPEN if status not in WAITING)

PERSON = ("person_id", "family_name", "given_name", "date_of_birth", "nhs_number", "restricted", "deceased_at")
OF_REFERRAL = (
    "reference", "urgency", "channel", "needs", "received_at", "safeguarding", "scene_safety", "worker_id",
)  # fmt: skip
REFERRAL = ("id", "status", *OF_REFERRAL, "next_due_at", "next_clock", "assigned_to_id")
CLOCK_COLUMNS = {
    "clock_started_at": "started_at",
    "clock_due_at": "due_at",
    "clock_warn_at": "warn_at",
    "clock_paused_since": "paused_since",
}
CLOCK = tuple(CLOCK_COLUMNS)


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its address, its words, and what belongs to it."""

    slug: str
    text: str
    condition: Q


def triage_lists(actor: Actor, now: datetime) -> list[Listed]:
    """The lists of the triage worklist."""
    waiting = Q(status__in=WAITING)
    return [
        Listed("", "All waiting", waiting),
        Listed("new", "New", Q(status=Status.SUBMITTED)),
        Listed("triage", "In triage", Q(status=Status.IN_TRIAGE)),
        Listed("information", "Waiting for information", Q(status=Status.INFO_REQUESTED)),
        Listed("service", "Needs a service", Q(status=Status.ACCEPTED)),
        Listed("overdue", "Overdue", waiting & Q(next_due_at__lt=Coalesce("clock__paused_since", now))),
        Listed("mine", "Mine", waiting & Q(assigned_to=actor.id)),
        Listed("unassigned", "Unassigned", waiting & Q(assigned_to=None)),
        Listed("out", "With a service", Q(status__in=WITH_A_SERVICE)),
    ]


def team_lists() -> list[Listed]:
    """The lists of a team that answers offers."""
    return [
        Listed("", "To answer", Q(status__in=OFFER_AWAITING_ANSWER)),
        Listed("information", "Waiting for information", Q(status=OfferStatus.INFO_REQUESTED)),
        Listed("place", "Waiting for a place", Q(status=OfferStatus.WAITLISTED)),
        Listed("caring", "Being cared for", Q(status__in=OFFER_TAKEN)),
    ]


def open_referrals(actor: Actor, at: datetime | None = None) -> QuerySet[Referral]:
    """Open referrals at the actor's point of access, each joined to the clock that it is ordered by."""
    mine = Referral.objects.visible_to(actor, at).received_by(actor).filter(closed_at=None)
    return mine.alias(clock=_next_clock("clocks", "next_clock"))


def referral_values(rows: QuerySet[Referral], actor: Actor, at: datetime | None = None) -> QuerySet[Any]:
    """What a line of the worklist shows."""
    named = {
        "opened": opened_by(actor, "patient", at),
        "first_words": Left("need", FIRST_WORDS),
        "place_name": F("place__name"),
        "assigned_name": F("assigned_to__name"),
    }
    return rows.annotate(**named, **person_of("patient"), **_clock()).values(*REFERRAL, *named, *PERSON, *CLOCK)


def team_offers(actor: Actor) -> QuerySet[ReferralOffer]:
    """Offers to the actor's team that are in one of its lists, each joined to its own clock and to the referral's.

    Said of the offer, not only of its referral: a team has thousands of offers that ended years ago.
    """
    mine = ReferralOffer.objects.visible_to(actor).to_team_of(actor)
    mine = mine.filter(status__in=(*OFFER_LIVE, *OFFER_TAKEN), referral__status__in=OPEN)
    return mine.alias(
        own=FilteredRelation("clocks", condition=Q(clocks__stopped_at=None)),
        clock=_next_clock("referral__clocks", "referral__next_clock"),
    )


def offer_values(rows: QuerySet[ReferralOffer], actor: Actor) -> QuerySet[Any]:
    """What a line of a team's list shows."""
    named = {
        "opened": opened_by(actor, "referral__patient"),
        "first_words": Left("referral__need", FIRST_WORDS),
        "place_name": F("referral__place__name"),
        "service_name": F("service__name"),
        "worker_name": F("referral__worker__name"),
        "referral_status": F("referral__status"),
        "next_clock": Case(When(own__code=None, then=F("referral__next_clock")), default=F("own__code")),
        **{name: F(f"referral__{name}") for name in OF_REFERRAL},
    }
    kept = ("id", "referral_id", "status", "requested_at", "due_at", "free_at_request", "places_at_request")
    clock = {name: Coalesce(f"own__{column}", f"clock__{column}") for name, column in CLOCK_COLUMNS.items()}
    clock["clock_paused_since"] = Case(
        When(own__code=None, then=F("clock__paused_since")), default=F("own__paused_since")
    )
    return rows.annotate(**named, **person_of("referral__patient"), **clock).values(*kept, *named, *PERSON, *CLOCK)


def _next_clock(relation: str, code: str) -> FilteredRelation:
    """The running clock that the next deadline belongs to: at most one row."""
    running = {f"{relation}__offer": None, f"{relation}__stopped_at": None, f"{relation}__code": F(code)}
    return FilteredRelation(relation, condition=Q(**running))


def _clock() -> dict[str, F]:
    return {name: F(f"clock__{column}") for name, column in CLOCK_COLUMNS.items()}


def person_of(path: str) -> dict[str, F]:
    """The person's columns, reached by this path."""
    return {name: F(f"{path}{'_id' if name == 'person_id' else f'__{name}'}") for name in PERSON}


def opened_by(actor: Actor, patient: str, at: datetime | None = None) -> Exists:
    """Whether the actor has emergency access to this person's record now, or at a moment."""
    open_now = {"patient": OuterRef(patient), "user": actor.id, "expires_at__gt": at or timezone.now()}
    return Exists(BreakGlass.objects.filter(**open_now))


def counted(rows: QuerySet[Any], lists: Sequence[Listed]) -> list[int]:
    """How many rows each list holds, in one statement."""
    return counts_of(list(counts(rows, lists)), lists)


def counts(rows: QuerySet[Any], lists: Sequence[Listed]) -> QuerySet[Any]:
    """One row with a count for each list; none where there are no rows at all."""
    wanted = {f"n{number}": Count("pk", filter=each.condition) for number, each in enumerate(lists)}
    return rows.order_by().values(all=Value(1)).annotate(**wanted).values(*wanted)


def counts_of(found: Sequence[dict[str, int]], lists: Sequence[Listed]) -> list[int]:
    """The counts of that row, in the order of the lists."""
    return list(found[0].values()) if found else [0] * len(lists)


def top(rows: QuerySet[Any], due: str, size: int = 5) -> QuerySet[Any]:
    """The first few by time left, each carrying how many there are in all."""
    return in_order(rows.annotate(total=Window(Count("pk"))), due)[:size]


def in_order(rows: QuerySet[Any], due: str) -> QuerySet[Any]:
    """By time left; those without a running clock last."""
    return rows.order_by(F(due).asc(nulls_last=True), "id")


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page of a list begins or ends."""

    due: datetime | None
    id: UUID

    def __str__(self) -> str:
        return f"{self.due.isoformat() if self.due else ''}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """The key that a link carried. Raises Invalid when it is not one."""
        due, _, pk = text.partition("~")
        try:
            moment = parse_datetime(due) if due else None
            if (due and moment is None) or (moment is not None and moment.tzinfo is None):
                raise ValueError(text)
            return cls(moment, UUID(pk))
        except ValueError as unreadable:
            raise Invalid("That page of the list cannot be found, so this is its beginning.") from unreadable


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the keys of the pages around it."""

    rows: list[dict[str, Any]]
    previous: Key | None = None
    next: Key | None = None


def page_of(values: QuerySet[Any], due: str, *, after: Key | None = None, before: Key | None = None) -> Page:
    """One page in order of time left, those without a running clock last."""
    if before is not None:
        backwards = values.filter(_before(before, due)).order_by(F(due).desc(nulls_first=True), "-id")
        found = list(backwards[: PAGE + 1])
        rows, more = found[:PAGE][::-1], len(found) > PAGE
        return Page(rows, _key(rows, 0, due) if more else None, _key(rows, -1, due) or before)
    if after is not None:
        values = values.filter(_after(after, due))
    return first_of(list(in_order(values, due)[: PAGE + 1]), due, after=after)


def first_of(found: list[dict[str, Any]], due: str, *, after: Key | None = None) -> Page:
    """The page of these rows, of which there is one more than it shows when another page follows."""
    rows, more = found[:PAGE], len(found) > PAGE
    return Page(rows, (_key(rows, 0, due) or after) if after else None, _key(rows, -1, due) if more else None)


def _key(rows: Sequence[dict[str, Any]], at: int, due: str) -> Key | None:
    return Key(rows[at][due], rows[at]["id"]) if rows else None


def _after(key: Key, due: str) -> Q:
    if key.due is None:
        return Q(**{due: None, "id__gt": key.id})
    later = Q(**{f"{due}__gt": key.due}) | Q(**{due: key.due, "id__gt": key.id})
    return later | Q(**{due: None})


def _before(key: Key, due: str) -> Q:
    if key.due is None:
        return Q(**{f"{due}__isnull": False}) | Q(**{due: None, "id__lt": key.id})
    return Q(**{f"{due}__lt": key.due}) | Q(**{due: key.due, "id__lt": key.id})


def news_values(actor: Actor) -> QuerySet[Any]:
    """Referrals that the actor's organisation sent, with news it has not seen; the newest first."""
    rows = Referral.objects.visible_to(actor).sent_by(actor).with_news().order_by("-news_at", "-id")
    shown = rows.annotate(opened=opened_by(actor, "patient"), **person_of("patient"))
    return shown.values("id", "reference", "status", "news_at", "opened", *PERSON)


def drafts(actor: Actor) -> QuerySet[Any]:
    """What the actor has begun to write here and not sent; the latest first."""
    rows = Draft.objects.filter(user=actor.id, organisation=actor.organisation_id, sent_as=None, discarded_at=None)
    shown = rows.annotate(opened=opened_by(actor, "patient"), **person_of("patient")).order_by("-updated_at", "-id")
    return shown.values("id", "updated_at", "opened", *PERSON)
