"""The dashboard's tiles: one metric each, to be understood in ten seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import caches
from django.urls import reverse

from bcf.charts import Icon, XmrChart, xmr_chart
from bcf.charts.words import TOO_EARLY
from bcf.choices import Choice
from bcf.metrics import METRICS, Group
from bcf.presenters import lines
from bcf.presenters.lines import Line, Lines
from bcf.presenters.spark import Spark, spark
from bcf.reading import Figure, Status, Wanted, earlier
from bcf.scopes import Scope
from bcf.targets import Schedule, schedule
from pages.keeping import PROCESS
from pages.words import in_sentence

KEY = (
    "crisis_reached",
    "referrals_received",
    "triage_median",
    "offers_accepted",
    "unmet_need",
    "outcome_fed_back",
)
"""The metrics that come first."""
IN_DETAIL = Group.HOME_FIRST_DETAIL.value
HEADING_OF = {
    Group.REFERRALS: "More figures",
    Group.HOME_FIRST: Group.HOME_FIRST.value,
    Group.HOME_FIRST_DETAIL: IN_DETAIL,
    Group.HOME_FIRST_DAYS: IN_DETAIL,
}
HEADINGS = ("Key figures", *dict.fromkeys(HEADING_OF.values()))
"""The headings of the dashboard, in order."""
ORDER = (*KEY, *(key for key, one in METRICS.items() if key not in KEY and one.group != Group.HOME_FIRST_DAYS))
"""Every tile. Days of the week stand together on their metrics' pages."""
RESTATED = "Restated"
STANDING_OUT = "figures-standing-out"
"""Where the dashboard says what stands out."""
STANDS_OUT = ("Getting worse", "Target will be missed", "Getting better", "Going up", "Going down", RESTATED)
"""Findings that a board would ask about, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An icon with its finding in two words, "Getting better", and why."""

    slug: str
    finding: str
    why: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile as it is shown; texts are empty where there is nothing to say."""

    key: str
    title: str
    href: str
    value: str
    period: str
    made_of: str
    missing: str
    status: str
    notice: str
    so_far: str
    target: str
    variation: Verdict | None
    assurance: Verdict | None
    better: str
    spark: Spark | None
    heading: str

    @property
    def findings(self) -> list[Verdict]:
        """Everything said of it, as "Getting worse"; a restated figure has no icon."""
        restated = Verdict("", RESTATED, self.notice) if self.status == Status.RESTATED else None
        return [one for one in (self.variation, self.assurance, restated) if one]


@dataclass(frozen=True, slots=True)
class StandingOut:
    """The tiles of which the same is said, each with its icon."""

    finding: str
    tiles: list[tuple[Tile, Verdict]]


@dataclass(frozen=True)
class Board:
    """What the tiles are made of: the figures themselves are read only when nobody drew the same before."""

    choice: Choice
    keys: tuple[str, ...]
    targets: Schedule

    @cached_property
    def stamp(self) -> str:
        """Differs when anything that the tiles show differs, and then only; one statement, two for figures new here."""
        kept = self._wanted.mark()
        return caches[PROCESS].get(self._kept_as(kept)) or self._remembered()

    def _remembered(self) -> str:
        stamp = self._stamp()
        caches[PROCESS].set(self._kept_as(self._read[1]), stamp)
        return stamp

    def _stamp(self) -> str:
        shown = [
            (key, *map(lines.plain_parts, line.complete), line.current and lines.plain_parts(line.current))
            for (key, _), line in self.lines.items()
        ]
        return _digest(self._said, shown)

    def _kept_as(self, mark: str) -> str:
        return f"figures:{_digest(self._said, mark)}"

    @cached_property
    def _said(self) -> tuple[object, ...]:
        """All that tiles depend on beside the figures."""
        scope, days = self.choice.scope, (self.choice.known_on, self.choice.today)
        goals = [(key, goal.value) for key in self.keys if (goal := self.targets.on(key, scope.id, self.choice.last))]
        return (scope.key, scope.id, self.choice.period, *days, self.keys, goals)

    @cached_property
    def _wanted(self) -> Wanted:
        return lines.wanted(self.keys, [self.choice.scope], self.choice)

    @cached_property
    def _read(self) -> tuple[Lines, str]:
        """Figures and their mark are of one moment, so nothing is kept under the mark of another."""
        figures, mark = self._wanted.marked()
        return lines.drawn(figures, self.keys, [self.choice.scope], self.choice), mark

    @property
    def lines(self) -> Lines:
        """By metric and scope; one statement, once."""
        return self._read[0]

    @cached_property
    def tiles(self) -> "list[Tile]":
        """Every tile; one statement when a headline was restated."""
        return tiles(self)

    @property
    def standing_out(self) -> list[StandingOut]:
        """What a board would ask about first: special causes, targets that will be missed, restated figures.

        What is shown in detail is a part of a figure above it, and is left to it.
        """
        said = [(tile, one) for tile in self.tiles if tile.heading != IN_DETAIL for one in tile.findings]
        found = [StandingOut(words, [each for each in said if each[1].finding == words]) for words in STANDS_OUT]
        return [one for one in found if one.tiles]

    @property
    def is_empty(self) -> bool:
        """Nothing was counted in any complete period."""
        return not any(tile.period for tile in self.tiles)

    @property
    def is_hidden(self) -> bool:
        """Nothing is large enough to be shown."""
        return all(not tile.value for tile in self.tiles)

    def of(self, key: str) -> Line:
        return self.lines[key, self.choice.scope.id]


def board(choice: Choice, keys: Iterable[str] = ORDER) -> Board:
    """The tiles of these metrics, of which only the targets are read yet; one statement."""
    wanted = tuple(keys)
    return Board(choice, wanted, schedule(wanted, [choice.scope.id], choice.period, known_on=choice.known_on))


def _digest(*said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:32]


def tiles(read: Board, keys: Iterable[str] = ORDER) -> list[Tile]:
    """The tiles; one statement more when a headline was restated."""
    heads = [line.headline for key in keys if (line := read.of(key)).headline]
    before = earlier(head for head in heads if head and head.status == Status.RESTATED and not head.hidden)
    return [_tile(read, read.of(key), before) for key in keys]


def judged(
    line: Line,
    targets: Schedule,
    known_at: datetime,
    *,
    key: str = "",
    title: str = "",
    href: str = "",
    csv_href: str = "",
) -> XmrChart:
    """The line's chart. Whatever shows this metric for this scope is judged here, so that no two pages disagree."""
    metric = line.metric
    return xmr_chart(
        key=key or metric.key,
        title=title or metric.title,
        source=metric.source,
        href=href,
        csv_href=csv_href,
        unit=metric.unit.value,
        direction=metric.direction.value,
        observed=lines.observed(line, targets),
        known_at=known_at,
        numerator_means=metric.numerator_means,
        denominator_means=metric.denominator_means,
    )


