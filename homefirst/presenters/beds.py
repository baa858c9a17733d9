"""The bed board and the page of a ward, in words and shapes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.actors import Actor
from homefirst.board import FREE, LEAVING, BedNow, Counts, WardNow, totals
from homefirst.codes import Designation, Source, WardKind
from homefirst.policies.beds import can_manage
from homefirst.states import SpellKind
from pages import words

STATE_WORDS = {
    FREE: "Free",
    SpellKind.RESERVED: "Kept",
    SpellKind.OCCUPIED: "In use",
    LEAVING: "In use, leaving today",
    SpellKind.CLEANING: "Being cleaned",
    SpellKind.CLOSED: "Closed",
}
SHAPES = {
    FREE: "○",
    SpellKind.RESERVED: "◐",
    SpellKind.OCCUPIED: "●",
    LEAVING: "↗",
    SpellKind.CLEANING: "≈",
    SpellKind.CLOSED: "✕",
}
COLOURS = {
    FREE: "green",
    SpellKind.RESERVED: "yellow",
    SpellKind.OCCUPIED: "blue",
    LEAVING: "aqua-green",
    SpellKind.CLEANING: "purple",
    SpellKind.CLOSED: "grey",
}
SECTIONS = (
    ("Community hospitals", "bed", (WardKind.PHYSICAL,)),
    ("Places at home", "place", (WardKind.VIRTUAL, WardKind.HOSPITAL_AT_HOME)),
    ("Reablement beds in care homes", "bed", (WardKind.BLOCK,)),
)
KEY = [(SHAPES[state], text, state) for state, text in STATE_WORDS.items()]


def per_cent(share: float | None) -> str:
    """88 %, or words when no bed is open."""
    return "None open" if share is None else f"{share:.0f} %"


@dataclass(frozen=True)
class Line:
    """One row of the board: the beds of one ward for one purpose, or all beds of a section."""

    ward: WardNow | None
    designation: str
    counts: Counts

    @property
    def occupancy(self) -> str:
        return per_cent(self.counts.occupancy)

    @property
    def shapes(self) -> list[tuple[str, str, str]]:
        """Each bed as (shape, state, words)."""
        return [(SHAPES[bed.state], bed.state, f"{bed.label}: {STATE_WORDS[bed.state]}") for bed in self.counts.beds]

    @property
    def picture_words(self) -> str:
        """What the picture shows, in words."""
        told = [f"{number} {text.lower()}" for state, text in STATE_WORDS.items() if (number := self.counts.of(state))]
        return ", ".join(told)


@dataclass(frozen=True)
class Section:
    """Wards of one kind, and their sum."""

    title: str
    noun: str
    wards: Sequence[WardNow]

    @property
    def total(self) -> Line:
        return Line(None, "", totals(self.wards))

    @property
    def lines(self) -> list[Line]:
        return [Line(ward, words_, counts) for ward in self.wards for words_, counts in ward.groups]

    @property
    def hours_left(self) -> str:
        """Hours of staff that are left, where wards count them."""
        left = [ward.hours_left for ward in self.wards if ward.hours_left is not None]
        return f"{float(sum(left)):g}" if left else ""


def sections(wards: Sequence[WardNow]) -> list[Section]:
    """The board's tables."""
    found = [Section(title, noun, [ward for ward in wards if ward.kind in kinds]) for title, noun, kinds in SECTIONS]
    return [section for section in found if section.wards]


def news(confirmed_at: datetime | None, now: datetime) -> str:
    """How old a ward's news is."""
    return f"Confirmed {words.ago(confirmed_at, now)}" if confirmed_at else "Never confirmed"


CSV = (
    "Ward", "Kind", "For", "Beds", "Open", "Free", "Kept", "In use",
    "Of these leaving today", "Being cleaned", "Closed",
    "Occupancy per cent", "Confirmed",
)  # fmt: skip


