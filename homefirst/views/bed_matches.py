"""Free places beside waiting people who fit them: everybody once, the longest wait first, with each place beneath."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.actors import Actor
from accounts.roles import Permission
from audit.access import log_list
from audit.errors import Invalid
from homefirst.board import WardNow, wards_now
from homefirst.paging import Key, Order, Page, part_of
from homefirst.policies.beds import can_manage
from homefirst.presenters.people import PersonLine
from homefirst.underuse import MOST, Match, by_person, free_with_takers, matches, people_of, waiting

NOT_SHOWN = "Somebody you have no part in"
SINCE = Order("received_at")


class Addresses:
    """Where wards and beds lead, for this reader: each address worked out once."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._wards: dict[UUID, tuple[str, bool]] = {}
        self._beds: dict[UUID, str] = {}

    def ward(self, ward: WardNow) -> tuple[str, bool]:
        """The page of a ward, and whether the reader keeps its beds."""
        if ward.id not in self._wards:
            self._wards[ward.id] = reverse("ward", args=[ward.slug]), can_manage(self.by, ward.organisation_id)
        return self._wards[ward.id]

    def keep(self, match: Match) -> str:
        """The form that keeps a bed for somebody; empty when that is not the reader's to do."""
        if not (match.is_known and self.ward(match.ward)[1]):
            return ""
        bed_id = match.bed.id
        if bed_id not in self._beds:
            self._beds[bed_id] = reverse("bed_reserve", args=[bed_id])
        return f"{self._beds[bed_id]}?referral={match.referral_id}"


class WaitingLine(PersonLine):
    """Somebody who waits, and the places that suit; of those whom the reader may not open only what they need."""

    def __init__(self, found: list[Match], today: date, addresses: Addresses) -> None:
        super().__init__(found[0].row, today)
        self.is_known = found[0].is_known
        self._found, self._addresses = found, addresses

    @property
    def waits(self) -> list[Match]:
        """A match of each referral by which they wait, the longest first."""
        return list({match.referral_id: match for match in self._found}.values())

    @property
    def is_sealed(self) -> bool:
        return not self.is_known or super().is_sealed

    @property
    def name(self) -> str:
        return super().name if self.is_known else NOT_SHOWN

    @property
    def places(self) -> list[dict[str, str]]:
        """Each place once and why it fits; of others only what the service is for, not what the bay says of them."""
        beds: dict[UUID, list[Match]] = {}
        for match in self._found:
            beds.setdefault(match.bed.id, []).append(match)
        return [self._place(by_referral) for by_referral in beds.values()]

    def _place(self, by_referral: list[Match]) -> dict[str, str]:
        """One place that suits by one referral or several: it is kept for the one that waits longest."""
        first = by_referral[0]
        why = dict.fromkeys(text for one in by_referral for text in (one.why if self.is_known else one.why[:1]))
        return {
            "ward": first.ward.name,
            "href": self._addresses.ward(first.ward)[0],
            "bed": first.bed.label,
            "why": "; ".join(why),
            "keep": self._addresses.keep(first),
        }


@requires(Permission.VIEW_BEDS)
@require_safe
def matches_page(request: HttpRequest) -> HttpResponse:
    """Free places and the people who wait and fit them, with why."""
    now = timezone.now()
    found = matches(wards_now(request.actor, now, with_service=True), waiting(request.actor, now), now)
    people = by_person(found)
    page = _page(request, [places[0].row for places in people.values()])
    known = {row["person_id"] for row in page.rows if row["known"]}
    log_list(by=request.actor, patient_ids=known, what="beds_matches")
    today, addresses = timezone.localdate(now), Addresses(request.actor)
    context = {
        "takers": free_with_takers(found),
        "lines": [WaitingLine(people[row["person_id"]], today, addresses) for row in page.rows],
        "people_waiting": people_of(found),
        "total": len(people),
        "most": MOST,
        "previous": _address(before=page.previous),
        "next": _address(after=page.next),
    }
    return render(request, "homefirst/beds_matches.jinja", context)


def _page(request: HttpRequest, rows: list[dict[str, Any]]) -> Page:
    """The page of the address; the first where it names none that exists, which is said."""
    try:
        after, before = _key(request, "after"), _key(request, "before")
    except Invalid as unreadable:
        messages.warning(request, unreadable.message)
        after = before = None
    return part_of(rows, SINCE, after=after, before=before)


def _address(**key: Key | None) -> str | None:
    """Where a page of the list is; None where there is none."""
    return f"{reverse('bed_matches')}?{urlencode(key)}" if all(key.values()) else None


def _key(request: HttpRequest, name: str) -> Key | None:
    text = request.GET.get(name, "")
    key = Key.parse(text) if text else None
    if key and not isinstance(key.at, datetime):
        raise Invalid("That page of the list cannot be found, so this is its beginning.")
    return key
