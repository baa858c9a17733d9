"""Finished stories as templates: the text of their rows with gaps where a copy differs.

A copy of a story is another person's, later or earlier by whole weeks. So these differ: the person, references and
tokens, the days, and identifiers (which carry the moment). All else stays, above all every elapsed time.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import models

from audit.models import Access, Event
from patients.models import Change, Relationship
from referrals.models import Referral, Transition
from referrals.states import Status
from synthetic.desk import BatchDesk, File
from synthetic.writer import Line, Table

BY_MONTH: dict[type[models.Model], str] = {Event: "recorded_at", Access: "at", Transition: "at"}
OWN_KEYS = {Event: ("event_id", "correlation_id"), Access: ("correlation_id",)}
UNIQUE = ("reference", "tracking_token", "external_id")
GAP = re.compile(
    r"(?P<id>[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12})"
    r"|(?P<day>[12]\d{3}-\d\d-\d\d)|(?P<own>[\ue000-\uf8ff])"
)
Values = list[str]


class Linked(Exception):
    """The story speaks of something that belongs to another story: it cannot be copied by itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of one table, all of one day where the table is kept by month."""

    text: str
    pick: Callable[[Values], Any]
    day: int = 0

    def fill(self, values: Values) -> str:
        """The lines of a copy."""
        return self.text % self.pick(values)


@dataclass(slots=True)
class Finished:
    """One referral that is over, as its lines."""

    referral: Referral
    ended: datetime
    lines: list[Line]


@dataclass(slots=True)
class Unit:
    """What is copied together: one referral, or two of the same person that were found to be the same."""

    referrals: int
    patient: UUID
    born: date | None
    practice: UUID
    care_home: UUID | None
    channel: str
    start: datetime
    end: datetime
    died: datetime | None
    pieces: dict[type[models.Model], list[Piece]] = field(default_factory=dict)
    days: list[int] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)


class Keep:
    """Takes every story that ends, and makes a template of those that can be told of somebody else."""

    def __init__(self, desk: BatchDesk, tables: Mapping[type[models.Model], Table], known: Iterable[UUID]):
        self.desk, self.tables = desk, tables
        self.known = frozenset(one.hex for one in known)
        self.units: list[Unit] = []
        self.waiting: dict[UUID, list[Finished]] = {}

    def __call__(self, found: File, at: datetime, lines: list[Line]) -> None:
        referral = found.referral
        root = referral.duplicate_of_id or referral.id
        own = [line for line in lines if line[0] is not Relationship]
        self.waiting.setdefault(root, []).append(Finished(referral, at, own + found.related))
        still_told = root in self.desk.files or any(
            other.referral.duplicate_of_id == root for other in self.desk.files.values()
        )
        if not still_told:
            self._make(self.waiting.pop(root), found.today)

    def _make(self, stories: list[Finished], today: bool) -> None:
        patient = stories[0].referral.patient
        if today or patient.restricted or patient.date_of_birth is None:
            return
        try:
            self.units.append(Template(stories, self.tables, self.known).unit())
        except Linked:
            return


class Template:
    """Makes the unit of one or two finished stories."""

    def __init__(self, stories: list[Finished], tables: Mapping[type[models.Model], Table], known: frozenset[str]):
        self.stories = sorted(stories, key=lambda story: story.referral.received_at)
        self.tables, self.known = tables, known
        self.slots: dict[Any, int] = {}
        self.own = self._own_keys()
        self.patient = stories[0].referral.patient_id.hex

    def unit(self) -> Unit:
        """The unit; raises Linked."""
        first = self.stories[0].referral
        patient, marks, died = first.patient, self._marks(), self._died()
        self.slots = {"patient": 0} | {mark: number for number, mark in enumerate(marks.values(), 1)}
        pieces = {model: self._pieces(model, lines, marks) for model, lines in self._by_table().items()}
        unit = Unit(
            referrals=len(self.stories),
            patient=patient.pk,
            born=patient.date_of_birth,
            practice=patient.practice_id,
            care_home=patient.care_home_id,
            channel=first.channel,
            start=first.received_at,
            end=max(story.ended for story in self.stories),
            died=died,
        )
        self._settle(unit, pieces)
        return unit

    def _died(self) -> datetime | None:
        """When the person died; raises Linked when it was not in this story that they did."""
        died = [story for story in self.stories if story.referral.status == Status.DIED]
        if died and not any(model is Change for story in died for model, _ in story.lines):
            raise Linked
        return died[0].referral.closed_at if died else None

    def _own_keys(self) -> frozenset[str]:
        """Identifiers that were made for these stories."""
        keys: set[str] = set()
        for story in self.stories:
            for model, line in story.lines:
                fields = line.split("\t")
                keys.update(fields[spot] for spot in self._key_columns(model))
        return frozenset(keys)

    def _key_columns(self, model: type[models.Model]) -> list[int]:
        names = self.tables[model].names
        key = [model._meta.pk.attname] if isinstance(model._meta.pk, models.UUIDField) else []
        return [names.index(name) for name in (*key, *OWN_KEYS.get(model, ()))]

    def _marks(self) -> dict[str, str]:
        """One character for each text that only one referral may have."""
        texts = [getattr(story.referral, name) for story in self.stories for name in UNIQUE]
        return {text or f"none {spot}": chr(0xE000 + spot) for spot, text in enumerate(texts)}

    def _by_table(self) -> dict[type[models.Model], list[str]]:
        lines: dict[type[models.Model], list[str]] = {}
        for story in self.stories:
            for model, line in story.lines:
                lines.setdefault(model, []).append(line)
        return lines

    def _pieces(self, model: type[models.Model], lines: list[str], marks: dict[str, str]) -> list[tuple[int, str, Any]]:
        """Text with gaps, and the slots of the gaps; for each day where the table is kept by month."""
        groups: dict[int, list[str]] = {}
        names = self.tables[model].names
        spot = names.index(BY_MONTH[model]) if model in BY_MONTH else None
        for line in _first_of_each(lines, names.index("since")) if model is Relationship else lines:
            day = 0 if spot is None else date.fromisoformat(line.split("\t")[spot][:10]).toordinal()
            groups.setdefault(day, []).append(line)
        return [(day, *self._gaps("\n".join(group), marks)) for day, group in sorted(groups.items())]

    def _gaps(self, text: str, marks: dict[str, str]) -> tuple[str, list[int]]:
        for own, mark in marks.items():
            text = text.replace(own, mark)
        found, end, slots = [], 0, []
        for match in GAP.finditer(text):
            slot, tail = self._slot(match)
            if slot is None:
                continue
            found += [text[end : match.start()].replace("%", "%%"), "%s", tail]
            slots.append(slot)
            end = match.end()
        return "".join([*found, text[end:].replace("%", "%%")]), slots

    def _slot(self, match: re.Match[str]) -> tuple[int | None, str]:
        """Which value fills the gap, and what follows it unchanged."""
        kind, text = match.lastgroup, match.group()
        if kind == "own":
            return self.slots[text], ""
        if kind == "day":
            return self._number(("day", date.fromisoformat(text).toordinal())), ""
        key = text.replace("-", "")
        if key == self.patient:
            return 0, ""
        if key in self.own:
            return self._number(("moment", int(key[:12], 16))), f"-{key[16:20]}-{key[20:]}"
        if key not in self.known:
            raise Linked
        return None, ""

    def _number(self, key: Any) -> int:
        return self.slots.setdefault(key, len(self.slots))

    def _settle(self, unit: Unit, pieces: dict[type[models.Model], list[tuple[int, str, list[int]]]]) -> None:
        """Number the slots anew: person, own texts, then days, then moments."""
        fixed = 1 + len(UNIQUE) * len(self.stories)
        by_kind: dict[str, list[tuple[int, int]]] = {"day": [], "moment": []}
        for key, slot in self.slots.items():
            if isinstance(key, tuple):
                by_kind[key[0]].append((key[1], slot))
        unit.days = [day for day, _ in by_kind["day"]]
        unit.moments = [moment for moment, _ in by_kind["moment"]]
        order = [*range(fixed), *(slot for _, slot in by_kind["day"]), *(slot for _, slot in by_kind["moment"])]
        place = {slot: number for number, slot in enumerate(order)}
        for model, found in pieces.items():
            unit.pieces[model] = [
                Piece(text, _picker([place[slot] for slot in slots]), day) for day, text, slots in found
            ]


def _first_of_each(lines: list[str], moment: int) -> list[str]:
    """A relationship begins once: the first line of each organisation and kind."""
    found: dict[tuple[str, ...], str] = {}
    for line in lines:
        parts = line.split("\t")
        del parts[moment]
        found.setdefault(tuple(parts), line)
    return list(found.values())


def _picker(slots: list[int]) -> Callable[[Values], Any]:
    if not slots:
        return lambda _: ()
    return itemgetter(*slots)


def copy_values(
    unit: Unit, patient: str, texts: list[str], weeks_in_days: int, copy: int, day_names: Mapping[int, str]
) -> Values:
    """What fills a unit's gaps for one copy. Identifiers say their new moment and the number of the copy."""
    milliseconds, mark = weeks_in_days * 86_400_000, f"-7{copy:03x}"
    values = [patient, *texts]
    values += [day_names[day + weeks_in_days] for day in unit.days]
    for moment in unit.moments:
        digits = f"{moment + milliseconds:012x}"
        values.append(f"{digits[:8]}-{digits[8:]}{mark}")
    return values
