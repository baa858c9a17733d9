"""The live board: every bed that holds today, and what it is used for now or next, a statement each.

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
from accounts.prepared import Slots, rows, shape_of
from directory.models import Area
from homefirst.codes import BedSex, Designation, WardKind
from homefirst.models import Bed, Spell, Ward
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
SERVICE = {f"service_{name}": F(f"service__{name}") for name in ("needs", "urgencies", "min_age", "max_age")}
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

    def __init__(self, beds: Sequence[BedNow], service: dict[str, Any] | None = None) -> None:
        super().__init__(beds)
        self.row = beds[0].row | (service or {})

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
    """Wards with the beds that hold today, in the order of the board; two statements, and one for the services.

    With whom: how often each bed has changed, and of each spell whether the actor has to do with the person (known),
    and whether their record is restricted."""
    found, spells = _of_one(by, slug, now) if with_whom else _read(by, slug, now)
    services = {row["ward_id"]: row for row in _services(by)} if with_service else {}
    current = {row["bed"]: row for row in spells if row["span"].lower <= now}
    following = {row["bed"]: row for row in spells if row["span"].lower > now}
    wards: dict[UUID, list[BedNow]] = {}
    for row in found:
        bed = BedNow(row, current.get(row["id"]), following.get(row["id"]), timezone.localdate(now))
        wards.setdefault(row["ward_id"], []).append(bed)
    order = {kind: place for place, kind in enumerate(WardKind.values)}
    made = [WardNow(beds, services.get(ward_id, {})) for ward_id, beds in wards.items()]
    return sorted(made, key=lambda ward: (order[ward.kind], ward.name))


Rows = list[dict[str, Any]]


def _read(by: Actor, slug: str, now: datetime) -> tuple[Rows, Rows]:
    """Beds and spells, by questions that were compiled before."""
    shape = shape_of(by), bool(slug)
    asked = {"today": timezone.localdate(now), "slug": slug}
    beds = rows(("beds", shape), asked, lambda slots: _beds(by, slots["slug"] if slug else "", slots["today"], {}))
    used = {"now": now, "slug": slug}
    spells = rows(("spells", shape), used, lambda slots: _spells(by, slots["slug"] if slug else "", slots["now"], {}))
    return beds, spells


def _of_one(by: Actor, slug: str, now: datetime) -> tuple[Rows, Rows]:
    """The same, with whom."""
    beds = _beds(by, slug, timezone.localdate(now), read_versions())
    return list(beds), list(_spells(by, slug, now, _whom(by)))


def _whom(by: Actor) -> dict[str, Any]:
    people = Patient.objects.related_to(by).filter(pk=OuterRef("patient"))
    return {"known": Exists(people), "restricted": F("patient__restricted")}


def _beds(by: Actor, slug: str, today: date, more: dict[str, Any]) -> Any:
    beds = Bed.objects.visible_to(by).in_force(today)
    beds = beds.filter(ward__slug=slug) if slug else beds
    return beds.annotate(**WARD, **more).order_by("ward__name", "number").values(*COLUMNS, *WARD, *more)


def _services(by: Actor) -> Rows:
    """What the service of each ward takes, and where."""

    def build(_: Slots) -> Any:
        areas = ArraySubquery(Area.objects.filter(wards=OuterRef("pk")).values("pk"))
        named = {"ward_id": F("pk"), **SERVICE, "area_ids": areas}
        return Ward.objects.visible_to(by).annotate(**named).values(*named)

    return rows(("services", shape_of(by)), {}, build)


def _spells(by: Actor, slug: str, now: datetime, more: dict[str, Any]) -> Any:
    """The spells of now, and those to come: of each bed the first to come is the last."""
    spells = Spell.objects.visible_to(by).filter(Q(span__contains=now) | Q(span__startswith__gt=now))
    spells = spells.filter(bed__ward__slug=slug) if slug else spells
    return (
        spells.order_by("-span")
        .annotate(**more)
        .values("id", "bed", "kind", "span", "leaving_on", "back_on", "reason", "hours_a_day", "patient", "version",
                "source", "needs", "mobility", "infection", "referral", *more)
    )  # fmt: skip


def totals(wards: Iterable[WardNow], *kinds: str) -> Counts:
    """All the beds of wards of these kinds."""
    return Counts([bed for ward in wards if not kinds or ward.kind in kinds for bed in ward.beds])
