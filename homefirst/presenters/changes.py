"""A proposed change of capacity: whom it touches, in sections."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from homefirst.impact import Impact, Touched
from pages.words import count

SECTIONS = (
    ("shift", "shift goes", "shifts go"),
    (
        "crisis",
        "person in crisis care would be left without anybody",
        "people in crisis care would be left without anybody",
    ),
    ("stay", "person is in these beds", "people are in these beds"),
    ("reservation", "bed is kept for somebody", "beds are kept for somebody"),
    ("delay", "delay in hospital runs on", "delays in hospital run on"),
    ("offer", "person on the waiting list waits longer", "people on the waiting list wait longer"),
    ("clock", "clock is running", "clocks are running"),
)


@dataclass(frozen=True)
class Line:
    """One thing that is touched, with the person where the reader may open them, and the field for a new place."""

    touched: Touched
    person: Any
    field: Any

    @property
    def text(self) -> str:
        return self.touched.text


class ChangePage:
    """The picture of a change."""

    def __init__(self, impact: Impact, people: dict[UUID, Any], form: Any) -> None:
        self.impact, self.people, self.form = impact, people, form

    @property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """What is touched, kind by kind, each with a heading that counts."""
        found = []
        for kind, one, many in SECTIONS:
            if rows := self.impact.of(kind):
                found.append((count(len(rows), one, many), [self._line(row) for row in rows]))
        return found

    def _line(self, row: Touched) -> Line:
        person = self.people.get(row.patient_id) if row.patient_id else None
        name = f"place_{row.id}"
        return Line(row, person, self.form[name] if name in self.form.fields else None)

    @property
    def touches_nobody(self) -> bool:
        return not self.impact.touched
