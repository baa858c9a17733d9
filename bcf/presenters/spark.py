"""A small line for a tile: the same points, average, limits and target as the chart behind it, as plain shapes.

It is drawn here and not by a script, so that a page of tiles is light, prints, and can refresh every few seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bcf.charts import ChartPoint, XmrChart

WIDTH, HEIGHT, EDGE = 240, 64, 7
FLAGGED = ("improvement", "concern", "neutral")


@dataclass(frozen=True, slots=True)
class Dot:
    """A point worth a mark: a flagged one, or the latest."""

    x: float
    y: float
    kind: str
    up: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The usual variation of one stretch of time and its average."""

    x: float
    width: float
    top: float
    height: float
    mean: float


@dataclass(frozen=True, slots=True)
class Spark:
    """What the tile's template draws in a box of WIDTH by HEIGHT."""

    runs: tuple[str, ...]
    dots: tuple[Dot, ...]
    bands: tuple[Band, ...]
    target: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a number comes to lie."""

    count: int
    low: float
    high: float

    def x(self, at: int) -> float:
        step = (WIDTH - 2 * EDGE) / max(self.count - 1, 1)
        return round(EDGE + at * step, 1)

    def y(self, number: float) -> float:
        span = (self.high - self.low) or 1.0
        return round(HEIGHT - EDGE - (number - self.low) / span * (HEIGHT - 2 * EDGE), 1)


def spark(chart: XmrChart) -> Spark | None:
    """The small line of a chart; None when there are not two points to draw it from."""
    shown = [(at, point) for at, point in enumerate(chart.points) if point.plain]
    if len(shown) < 2:
        return None
    target = next((float(point.target_plain) for _, point in reversed(shown) if point.target_plain), None)
    numbers = [float(point.plain) for _, point in shown]
    edges = [float(edge) for line in chart.lines for edge in (line.mean, line.lpl, line.upl) if edge]
    reach = [*numbers, *edges, *([target] if target is not None else [])]
    paper = Paper(len(chart.points), min(reach), max(reach))
    last = shown[-1][0]
    return Spark(
        runs=tuple(_runs(chart, paper)),
        dots=tuple(_dot(at, point, paper) for at, point in shown if at == last or point.kind in FLAGGED),
        bands=tuple(_bands(chart, paper)),
        target=None if target is None else paper.y(target),
        words=_words(shown[0][1], shown[-1][1], chart),
    )


def _runs(chart: XmrChart, paper: Paper) -> Iterator[str]:
    """Unbroken stretches of the line."""
    run: list[str] = []
    for at, point in enumerate([*chart.points, None]):
        if point is not None and point.plain:
            run.append(f"{paper.x(at)},{paper.y(float(point.plain))}")
        elif run:
            yield " ".join(run)
            run = []


def _dot(at: int, point: ChartPoint, paper: Paper) -> Dot:
    return Dot(paper.x(at), paper.y(float(point.plain)), point.kind, point.up)


def _bands(chart: XmrChart, paper: Paper) -> Iterator[Band]:
    for line in chart.lines:
        if not (line.lpl and line.upl):
            continue
        mine = [at for at, point in enumerate(chart.points) if point.group == line.group]
        x, top = paper.x(mine[0]), paper.y(float(line.upl))
        yield Band(
            x,
            round(paper.x(mine[-1]) - x, 1),
            top,
            round(paper.y(float(line.lpl)) - top, 1),
            paper.y(float(line.mean)),
        )


def _words(first: ChartPoint, last: ChartPoint, chart: XmrChart) -> str:
    numbers = [(float(point.plain), point.shown) for point in chart.points if point.plain]
    return (
        f"{first.shown} in {first.label} to {last.shown} in {last.label}, "
        f"lowest {min(numbers)[1]}, highest {max(numbers)[1]}."
    )
