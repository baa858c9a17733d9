"""The list of sent referrals: tabs that count what they link to, pages by key (received, id)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from directory.codes import Urgency
from patients.models import BreakGlass
from referrals.codes import Outcome
from referrals.models import Referral
from referrals.states import CLOSED, OPEN, Status

SHOWN = 25
EXPORTED = 5000
NEWS = Q(news_at__isnull=False) & (Q(news_seen_at=None) | Q(news_at__gt=F("news_seen_at")))
TABS = (
    ("", "Open", Q(status__in=OPEN)),
    ("news", "News", NEWS),
    ("asked", "Waiting for you", Q(status=Status.INFO_REQUESTED)),
    ("closed", "Closed", Q(status__in=CLOSED)),
    ("all", "All", Q()),
)
COLUMNS = (
    "id", "reference", "tracking_token", "status", "urgency", "received_at", "first_contact_at", "closed_at", "outcome",
    "news_at", "news_seen_at", "referrer_name",
)  # fmt: skip


class SentPage:
    """One page of the list, as the address asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.actor, self.now = request, request.actor, timezone.now()
        slugs = [slug for slug, _, _ in TABS]
        wanted = request.GET.get("list", "")
        self.listed = wanted if wanted in slugs else ""
        self.mine = request.GET.get("mine") == "1"
        self.reference = request.GET.get("reference", "").strip().upper()[:12].replace("\x00", "")
        self.problem = "" if wanted in slugs else "There is no such list, so this is the first one."
        self.previous = self.next = None
        self.rows = self._page()

    def _sent(self) -> QuerySet[Referral]:
        sent = Referral.objects.visible_to(self.actor).filter(referrer_organisation=self.actor.organisation_id)
        if self.mine:
            sent = sent.filter(referrer_user=self.actor.id)
        if self.reference:
            sent = sent.filter(reference__startswith=self.reference)
        return sent

    def _listed(self) -> QuerySet[Referral]:
        return self._sent().filter(next(condition for slug, _, condition in TABS if slug == self.listed))

    def tabs(self) -> list[dict[str, Any]]:
        """Each tab with the count of what it leads to."""
        counts = (
            self._sent()
            .order_by()
            .aggregate(**{f"n{i}": Count("pk", filter=condition) for i, (_, _, condition) in enumerate(TABS)})
        )
        return [
            {"href": self.address(list=slug), "text": text, "count": counts[f"n{i}"], "current": slug == self.listed}
            for i, (slug, text, _) in enumerate(TABS)
        ]

    def _page(self) -> list[dict[str, Any]]:
        rows = self._values(self._listed())
        after, before = self._key("after"), self._key("before")
        if before:
            found = list(rows.filter(_newer(*before)).order_by("received_at", "id")[: SHOWN + 1])
            page, more = found[:SHOWN][::-1], len(found) > SHOWN
            self.previous, self.next = (page[0] if more and page else None), (page[-1] if page else None)
        else:
            older = rows.filter(_older(*after)) if after else rows
            found = list(older.order_by("-received_at", "-id")[: SHOWN + 1])
            page, more = found[:SHOWN], len(found) > SHOWN
            self.previous, self.next = (page[0] if after and page else None), (page[-1] if more else None)
        return [self._worded(row) for row in page]

    def _values(self, rows: QuerySet[Referral]) -> QuerySet[Any]:
        opened = BreakGlass.objects.filter(patient=OuterRef("patient"), user=self.actor.id, expires_at__gt=self.now)
        return rows.annotate(
            person_id=F("patient_id"),
            family_name=F("patient__family_name"),
            given_name=F("patient__given_name"),
            date_of_birth=F("patient__date_of_birth"),
            restricted=F("patient__restricted"),
            opened=Exists(opened),
            service_name=F("service__name"),
        ).values(
            *COLUMNS, "person_id", "family_name", "given_name", "date_of_birth", "restricted", "opened", "service_name"
        )

    def _worded(self, row: dict[str, Any]) -> dict[str, Any]:
        masked = row["restricted"] and not row["opened"]
        return row | {
            "name": "Restricted record" if masked else f"{row['family_name'].upper()}, {row['given_name']}",
            "date_of_birth": None if masked else row["date_of_birth"],
            "status_words": Status(row["status"]).label,
            "urgency_words": Urgency(row["urgency"]).label,
            "news": bool(row["news_at"]) and (not row["news_seen_at"] or row["news_at"] > row["news_seen_at"]),
            "href": reverse("referral", args=[row["id"]]),
        }

    def export(self) -> list[dict[str, Any]]:
        """Rows of this list for a file, without who they are about; one more than it holds, if there are more."""
        rows = self._listed().order_by("-received_at", "-id").values(*COLUMNS)[: EXPORTED + 1]
        return [row | {"outcome_words": Outcome(row["outcome"]).label if row["outcome"] else ""} for row in rows]

    @staticmethod
    def track_path(row: dict[str, Any]) -> str:
        return reverse("track", args=[row["tracking_token"]])

    def address(self, **changes: str) -> str:
        """This list's address with something changed; pages start again."""
        kept = {"list": self.listed, "mine": "1" if self.mine else "", "reference": self.reference} | changes
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def page_link(self, side: str, row: dict[str, Any] | None) -> str | None:
        """The address of the next or previous page."""
        return self.address(**{side: f"{row['received_at'].isoformat()}~{row['id']}"}) if row else None

    def _key(self, name: str) -> tuple[datetime, UUID] | None:
        moment, _, pk = self.request.GET.get(name, "").partition("~")
        if not moment:
            return None
        try:
            at = parse_datetime(moment)
            if at is None or at.tzinfo is None:
                raise ValueError(moment)
            return at, UUID(pk)
        except ValueError:
            self.problem = "That page of the list cannot be found, so this is its beginning."
            return None


def _older(at: datetime, pk: UUID) -> Q:
    return Q(received_at__lt=at) | Q(received_at=at, id__lt=pk)


def _newer(at: datetime, pk: UUID) -> Q:
    return Q(received_at__gt=at) | Q(received_at=at, id__gt=pk)