def csv_rows(wards: Iterable[WardNow]) -> Iterable[list[Any]]:
    """The board as a file: numbers only."""
    for ward in wards:
        for designation, counts in ward.groups:
            share = counts.occupancy
            yield [
                ward.name,
                WardKind(ward.kind).label,
                designation,
                counts.all,
                counts.open,
                counts.free,
                counts.reserved,
                counts.occupied,
                counts.leaving_today,
                counts.cleaning,
                counts.closed,
                "" if share is None else round(share, 1),
                ward.confirmed_at,
            ]


class BedLine:
    """One bed of a ward's page; the person is named only to those who may open them."""

    def __init__(self, bed: BedNow, people: dict[Any, Any], now: datetime, *, may_manage: bool) -> None:
        self.bed, self.now, self.may_manage = bed, now, may_manage
        patient_id = bed.spell["patient"] if bed.spell else None
        self.person = people.get(patient_id)
        self.next_person = people.get(bed.next_spell["patient"]) if bed.next_spell else None

    @property
    def state(self) -> str:
        return self.bed.state

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.bed.state]

    @property
    def colour(self) -> str:
        return COLOURS[self.bed.state]

    @property
    def shape(self) -> str:
        return SHAPES[self.bed.state]

    @property
    def designation(self) -> str:
        return Designation(self.bed.designation).label

    @property
    def detail(self) -> str:
        """Since when, until when, why."""
        spell = self.bed.spell
        if spell is None:
            return ""
        since, until = spell["span"].lower, spell["span"].upper
        if spell["kind"] == SpellKind.OCCUPIED:
            came = f"Since {words.short_date(since)}"
            return f"{came}, from {Source(spell['source']).label.lower()}" if spell["source"] else came
        if spell["kind"] == SpellKind.CLOSED:
            back = f". Expected back {words.short_date(spell['back_on'])}" if spell["back_on"] else ""
            return f"{spell['reason']}{back}"
        return f"Until {words.in_sentence(words.when(until, self.now))}"

    @property
    def leaving(self) -> str:
        """When whoever is in it is expected to leave."""
        spell = self.bed.spell
        return words.short_date(spell["leaving_on"]) if spell and spell["leaving_on"] else ""

    @property
    def next_words(self) -> str:
        """What the bed is promised for afterwards."""
        spell = self.bed.next_spell
        if spell is None:
            return ""
        starts = words.in_sentence(words.when(spell["span"].lower, self.now))
        return f"{'Closes' if spell['kind'] == SpellKind.CLOSED else 'Kept'} from {starts}"

    @property
    def ways(self) -> list[tuple[str, str]]:
        """What the reader may do with it: (words, address)."""
        if not self.may_manage:
            return []
        bed, spell = self.bed, self.bed.spell
        names = WAYS[bed.kind]
        found = [(text, reverse(name, args=[bed.id if of_bed else spell["id"]])) for text, name, of_bed in names]  # type: ignore[index]
        upcoming = bed.next_spell
        if upcoming and upcoming["kind"] == SpellKind.RESERVED:
            found.append(("Let go", reverse("bed_let_go", args=[upcoming["id"]])))
        return found


WAYS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "": (("Keep", "bed_reserve", True), ("Give", "bed_occupy", True), ("Close", "bed_close", True)),
    SpellKind.RESERVED: (("Has come", "bed_occupy", True), ("Let go", "bed_let_go", False)),
    SpellKind.OCCUPIED: (
        ("Leaves", "bed_release", False),
        ("Move", "bed_move", False),
        ("Leaving day", "bed_leaving", False),
    ),
    SpellKind.CLEANING: (("Is clean", "bed_cleaned", False), ("Keep", "bed_reserve", True)),
    SpellKind.CLOSED: (("Open", "bed_open", False),),
}
"""By what the bed is used for: words, the name of the address, and whether it is of the bed or of the spell."""


def ward_lines(ward: WardNow, people: dict[Any, Any], by: Actor, now: datetime) -> list[BedLine]:
    """The beds of a ward's page."""
    may = can_manage(by, ward.organisation_id)
    return [BedLine(bed, people, now, may_manage=may) for bed in ward.beds]
