"""A funnel plot of places side by side, ready to draw."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bcf.charts.words import text
from bcf.funnel import Count, Funnel, Kind, Limits, Place, Position, funnel
from pages.charts import Unit
from pages.words import count

UNITS = {Kind.PROPORTION: Unit.PERCENT, Kind.RATE: Unit.RATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNumbers:
    """One place. Without a numerator it is named in the table, with `note` saying why, and is not in the picture."""

    name: str
    numerator: int | None
    denominator: int | None
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One row of the table; texts are empty when the place has no value."""

    name: str
    href: str
    note: str
    numerator: int | None
    denominator: int | None
    plain: str = ""
    shown: str = ""
    low_95: str = ""
    high_95: str = ""
    low_998: str = ""
    high_998: str = ""
    position: str = ""
    position_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelChart:
    """What templates/components/chart.jinja draws as a funnel plot. `curve` is [[denominator, four limits], ...]."""

    key: str
    title: str
    unit: Unit
    sentence: str
    rows: tuple[PlaceRow, ...]
    average: str
    average_shown: str
    curve: list[list[float]]
    notes: tuple[str, ...]
    source: str
    known_at: datetime
    csv_href: str
    numerator_means: str
    denominator_means: str

    @property
    def is_drawn(self) -> bool:
        return any(row.plain for row in self.rows)

    @property
    def across(self) -> str:
        """What the horizontal axis is called."""
        means = self.denominator_means or "denominator"
        return f"{means[0].upper()}{means[1:]} (larger places to the right)"

    def csv_rows(self) -> Iterator[list[str]]:
        """The table for a spreadsheet."""
        yield [
            "Place", "Value", "Unit", "Numerator", "Denominator", "Average", "Lower 99.8% limit", "Lower 95% limit",
            "Upper 95% limit", "Upper 99.8% limit", "Compared with the average", "Note",
        ]  # fmt: skip
        for row in self.rows:
            yield [
                row.name, row.plain, self.unit.axis, text(row.numerator), text(row.denominator), self.average,
                row.low_998, row.low_95, row.high_95, row.high_998, row.position_words, row.note,
            ]  # fmt: skip


def funnel_chart(
    *,
    key: str,
    title: str,
    kind: Kind | str,
    places: Iterable[PlaceNumbers],
    source: str,
    known_at: datetime,
    average: float | None = None,
    average_name: str = "the average of these places",
    csv_href: str = "",
    numerator_means: str = "",
    denominator_means: str = "",
) -> FunnelChart:
    """Compare places. Give `average` (percent, or per 100,000) whenever a place is withheld: see bcf.funnel."""
    what, rows = Kind(kind), list(places)
    unit = UNITS[what]
    counts = [
        Count(row.name, row.numerator, row.denominator) for row in rows if row.numerator is not None and row.denominator
    ]
    compared = funnel(counts, kind=what, average=average)
    found = {place.name: place for place in compared.places}
    return FunnelChart(
        key=key,
        title=title,
        unit=unit,
        sentence=_sentence(compared, unit, average_name),
        rows=tuple(_row(row, found.get(row.name), unit) for row in rows),
        average=unit.plain(compared.average),
        average_shown=unit.shown(compared.average),
        curve=[[at, *(float(unit.plain(limit)) for limit in limits)] for at, limits in compared.curve],
        notes=tuple(_notes(len(rows) - len(found))),
        source=source,
        known_at=known_at,
        csv_href=csv_href,
        numerator_means=numerator_means,
        denominator_means=denominator_means,
    )


def _row(row: PlaceNumbers, place: Place | None, unit: Unit) -> PlaceRow:
    if place is None:
        return PlaceRow(
            name=row.name, href=row.href, note=row.note or "No figure", numerator=None, denominator=row.denominator
        )
    limits = Limits(*place.limits)
    return PlaceRow(
        name=row.name,
        href=row.href,
        note=row.note,
        numerator=place.numerator,
        denominator=place.denominator,
        plain=unit.plain(place.value),
        shown=unit.shown(place.value),
        low_95=unit.plain(limits.low_95),
        high_95=unit.plain(limits.high_95),
        low_998=unit.plain(limits.low_998),
        high_998=unit.plain(limits.high_998),
        position=place.position.value.replace("_", "-"),
        position_words=place.position.words,
    )


def _sentence(compared: Funnel, unit: Unit, average_name: str) -> str:
    if not compared.places:
        return "There are no figures to show."
    start = f"{count(len(compared.places), 'place')} compared with {average_name}, {unit.shown(compared.average)}."
    high = [one.name for one in compared.places if one.position in {Position.HIGH_95, Position.HIGH_998}]
    low = [one.name for one in compared.places if one.position in {Position.LOW_95, Position.LOW_998}]
    if not high and not low:
        return f"{start} All are in the range expected by chance."
    parts = [
        f"{word} than expected: {', '.join(names)}." for word, names in (("Higher", high), ("Lower", low)) if names
    ]
    rest = len(compared.places) - len(high) - len(low)
    return " ".join([start, *parts, *(["The rest are in the range expected by chance."] if rest else [])])


def _notes(missing: int) -> Iterator[str]:
    yield "Chance alone puts 1 place in 20 outside the 95% limits, and 1 in 500 outside the 99.8% limits."
    if missing:
        yield f"{count(missing, 'place')} without a figure: not in the picture."
