"""Absolute numbers, as grouped bars or as lines, ready to draw: what rates are read beside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pages.words import NBSP


class Unit(StrEnum):
    """What a value is in; decides its decimals."""

    PERCENT = "percent"
    COUNT = "count"
    MINUTES = "minutes"
    RATIO = "ratio"
    RATE = "rate"
    HOURS = "hours"
    DAYS = "days"

    @property
    def decimals(self) -> int:
        return {"percent": 1, "count": 0, "minutes": 0, "ratio": 2, "rate": 1, "hours": 1, "days": 2}[self.value]

    @property
    def axis(self) -> str:
        """What the vertical axis is called."""
        return {
            "percent": "Percent",
            "count": "Number",
            "minutes": "Minutes",
            "ratio": "Ratio",
            "rate": "Per 100,000 people",
            "hours": "Hours",
            "days": "Days",
        }[self.value]

    @property
    def suffix(self) -> str:
        """What follows a number in a sentence."""
        return {
            "percent": "%",
            "count": "",
            "minutes": f"{NBSP}minutes",
            "ratio": "",
            "rate": " per 100,000",
            "hours": f"{NBSP}hours",
            "days": f"{NBSP}days",
        }[self.value]

    def plain(self, value: float) -> str:
        """The number for a machine, rounded as it is shown: "1204.5"."""
        text = f"{value:.{self.decimals}f}"
        return text.removeprefix("-") if float(text) == 0 else text

    def shown(self, value: float) -> str:
        """The number for a person: "94.1%", "1,204", "18 minutes"."""
        number = f"{float(self.plain(value)):,.{self.decimals}f}"
        return f"{number}{NBSP}minute" if self is Unit.MINUTES and number == "1" else f"{number}{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One period or place: a value for each series, None where there is none to show; `note` says why."""

    label: str
    values: tuple[float | None, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountChart:
    """What templates/components/chart.jinja draws as bars or lines. `cells` are (plain, shown) or ("", "")."""

    key: str
    title: str
    shape: Literal["bars", "lines"]
    unit: Unit
    first: str
    series: tuple[str, ...]
    rows: tuple[tuple[CountRow, tuple[tuple[str, str], ...]], ...]
    sentence: str
    source: str
    known_at: datetime
    csv_href: str

    @property
    def is_drawn(self) -> bool:
        return any(plain for _, cells in self.rows for plain, _ in cells)

    @property
    def has_notes(self) -> bool:
        return any(row.note for row, _ in self.rows)

    def csv_rows(self) -> Iterator[list[str]]:
        """The table for a spreadsheet."""
        yield [self.first, *self.series, "Note"]
        for row, cells in self.rows:
            yield [row.label, *(plain for plain, _ in cells), row.note]


def count_chart(
    *,
    key: str,
    title: str,
    series: Sequence[str],
    rows: Iterable[CountRow],
    sentence: str,
    source: str,
    known_at: datetime,
    shape: Literal["bars", "lines"] = "bars",
    unit: Unit | str = Unit.COUNT,
    first: str = "Period",
    csv_href: str = "",
) -> CountChart:
    """Numbers side by side; at most four series, which is what can be told apart without colour.

    `first` is the heading of the table's first column. Raises ValueError for more series, or a row that has not one
    value for each.
    """
    measure, given = Unit(unit), list(rows)
    if not 1 <= len(series) <= 4:
        raise ValueError("Draw between 1 and 4 series in one chart.")
    for row in given:
        if len(row.values) != len(series):
            raise ValueError(f"{row.label} has {len(row.values)} values for {len(series)} series.")
    return CountChart(
        key=key,
        title=title,
        shape=shape,
        unit=measure,
        first=first,
        series=tuple(series),
        rows=tuple((row, tuple(_cell(value, measure) for value in row.values)) for row in given),
        sentence=sentence,
        source=source,
        known_at=known_at,
        csv_href=csv_href,
    )


def _cell(value: float | None, unit: Unit) -> tuple[str, str]:
    return ("", "") if value is None else (unit.plain(value), unit.shown(value))
