"""Rows to figures: every cell of every row is checked, and every mistake told with its row and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from bcf.importing import cells
from bcf.importing.cells import Areas, Wrong
from bcf.importing.table import read
from bcf.models import PublishedFigure
from bcf.published import RULE, PublishedMetric, PublishedUnit
from bcf.rag import Rag, contradicts

Found = TypeVar("Found")
Key = tuple[str, UUID, str, date]
APOSTROPHE_BEFORE = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, where, and what to write instead."""

    row: int
    column: str
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row that makes sense."""

    row: int
    metric: str
    area_id: UUID
    area_name: str
    period: str
    start: date
    value: Decimal
    numerator: int | None
    denominator: int | None
    target: Decimal | None
    rag: str
    rag_reason: str
    status: str
    source: str

    @property
    def key(self) -> Key:
        """What there is one figure of."""
        return self.metric, self.area_id, self.period, self.start


@dataclass(slots=True)
class Sheet:
    """All rows of a file: those that make sense, and all mistakes of the others, by row."""

    lines: list[Line] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    rows: int = 0


def check(text: str) -> Sheet:
    """Read and check a file. Raises Invalid when it is no table of figures at all; two statements at most."""
    separator, rows, misshapen = read(text)
    sheet = Sheet(rows=len(rows) + len(misshapen))
    for number, length in misshapen:
        said = (
            f"This row has {length} cells, and the first row another number. Put words with a comma in quotation marks"
        )
        sheet.mistakes.append(Mistake(number, "", said))
    reader = _Reader(Areas.known(), timezone.localdate(), comma=separator == ";")
    seen: dict[Key, int] = {}
    for number, row in rows:
        line, mistakes = reader.line(number, row)
        if line and line.key in seen:
            said = f"Row {seen[line.key]} is for the same metric, area and period. Keep one of them"
            mistakes.append(Mistake(number, "period", said))
        elif line:
            seen[line.key] = number
        sheet.mistakes += mistakes
        if line and not mistakes:
            sheet.lines.append(line)
    sheet.mistakes.sort(key=lambda mistake: mistake.row)
    return sheet


class _Row:
    """One row while it is read: each cell once, and what was wrong with it."""

    def __init__(self, number: int, given: Mapping[str, str]) -> None:
        self.number, self.given = number, given
        self.mistakes: list[Mistake] = []

    def take(self, column: str, reading: Callable[[str], Found]) -> Found | None:
        """The cell, read; None, and a mistake noted, when it makes no sense."""
        cell = self.given.get(column, "").strip()
        if cell.startswith("'") and cell[1:].startswith(APOSTROPHE_BEFORE):
            cell = cell[1:]
        try:
            return reading(cell)
        except Wrong as wrong:
            self.wrong(column, str(wrong))
            return None

    def wrong(self, column: str, said: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.number, column, said))


class _Reader:
    """Reads rows one by one with what it needs to know for all of them."""

    def __init__(self, areas: Areas, today: date, *, comma: bool) -> None:
        self.areas, self.today, self.comma = areas, today, comma

    def line(self, number: int, given: Mapping[str, str]) -> tuple[Line | None, list[Mistake]]:
        """The row as a figure, if it names one, and every mistake in it."""
        row = _Row(number, given)
        metric = row.take("metric", cells.metric)
        area = row.take("area", self.areas.find)
        period = row.take("period", lambda cell: cells.period(cell, self.today))
        said = self._numbers(row) | self._words(row)
        if metric:
            _check_numbers(row, metric, said)
            _check_rating(row, metric, said)
        if not (metric and area and period) or said["value"] is None:
            return None, row.mistakes
        line = Line(
            row=number,
            metric=metric.key,
            area_id=area.pk,
            area_name=area.name,
            period=period[0],
            start=period[1],
            **said,
        )
        return line, row.mistakes

    def _numbers(self, row: _Row) -> dict[str, Any]:
        numbers = {name: row.take(name, self._number) for name in ("value", "target")}
        if numbers["value"] is None and not row.given.get("value", "").strip():
            row.wrong("value", "Write the figure, for example 84.2")
        return {**numbers, **{name: row.take(name, cells.whole) for name in ("numerator", "denominator")}}

    def _number(self, cell: str) -> Decimal | None:
        return cells.number(cell, comma=self.comma)

    def _words(self, row: _Row) -> dict[str, Any]:
        said: dict[str, Any] = {
            "rag": row.take("rag", _rag) or "",
            "rag_reason": row.take("rag_reason", lambda cell: cells.words(cell, longest=300)) or "",
            "status": row.take("status", _status) or "",
            "source": row.take("source", lambda cell: cells.words(cell, longest=300)),
        }
        if said["source"] == "":
            row.wrong("source", "Say where the figure was published")
        return said | {"source": said["source"] or ""}


def _rag(cell: str) -> str:
    if cell and cell.lower() not in list(Rag):
        raise Wrong(f"“{cells.shown(cell)}” is no rating. Write RED, AMBER or GREEN, or leave it empty")
    return cell.lower()


def _status(cell: str) -> str:
    status = cell.lower() or PublishedFigure.Status.FINAL
    if status not in PublishedFigure.Status.values:
        raise Wrong(f"“{cells.shown(cell)}” is no status. Write provisional or final")
    return status


def _check_numbers(row: _Row, metric: PublishedMetric, said: Mapping[str, Any]) -> None:
    """Numbers that cannot be: shares over 100%, parts over their whole, a share that is not its part of its whole."""
    for name in ("value", "target"):
        if said[name] is not None and said[name] > metric.unit.of:
            most = "100%" if metric.unit is PublishedUnit.PERCENT else "100,000 per 100,000"
            row.wrong(name, f"This cannot be over {most}")
    part, whole = said["numerator"], said["denominator"]
    if whole == 0:
        row.wrong("denominator", "The denominator cannot be 0. Leave it empty if it is not known")
    elif part is not None and whole is not None and part > whole:
        row.wrong("numerator", "The numerator is larger than the denominator")
    elif metric.unit is PublishedUnit.PERCENT and None not in (part, whole, said["value"]):
        exact = Decimal(100 * part) / whole
        if abs(exact - said["value"]) > Decimal(5).scaleb(said["value"].as_tuple().exponent - 1):
            row.wrong("value", "This is not 100 × numerator ÷ denominator. Check the three numbers")


def _check_rating(row: _Row, metric: PublishedMetric, said: Mapping[str, Any]) -> None:
    """A rating needs a target, and another than the rule gives needs a reason."""
    faulty = any(mistake.column in ("value", "target") for mistake in row.mistakes)
    if not said["rag"] or faulty:
        return
    if said["target"] is None:
        row.wrong("target", "A rating needs the target it was given against")
        return
    computed = RULE.rate(said["value"], said["target"], metric.direction)
    if contradicts(Rag(said["rag"]), computed) and not said["rag_reason"]:
        gives = computed.name if computed else "none"
        row.wrong(
            "rag_reason",
            f"{said['rag'].upper()} is not the rating that the rule gives ({gives}). "
            "Say why, or write: Reason not stated in the source",
        )
