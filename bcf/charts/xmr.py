"""An XmR chart of one metric in one area, ready to draw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf

from bcf.charts.words import BETTER, DIRECTIONS, Icon, assurance, flag, text, variation
from bcf.spc import Group, Point, PointType, Reading, Spc, analyse
from pages.charts import Unit
from pages.words import count

STATUSES = {"provisional": "Provisional", "final": "Final", "restated": "Restated"}
POINT_TYPES = {
    PointType.COMMON_CAUSE: "common",
    PointType.IMPROVEMENT: "improvement",
    PointType.CONCERN: "concern",
    PointType.NEUTRAL_HIGH: "neutral",
    PointType.NEUTRAL_LOW: "neutral",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One period's figure as it may be shown. Without a value, `note` says why; a restated one's says what changed."""

    date: date
    label: str
    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    target: float | None = None
    status: str = "final"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One row of the table and one point of the picture. `plain` and `shown` are empty when there is no value."""

    date: date
    label: str
    plain: str = ""
    shown: str = ""
    numerator: int | None
    denominator: int | None
    target_plain: str = ""
    target_shown: str = ""
    status: str
    status_words: str
    note: str
    group: int | None = None
    kind: str = ""
    up: bool = False
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLines:
    """One rebase group's average and limits, as shown; limits are empty when there are none."""

    group: int
    first: str
    last: str
    n: int
    mean: str
    lpl: str
    upl: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class XmrChart:
    """What templates/components/chart.jinja draws as an XmR chart."""

    key: str
    title: str
    unit: Unit
    better: str
    sentence: str
    points: tuple[ChartPoint, ...]
    lines: tuple[ChartLines, ...]
    variation: Icon | None
    assurance: Icon | None
    latest: str
    target: str
    notes: tuple[str, ...]
    source: str
    known_at: datetime
    csv_href: str
    href: str
    numerator_means: str
    denominator_means: str
    y_min: str
    y_max: str

    @property
    def is_drawn(self) -> bool:
        return any(point.plain for point in self.points)

    @property
    def has_targets(self) -> bool:
        return any(point.target_plain for point in self.points)

    @property
    def has_counts(self) -> bool:
        return any(point.numerator is not None for point in self.points)

    @property
    def has_denominators(self) -> bool:
        return any(point.denominator is not None for point in self.points)

    def csv_rows(self) -> Iterator[list[str]]:
        """The table for a spreadsheet: a heading row, then a row for each period, with the lines it is judged by."""
        lines = {one.group: one for one in self.lines}
        yield [
            "Period", "Value", "Unit", "Numerator", "Denominator", "Target", "Average", "Lower limit", "Upper limit",
            "What it shows", "Status", "Note",
        ]  # fmt: skip
        for point in self.points:
            line = None if point.group is None else lines[point.group]
            yield [
                point.label, point.plain, self.unit.axis, text(point.numerator), text(point.denominator),
                point.target_plain, *((line.mean, line.lpl, line.upl) if line else ("", "", "")),
                point.flag, point.status_words, point.note,
            ]  # fmt: skip


def xmr_chart(
    *,
    key: str,
    title: str,
    unit: Unit | str,
    direction: str,
    observed: Iterable[Observed],
    source: str,
    known_at: datetime,
    rebase: Mapping[date, str] | None = None,
    fix_after_n_points: int | None = None,
    screen_outliers: bool = True,
    csv_href: str = "",
    href: str = "",
    numerator_means: str = "",
    denominator_means: str = "",
) -> XmrChart:
    """Judge the figures and put them in words.

    `key` is unique on the page. `direction` is "higher", "lower" or "neutral": which way is better. `rebase` maps the
    date from which the lines start afresh to the reason, which is shown. Lines are worked out from the shown values
    alone, so that a withheld one cannot be worked back from them.
    """
    measure, rows = Unit(unit), sorted(observed, key=lambda row: row.date)
    judged = analyse(
        (Reading(row.date, row.value, row.target) for row in rows),
        improvement_direction=DIRECTIONS[direction],
        rebase=rebase or (),
        fix_after_n_points=fix_after_n_points,
        screen_outliers=screen_outliers,
    )
    points = {point.date: point for point in judged.points}
    chart = XmrChart(
        key=key,
        title=title,
        unit=measure,
        better=BETTER[judged.improvement_direction],
        sentence="",
        points=tuple(_point(row, points.get(row.date), measure) for row in rows),
        lines=tuple(_lines(group, rows, rebase or {}, measure) for group in judged.groups),
        variation=_variation(judged),
        assurance=_assurance(judged, measure),
        latest=measure.shown(judged.points[-1].value) if judged.points else "",
        target=_last_target(judged, measure),
        notes=tuple(_notes(judged, measure)),
        source=source,
        known_at=known_at,
        csv_href=csv_href,
        href=href,
        numerator_means=numerator_means,
        denominator_means=denominator_means,
        y_min="",
        y_max="",
    )
    return replace(chart, sentence=_sentence(chart))


