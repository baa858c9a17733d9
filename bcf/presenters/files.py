"""Figures as rows for a spreadsheet: what is hidden is a star, and the last line says what a star means."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.http import HttpResponse

from bcf.charts import ChartPoint, XmrChart
from bcf.choices import Choice
from bcf.presenters import lines
from bcf.presenters.lines import SUPPRESSED, Line
from bcf.presenters.metric import Comparison
from bcf.presenters.tiles import ORDER, Board, judged
from bcf.rates import Rate
from bcf.reading import Figure
from pages.downloads import csv_file

EXPLAINED = f"{SUPPRESSED} means fewer than 5, or hidden so that a small number cannot be worked out."
HEADINGS = (
    "Metric", "For", "Period", "First day", "Last day", "Complete", "Value", "Unit", "Numerator", "Denominator",
    "Target", "Average", "Lower limit", "Upper limit", "What it shows", "Status", "Note", "Definition version",
    "As known on",
)  # fmt: skip
RATES = ("Per 100,000 people", "Population", "Population year", "Population source")


def figures_file(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download: the first row is the heading, and the last explains the star."""
    header, *body = rows
    return csv_file(name, list(header), [*body, [EXPLAINED]])


def dashboard_rows(read: Board, keys: Iterable[str] = ORDER) -> Iterator[Sequence[Any]]:
    """The last complete period and the running one of each metric."""
    yield HEADINGS
    for key in keys:
        line = read.of(key)
        chart = judged(line, read.targets, read.choice.known_at)
        yield from list(_rows(line, chart, read.choice))[-2 if line.complete else -1 :]


def metric_rows(
    line: Line, chart: XmrChart, choice: Choice, rates: Sequence[Rate | None] = ()
) -> Iterator[Sequence[Any]]:
    """Every period of one metric, with its lines, and rates where there are any."""
    yield [*HEADINGS, *RATES] if rates else HEADINGS
    for row, rate in zip_longest(_rows(line, chart, choice), rates):
        if row is not None:
            yield [*row, *_rate(rate)] if rates else row


def comparison_rows(key: str, shown: Comparison, choice: Choice) -> Iterator[Sequence[Any]]:
    """Every period of every scope; the last complete one says how the scope stands to the average."""
    yield [*HEADINGS, "Compared with the average"]
    standing = {row.name: row.position_words for row in shown.funnel.rows} if shown.funnel else {}
    for (metric, _), line in shown.lines.items():
        if metric != key:
            continue
        chart = judged(line, shown.targets, choice.known_at)
        for row in _rows(line, chart, choice):
            is_last = line.headline is not None and row[3] == line.headline.start
            yield [*row, standing.get(line.scope.name, "") if is_last else ""]


def _rows(line: Line, chart: XmrChart, choice: Choice) -> Iterator[Sequence[Any]]:
    points: list[ChartPoint | None] = [*chart.points]
    limits = {one.group: (one.mean, one.lpl, one.upl) for one in chart.lines}
    figures = [*line.complete, *([line.current] if line.current else [])]
    for figure, point in zip_longest(figures, points):
        judged_by = limits.get(point.group, ("", "", "")) if point and point.group is not None else ("", "", "")
        yield [
            line.metric.title,
            line.scope.title,
            figure.label,
            figure.start,
            figure.end,
            "yes" if point else "so far",
            number(figure, figure.value, chart),
            chart.unit.axis,
            count(figure, figure.numerator),
            count(figure, figure.denominator),
            point.target_plain if point else "",
            *judged_by,
            point.flag if point else "",
            lines.status_of(figure).value.capitalize(),
            lines.note(figure),
            line.metric.version,
            choice.today,
        ]


def number(figure: Figure, value: Any, chart: XmrChart) -> str:
    """The value as the page shows it, or the star."""
    if figure.hidden:
        return SUPPRESSED
    return "" if value is None else chart.unit.plain(float(value))


def count(figure: Figure, value: int | None) -> str:
    """A numerator or denominator, or the star where the figure is hidden and this with it."""
    if value is None:
        return SUPPRESSED if figure.hidden else ""
    return str(value)


def _rate(rate: Rate | None) -> Sequence[Any]:
    return ("", "", "", "") if rate is None else (rate.plain, rate.population, rate.year, rate.source)