def link(key: str, choice: Choice) -> str:
    """The page of one metric, for the same choice."""
    return f"{reverse('figure', args=[key])}?{choice.query()}"


def _tile(read: Board, line: Line, before: Mapping[tuple[str, UUID, date], Figure]) -> Tile:
    metric, head = line.metric, line.headline
    chart = judged(line, read.targets, read.choice.known_at)
    goal = read.targets.on(metric.key, line.scope.id, read.choice.last)
    known = before.get((metric.key, line.scope.id, head.start)) if head else None
    return Tile(
        key=metric.key,
        title=metric.title,
        href=link(metric.key, read.choice),
        value=lines.value(head) if head else "",
        period=head.label if head else "",
        made_of=made_of(head) if head else "",
        missing=_missing(line, chart),
        status="" if head is None or head.value is None else lines.status_of(head).value,
        notice=lines.status_words(head, known) if head else "",
        so_far=so_far(line),
        target=chart.unit.shown(float(goal.value)) if goal else "",
        variation=_variation(chart.variation) if head and head.value is not None else None,
        assurance=_assurance(chart.assurance) if goal and head and head.value is not None else None,
        better=chart.better,
        spark=spark(chart),
        heading=HEADINGS[0] if metric.key in KEY else HEADING_OF[metric.group],
    )


def _variation(icon: Icon | None) -> Verdict | None:
    if icon is None:
        return None
    finding, _, why = icon.words.partition(": ")
    return Verdict(icon.slug, finding, why)


def _assurance(icon: Icon | None) -> Verdict | None:
    if icon is None:
        return None
    finding = TOO_EARLY if icon.words.startswith(TOO_EARLY) else icon.heading
    return Verdict(icon.slug, finding, icon.words)


def made_of(head: Figure) -> str:
    """The numbers behind a share, in words."""
    metric, numbers = METRICS[head.metric], lines.parts(head)
    if numbers and metric.numerator_means:
        return f"{numbers} {in_sentence(metric.denominator_means.partition(':')[0])}"
    if metric.over and head.denominator is not None:
        return f"Over {head.denominator:,} {in_sentence(metric.denominator_means)}"
    return ""


def so_far(line: Line) -> str:
    """The running period: "78.8% (41 of 52) so far in Nov 2026"."""
    figure = line.current
    if figure is None:
        return ""
    numbers = lines.parts(figure)
    said = lines.value(figure)
    if not said:
        return f"{figure.label} so far: {in_sentence(lines.note(figure))}"
    return f"{figure.label} so far: {said}{f' ({numbers})' if numbers else ''}"


def _missing(line: Line, chart: XmrChart) -> str:
    """Why the tile has no value, and the last one there was."""
    head = line.headline
    if head is None:
        return "" if line.has_figures else "No figures yet"
    if head.value is not None:
        return ""
    shown = [point for point in chart.points if point.shown]
    last = f". Last shown: {shown[-1].shown}, {shown[-1].label}" if shown else ""
    return f"{in_sentence(lines.note(head))}{last}"


def scope_address(scope: Scope, choice: Choice) -> str:
    """Where the tiles of a scope refresh themselves from: its id is in the address, so nothing is looked up again."""
    path = reverse("figures_live", args=[scope.level.value, scope.slug, scope.id])
    return f"{path}?{urlencode({'period': choice.period.value})}"