def share_scale(charts: Sequence[XmrChart]) -> list[XmrChart]:
    """The same charts on one vertical scale, so that small ones beside each other can be compared by eye.

    Limits that no figure can reach, below 0 or above 100%, do not stretch it.
    """
    figures = [float(text) for chart in charts for text in _figures(chart) if text]
    if not figures:
        return list(charts)
    limits = [float(text) for chart in charts for line in chart.lines for text in (line.lpl, line.upl) if text]
    low, high = min(figures), max(figures)
    floor, ceiling = min(0, low), max(100, high) if charts[0].unit is Unit.PERCENT else inf
    scale = max(floor, min([low, *limits])), min(ceiling, max([high, *limits]))
    return [replace(chart, y_min=chart.unit.plain(scale[0]), y_max=chart.unit.plain(scale[1])) for chart in charts]


def _figures(chart: XmrChart) -> Iterator[str]:
    for point in chart.points:
        yield from (point.plain, point.target_plain)


def _point(row: Observed, judged: Point | None, unit: Unit) -> ChartPoint:
    fields = ChartPoint(
        date=row.date,
        label=row.label,
        numerator=row.numerator,
        denominator=row.denominator,
        target_plain="" if row.target is None else unit.plain(row.target),
        target_shown="" if row.target is None else unit.shown(row.target),
        status=row.status,
        status_words=STATUSES[row.status],
        note=row.note,
    )
    if judged is None:
        return fields
    return replace(
        fields,
        plain=unit.plain(judged.value),
        shown=unit.shown(judged.value),
        group=judged.rebase_group,
        kind=POINT_TYPES[judged.point_type],
        up=judged.special_cause_type.sign > 0,
        flag=flag(judged.special_cause_type, judged.point_type),
    )


def _lines(group: Group, rows: Sequence[Observed], reasons: Mapping[date, str], unit: Unit) -> ChartLines:
    labels = {row.date: row.label for row in rows}
    before = [start for start in sorted(reasons) if start <= group.first]
    return ChartLines(
        group=group.rebase_group,
        first=labels[group.first],
        last=labels[group.last],
        n=group.n,
        mean=unit.plain(group.mean),
        lpl="" if group.lpl is None else unit.plain(group.lpl),
        upl="" if group.upl is None else unit.plain(group.upl),
        reason=reasons[before[-1]] if before else "",
    )


def _variation(judged: Spc) -> Icon | None:
    if judged.variation_icon is None:
        return None
    return variation(judged.variation_icon, judged.points[-1].special_cause_type, _few(judged))


def _assurance(judged: Spc, unit: Unit) -> Icon | None:
    if judged.assurance_icon is None:
        return None
    return assurance(judged.assurance_icon, _last_target(judged, unit), _few(judged))


def _few(judged: Spc) -> int:
    """How many points the latest lines come from, when these are too few to be trusted."""
    last = judged.groups[-1]
    return last.n if last.short_group_warning else 0


def _last_target(judged: Spc, unit: Unit) -> str:
    target = judged.points[-1].target if judged.points else None
    return "" if target is None else unit.shown(target)


def _sentence(chart: XmrChart) -> str:
    """What the chart shows, for somebody who reads nothing else of it."""
    shown = [point for point in chart.points if point.shown]
    if not shown or chart.variation is None:
        return "There are no figures to show."
    start = f"{shown[-1].shown} in {shown[-1].label}."
    return " ".join([start, chart.variation.words, *([chart.assurance.words] if chart.assurance else [])])


def _notes(judged: Spc, unit: Unit) -> Iterator[str]:
    """How far to trust the lines."""
    if judged.short_group_warning:
        short = min(group.n for group in judged.groups if group.short_group_warning)
        yield f"Limits from {count(short, 'point')} are trial limits: they settle at 13 or more."
    screened = sum(group.n_screened for group in judged.groups)
    if screened:
        yield f"{count(screened, 'unusually large jump')} between points left out of the limits."
    if not judged.screen_outliers:
        yield "Unusually large jumps between points are not left out of the limits."
    if judged.fix_after_n_points:
        yield f"Average and limits come from the first {count(judged.fix_after_n_points, 'point')}."
    if unit is Unit.PERCENT and any(group.upl is not None and group.upl > 100 for group in judged.groups):
        yield "The upper limit is above 100%, which no figure can reach."
    if any(group.lpl is not None and group.lpl < 0 for group in judged.groups):
        yield "The lower limit is below 0, which no figure can reach."
    if judged.gaps and judged.points:
        yield f"{count(len(judged.gaps), 'period')} without a figure: the line is broken there."
