"""Published figures as a board sees them: value, target, both ratings and why they differ; and what a file changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bcf import periods
from bcf.importing import Change, Kind
from bcf.models import PublishedFigure
from bcf.periods import Period
from bcf.published import PUBLISHED, RULE, Hidden, PublishedMetric, Smallness
from bcf.rag import Rag, Standing, contradicts, explain, standing

HIDDEN = "Not shown: fewer than 5 people, or hidden to protect them"
NAMES = {
    "value": "Value",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "target": "Target",
    "rag": "Rating",
    "rag_reason": "Reason for rating",
    "status": "Status",
    "source": "Source",
}


@dataclass(frozen=True, slots=True)
class PublishedTile:
    """One figure, fit to be shown: a hidden one has neither numbers nor a computed rating."""

    metric: PublishedMetric
    figure: PublishedFigure
    hidden: bool

    @property
    def label(self) -> str:
        """The period."""
        return periods.label(self.figure.period, self.figure.start)

    @property
    def value(self) -> str:
        return "" if self.hidden else self.metric.show(self.figure.value)

    @property
    def target(self) -> str:
        return "" if self.figure.target is None else self.metric.show(self.figure.target)

    @property
    def counts(self) -> str:
        """Absolute numbers beside the value, where the source gives them."""
        part, whole = self.figure.numerator, self.figure.denominator
        if self.hidden or part is None:
            return ""
        return f"{part:,} of {whole:,}" if whole is not None else f"{part:,}"

    @property
    def difference(self) -> str:
        """How far the value is from its target, and whether that is good: "9.59 below the target: better"."""
        value, target = self.figure.value, self.figure.target
        if self.hidden or target is None:
            return ""
        how = standing(value, target, self.metric.direction)
        if how is Standing.SAME:
            return "On the target"
        side = "above" if value > target else "below"
        return f"{_gap(self.metric, abs(value - target))} {side} the target: {how.removesuffix(' than')}"

    @property
    def published(self) -> Rag | None:
        """The rating that was published."""
        return Rag(self.figure.rag) if self.figure.rag else None

    @property
    def computed(self) -> Rag | None:
        """The rating that the rule gives."""
        return None if self.hidden else RULE.rate(self.figure.value, self.figure.target, self.metric.direction)

    @property
    def contradiction(self) -> str:
        """What to say when the two ratings differ; "" when they agree or cannot be compared."""
        if self.hidden or self.figure.target is None or not contradicts(self.published, self.computed):
            return ""
        return explain(
            Rag(self.figure.rag),
            self.computed,
            standing(self.figure.value, self.figure.target, self.metric.direction),
            value=self.value,
            target=self.target,
            reason=self.figure.rag_reason,
        )

    @property
    def notice(self) -> str:
        """That the figure was restated, why, and what it was."""
        if not self.figure.restated:
            return ""
        before = self.figure.follows
        was = f" It was {self.metric.show(before.value)}." if before and before.value != self.figure.value else ""
        return self.figure.reason.rstrip(".") + "." + ("" if self.hidden else was)

    @property
    def status(self) -> str:
        """How firm the figure is."""
        return "Restated" if self.figure.restated else self.figure.get_status_display()

    def row(self) -> list[Any]:
        """The same for a spreadsheet."""
        figure = self.figure
        shown = (
            ["*", "*", "*"] if self.hidden else [f"{figure.value.normalize():f}", figure.numerator, figure.denominator]
        )
        return [
            self.metric.key,
            self.metric.title,
            figure.area.name,
            self.label,
            self.metric.per or "percent",
            *shown,
            "" if figure.target is None else f"{figure.target.normalize():f}",
            self.published.name if self.published else "",
            self.computed.name if self.computed else "",
            figure.rag_reason,
            self.status,
            figure.reason,
            figure.source,
            figure.known_from,
        ]


ROW = [
    "Metric",
    "Title",
    "Area",
    "Period",
    "Unit",
    "Value",
    "Numerator",
    "Denominator",
    "Target",
    "Published rating",
    "Rating by the rule",
    "Reason for rating",
    "Status",
    "Reason restated",
    "Source",
    "Known from",
]


def tiles(figures: Iterable[PublishedFigure], hidden: Hidden) -> list[PublishedTile]:
    """Tiles in the order in which the measures are defined."""
    order = list(PUBLISHED)
    known = [figure for figure in figures if figure.metric in PUBLISHED]
    made = [PublishedTile(PUBLISHED[one.metric], one, hidden.hides(one.metric, one.start)) for one in known]
    return sorted(made, key=lambda tile: order.index(tile.metric.key))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row of a file as the page before an import shows it."""

    number: int
    title: str
    area: str
    label: str
    kind: Kind
    restates: bool
    lines: Sequence[tuple[str, str, str]]
    """Name, old and new of what changes; of a new figure its value, target and rating."""


def change_rows(changes: Iterable[Change], hidden: Hidden) -> list[ChangeRow]:
    """Rows of a file, with the numbers of hidden figures left out."""
    return [_change_row(change, hidden) for change in changes]


def hidden_with(changes: Sequence[Change]) -> Hidden:
    """What is hidden already, and what the file itself makes hidden."""
    lines = [change.line for change in changes]
    known, smallness = Hidden.of({line.metric for line in lines}), Smallness.known()
    own = {(line.metric, periods.start_of(Period.YEAR, line.start)) for line in lines if smallness.of(line)}
    return Hidden(frozenset(known.years) | own)


def _change_row(change: Change, hidden: Hidden) -> ChangeRow:
    line, metric = change.line, PUBLISHED[change.line.metric]
    said = [("value", None, line.value), ("target", None, line.target), ("rag", None, line.rag)]
    differs = change.differs if change.before else [one for one in said if one[2] not in (None, "")]
    unseen = hidden.hides(line.metric, line.start)
    return ChangeRow(
        number=line.row,
        title=metric.short,
        area=line.area_name,
        label=periods.label(line.period, line.start),
        kind=change.kind,
        restates=change.restates,
        lines=[
            (NAMES[name], _said(metric, name, old, unseen), _said(metric, name, new, unseen))
            for name, old, new in differs
        ],
    )


def _said(metric: PublishedMetric, name: str, said: Any, unseen: bool) -> str:
    if said in (None, ""):
        return ""
    if unseen and name in ("value", "numerator", "denominator"):
        return "not shown"
    if isinstance(said, Decimal):
        return metric.show(said)
    if isinstance(said, int):
        return f"{said:,}"
    return str(said).upper() if name == "rag" else str(said)


def _gap(metric: PublishedMetric, gap: Decimal) -> str:
    return metric.show(gap).replace("%", " percentage points")
