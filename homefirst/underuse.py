"""Free places and waiting people who fit them, brought together: no place stays free because nobody looked.

Who waits: a service had no place for them, no service has been found for them yet, or a need of theirs was recorded
as unmet. People are shown to those who may open their record. Whoever manages beds sees the needs of others too, and
whom to ask about them, but not who they are (docs/adr/0020).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor
from accounts.prepared import Slots, as_actor, ids_of, rows, shape_of
from accounts.roles import Permission
from directory.codes import NeedCode
from homefirst.board import BedNow, WardNow
from homefirst.codes import Designation, WardKind
from homefirst.models import Spell
from homefirst.presenters.people import PERSON, person_for
from homefirst.suitability import Wanted, suits
from homefirst.turns import TAKING
from patients.models import Patient
from referrals.models import Referral, ReferralOffer, UnmetNeed
from referrals.states import OfferStatus, Status

MOST = 200
"""People looked at, those who wait longest first."""
PALLIATIVE = frozenset({NeedCode.PALLIATIVE_CRISIS.value, NeedCode.END_OF_LIFE_CARE.value})
REHABILITATION = frozenset(
    {NeedCode.REHABILITATION.value, NeedCode.REDUCED_FUNCTION.value, NeedCode.FRAILTY.value, NeedCode.FALLS.value}
)
AREAS = ("place_id", "locality_id", "neighbourhood_id", "system_id")
COLUMNS = (
    "id", "reference", "needs", "urgency", "received_at", "status", "waits", "unmet", "sex", "known", "asked",
    "asked_on", *AREAS,
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """Somebody who waits and a ward with room for them: why they wait, and why it fits."""

    ward: WardNow
    bed: BedNow
    row: dict[str, Any]
    waits: str
    why: tuple[str, ...]

    @property
    def referral_id(self) -> UUID:
        return self.row["id"]

    @property
    def is_known(self) -> bool:
        """Whether the reader may know who it is."""
        return self.row["known"]


def waiting(by: Actor, now: datetime) -> list[dict[str, Any]]:
    """People who wait and are in no bed or place yet, the longest first; one statement.

    Restricted people are only among those whom the reader may open.
    """
    if by.organisation_id is None:
        return list(_waiting(by, now))
    values = ids_of(by) | {"user": by.id, "now": now}
    return rows(("people who wait", shape_of(by)), values, lambda slots: _waiting(_reader(by, slots), slots["now"]))


def _reader(by: Actor, slots: Slots) -> Actor:
    return replace(as_actor(by, slots), id=slots["user"])


def _waiting(by: Actor, now: datetime) -> Any:
    here = OuterRef("pk")
    people = Patient.objects.visible_to(by, now)
    mine = Q(patient__in=people.values("pk"))
    shown = Q(known=True) | Q(patient__restricted=False) if by.can(Permission.MANAGE_BEDS) else mine
    waits = ReferralOffer.objects.filter(referral=here, status=OfferStatus.WAITLISTED)
    placed = Spell.objects.filter(patient=OuterRef("patient"), kind__in=TAKING, span__contains=now)
    return (
        Referral.objects.annotate(known=Exists(people.filter(pk=OuterRef("patient"))))
        .filter(shown, status__in=[Status.ACCEPTED, Status.OFFERED], closed_at=None, patient__deceased_at=None)
        .annotate(
            asked=F("point_of_access__name"),
            asked_on=F("point_of_access__phone"),
            waits=Exists(waits),
            unmet=Exists(UnmetNeed.objects.filter(referral=here).standing()),
            placed=Exists(placed),
            sex=F("patient__sex"),
            system_id=F("place__parent"),
            **person_for(by, now),
        )
        .filter(Q(waits=True) | Q(unmet=True) | Q(status=Status.ACCEPTED), placed=False)
        .order_by("received_at", "id")
        .values(*COLUMNS, *PERSON, "opened")[:MOST]
    )


def needs_of_referral(needs: Iterable[str]) -> Wanted:
    """What kind of bed a referral's needs point to: a suggestion, which whoever reserves can change."""
    asked = set(needs)
    kinds = {Designation.HOME.value}
    if asked & PALLIATIVE:
        kinds.add(Designation.PALLIATIVE.value)
    if asked & REHABILITATION:
        kinds |= {Designation.REHABILITATION.value, Designation.REABLEMENT.value}
    return Wanted(frozenset(kinds))


def matches(wards: Sequence[WardNow], people: Sequence[dict[str, Any]], now: datetime) -> list[Match]:
    """Each person with every ward that has a free bed or place that suits; places at home come first."""
    rank = {kind: place for place, kind in enumerate((WardKind.VIRTUAL, WardKind.HOSPITAL_AT_HOME))}
    ordered = sorted(wards, key=lambda ward: (rank.get(WardKind(ward.kind), 2), ward.name))
    today = timezone.localdate(now)
    return [found for row in people for ward in ordered if (found := _match(ward, row, today))]


def _match(ward: WardNow, row: dict[str, Any], today: date) -> Match | None:
    why = _service_fits(ward, row, today)
    if why is None:
        return None
    guess = needs_of_referral(row["needs"])
    for bed in ward.beds:
        if not bed.is_free:
            continue
        wanted = Wanted(guess.designations, row["sex"], hours_a_day=bed.row["hours_a_day"])
        found = suits(wanted, bed.place(ward.hours_left))
        if found.fits:
            reasons = tuple(reason.text for reason in found.reasons if reason.ok)
            return Match(ward, bed, row, why_waiting(row), (*why, *reasons))
    return None


def _service_fits(ward: WardNow, row: dict[str, Any], today: date) -> tuple[str, ...] | None:
    """Why the ward's service takes people like this one; None when it does not."""
    about = ward.row
    shared = sorted(set(row["needs"]) & set(about["service_needs"]))
    if not shared or (about["service_urgencies"] and row["urgency"] not in about["service_urgencies"]):
        return None
    known = {row[name] for name in AREAS if row[name]}
    if known and not known & set(about["area_ids"]):
        return None
    if not _of_age(row["date_of_birth"], about["service_min_age"], about["service_max_age"], today):
        return None
    return (f"Takes people with: {'; '.join(NeedCode(code).label.lower() for code in shared)}",)


def _of_age(born: date | None, least: int | None, most: int | None, today: date) -> bool:
    if born is None:
        return True
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return (least is None or age >= least) and (most is None or age <= most)


def why_waiting(row: dict[str, Any]) -> str:
    """Why somebody waits, in words."""
    if row["waits"]:
        return "On a service’s waiting list"
    if row["unmet"]:
        return "A service had no place; the need is still unmet"
    return "Accepted, and no service found yet"


def by_person(found: Iterable[Match]) -> dict[UUID, list[Match]]:
    """By person, in the order of the matches: every place that suits whoever waits, the first choice first.

    Somebody may wait by several referrals; the one that waits longest comes first.
    """
    people: dict[UUID, list[Match]] = {}
    for match in found:
        people.setdefault(match.row["person_id"], []).append(match)
    return people


def people_of(found: Iterable[Match]) -> int:
    """How many different people there are."""
    return len({match.row["person_id"] for match in found})


def free_with_takers(found: Sequence[Match]) -> list[tuple[WardNow, int]]:
    """Wards with free beds that somebody fits, with how many people."""
    wards = {match.ward.id: match.ward for match in found}
    return [(ward, people_of(match for match in found if match.ward.id == ward_id)) for ward_id, ward in wards.items()]
