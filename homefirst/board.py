"""The live board in two statements: every bed that holds today, and what it is used for now or next.

Who is in a bed is not read here: the ward page asks for the people that its reader may open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.actors import Actor
from directory.models import Area
from homefirst.codes import BedSex, Designation, WardKind
from homefirst.models import Bed, Spell
from homefirst.states import SpellKind
from homefirst.suitability import Place
from homefirst.turns import read_versions
from patients.models import Patient

FREE = "free"
LEAVING = "leaving"
OPEN_STATES = (FREE, SpellKind.RESERVED, SpellKind.OCCUPIED, LEAVING, SpellKind.CLEANING)
OCCUPANCY = "Occupancy is the beds in use divided by the beds that are open: all beds but the closed ones."

WARD = {
    f"ward_{name}": F(f"ward__{name}")
    for name in ("slug", "name", "kind", "phone", "confirmed_at", "staff_hours_a_day", "organisation_id", "service_id",
                 "cleaning_minutes")
}  # fmt: skip
SERVICE = {f"service_{name}": F(f"ward__service__{name}") for name in ("needs", "urgencies", "min_age", "max_age")}
COLUMNS = ("id", "ward_id", "label", "number", "designation", "sex", "side_room", "hoist", "hours_a_day")


@dataclass(frozen=True)
class BedNow:
    """One bed: what it is, what it is used for now, and what it is promised for next."""

    row: dict[str, Any]
    spell: dict[str, Any] | None
    next_spell: dict[str, Any] | None
    today: date

    @property
    def id(self) -> UUID:
        return self.row["id"]

    @property
    def label(self) -> str:
        return self.row["label"]

    @property
    def designation(self) -> str:
        return self.row["designation"]

    @property
    def kind(self) -> str:
        """The spell of now; empty when the bed is available."""
        return self.spell["kind"] if self.spell else ""

    @cached_property
    def state(self) -> str:
        """free, reserved, occupied, leaving (in use, until today), cleaning or closed."""
        if self.kind == SpellKind.OCCUPIED and self.spell:
            leaving_on = self.spell["leaving_on"]
            return LEAVING if leaving_on is not None and leaving_on <= self.today else SpellKind.OCCUPIED
        return self.kind or FREE

    @property
    def is_free(self) -> bool:
        """Free now, and not closing or kept from later on."""
        return self.state == FREE and self.next_spell is None

    @property
    def is_in_use(self) -> bool:
        return self.kind == SpellKind.OCCUPIED

    @property
    def features(self) -> list[str]:
        """Bay, side room and hoist, in words."""
        bay = [] if self.row["sex"] == BedSex.ANY else [BedSex(self.row["sex"]).label]
        return [*bay, *(["Side room"] if self.row["side_room"] else []), *(["Hoist"] if self.row["hoist"] else [])]

    def place(self, hours_left: Decimal | None) -> Place:
        """What the bed offers, for suitability."""
        row = self.row
        return Place(row["designation"], row["sex"], row["side_room"], row["hoist"], hours_left)


class Counts:
    """How many beds are in which state."""

    def __init__(self, beds: Sequence[BedNow]) -> None:
        self.beds = beds

    def of(self, *states: str) -> int:
        return sum(bed.state in states for bed in self.beds)

    @property
    def all(self) -> int:
        return len(self.beds)

    @property
    def free(self) -> int:
        return self.of(FREE)

    @property
    def reserved(self) -> int:
        return self.of(SpellKind.RESERVED)

    @property
    def occupied(self) -> int:
        return self.of(SpellKind.OCCUPIED, LEAVING)

    @property
    def leaving_today(self) -> int:
        return self.of(LEAVING)

    @property
    def cleaning(self) -> int:
        return self.of(SpellKind.CLEANING)

    @property
    def closed(self) -> int:
        return self.of(SpellKind.CLOSED)

    @property
    def open(self) -> int:
        return self.all - self.closed

    @property
    def occupancy(self) -> float | None:
        """Per cent of the open beds that are in use; None when none is open."""
        return 100 * self.occupied / self.open if self.open else None


class WardNow(Counts):
    """One ward with its beds."""

    def __init__(self, beds: Sequence[BedNow]) -> None:
        super().__init__(beds)
        self.row = beds[0].row

    @property
    def id(self) -> UUID:
        return self.row["ward_id"]

    @property
    def slug(self) -> str:
        return self.row["ward_slug"]

    @property
    def name(self) -> str:
        return self.row["ward_name"]

    @property
    def kind(self) -> str:
        return self.row["ward_kind"]

    @property
    def organisation_id(self) -> UUID:
        return self.row["ward_organisation_id"]

    @property
    def confirmed_at(self) -> datetime | None:
        return self.row["ward_confirmed_at"]

    @property
    def groups(self) -> list[tuple[str, Counts]]:
        """The beds of each designation, with its words, in the order of the designations."""
        return [
            (designation.label, Counts(beds))
            for designation in Designation
            if (beds := [bed for bed in self.beds if bed.designation == designation])
        ]

    @cached_property
    def hours_left(self) -> Decimal | None:
        """Hours of staff a day that nobody has; None where the ward does not count hours."""
        if self.row["ward_staff_hours_a_day"] is None:
            return None
        taking = (SpellKind.RESERVED, SpellKind.OCCUPIED)
        given = (bed.spell["hours_a_day"] or bed.row["hours_a_day"] for bed in self.beds if bed.kind in taking)
        return self.row["ward_staff_hours_a_day"] - sum((hours for hours in given if hours), Decimal(0))


def wards_now(
    by: Actor, now: datetime, *, slug: str = "", with_service: bool = False, with_whom: bool = False
) -> list[WardNow]:
    """Wards with the beds that hold today, in the order of the board; two statements.

    With whom: how often each bed has changed, and of each spell whether the actor has to do with the person (known),
    and whether their record is restricted."""
    today = timezone.localdate(now)
    beds = Bed.objects.visible_to(by).in_force(today)
    beds = beds.filter(ward__slug=slug) if slug else beds
    found = list(_columns(beds, read_versions() if with_whom else {}, with_service=with_service))
    current, following = _spells(by, [row["id"] for row in found], now, _whom(by) if with_whom else {})
    wards: dict[UUID, list[BedNow]] = {}
    for row in found:
        bed = BedNow(row, current.get(row["id"]), following.get(row["id"]), today)
        wards.setdefault(row["ward_id"], []).append(bed)
    order = {kind: place for place, kind in enumerate(WardKind.values)}
    return sorted(map(WardNow, wards.values()), key=lambda ward: (order[ward.kind], ward.name))


def _whom(by: Actor) -> dict[str, Any]:
    people = Patient.objects.related_to(by).filter(pk=OuterRef("patient"))
    return {"known": Exists(people), "restricted": F("patient__restricted")}


def _columns(beds: Any, more: dict[str, Any], *, with_service: bool) -> Any:
    rows = beds.annotate(**WARD, **more).order_by("ward__name", "number")
    if not with_service:
        return rows.values(*COLUMNS, *WARD, *more)
    areas = ArraySubquery(Area.objects.filter(wards=OuterRef("ward")).values("pk"))
    return rows.annotate(**SERVICE, area_ids=areas).values(*COLUMNS, *WARD, *SERVICE, "area_ids")


def _spells(
    by: Actor, bed_ids: Iterable[UUID], now: datetime, more: dict[str, Any]
) -> tuple[dict[UUID, Any], dict[UUID, Any]]:
    """By bed: the spell of now, and the first that is to come."""
    rows = (
        Spell.objects.visible_to(by)
        .filter(Q(span__contains=now) | Q(span__startswith__gt=now), bed__in=bed_ids)
        .order_by("-span")
        .annotate(**more)
        .values("id", "bed", "kind", "span", "leaving_on", "back_on", "reason", "hours_a_day", "patient", "version",
                "source", "needs", "mobility", "infection", "referral", *more)
    )  # fmt: skip
    current, following = {}, {}
    for row in rows:
        (current if row["span"].lower <= now else following)[row["bed"]] = row
    return current, following


def totals(wards: Iterable[WardNow], *kinds: str) -> Counts:
    """All the beds of wards of these kinds."""
    return Counts([bed for ward in wards if not kinds or ward.kind in kinds for bed in ward.beds])
