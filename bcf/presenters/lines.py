"""One metric of one scope over time, as it may be shown: what tiles, charts, tables and files are made of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from bcf import reading
from bcf.charts import Observed, Unit
from bcf.choices import Choice
from bcf.metrics import METRICS, Metric
from bcf.metrics import Unit as Counted
from bcf.metrics.referrals_received import METRIC as RECEIVED
from bcf.periods import next_start, starts
from bcf.reading import Figure, Status, Wanted
from bcf.scopes import Scope
from bcf.targets import Schedule
from pages.words import short_date

HIDDEN = "Fewer than 5, or hidden to protect a small number"
NO_CASES = "No cases"
SUPPRESSED = "*"
RULE = (
    "A number from 1 to 4 is never shown, and neither is any other from which one could be worked out. "
    "No cases at all are shown as 0 or as no cases."
)


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of complete periods, oldest first, and of the period that is still running."""

    metric: Metric
    scope: Scope
    complete: tuple[Figure, ...]
    current: Figure | None

    @property
    def headline(self) -> Figure | None:
        """The last complete period's."""
        return self.complete[-1] if self.complete else None

    @property
    def has_figures(self) -> bool:
        return bool(self.complete) or self.current is not None


Lines = Mapping[tuple[str, UUID], Line]


def read(keys: Iterable[str], scopes: Sequence[Scope], choice: Choice) -> Lines:
    """The lines of these metrics for scopes of one level, by metric and scope; one statement."""
    return drawn(wanted(keys, scopes, choice).figures(), keys, scopes, choice)


def wanted(keys: Iterable[str], scopes: Sequence[Scope], choice: Choice) -> Wanted:
    """The figures that these lines are made of."""
    return Wanted(
        metrics=_asked(keys),
        level=scopes[0].level.value,
        period=choice.period,
        first=choice.first,
        last=choice.current,
        scopes=tuple(scope.id for scope in scopes),
        known_on=choice.known_on,
    )


def drawn(figures: Iterable[Figure], keys: Iterable[str], scopes: Sequence[Scope], choice: Choice) -> Lines:
    """A line begins where the scope's first referral, or its first figure of the metric, was counted."""
    found: dict[tuple[str, UUID], dict[date, Figure]] = defaultdict(dict)
    for figure in figures:
        found[figure.metric, figure.scope_id][figure.start] = figure
    return {
        (key, scope.id): _line(METRICS[key], scope, choice, found[key, scope.id], found[RECEIVED.key, scope.id])
        for key in _asked(keys)
        for scope in scopes
    }


def _asked(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*keys, RECEIVED.key]))


def _line(
    metric: Metric, scope: Scope, choice: Choice, mine: Mapping[date, Figure], received: Mapping[date, Figure]
) -> Line:
    known = [*mine, *received]
    if not known:
        return Line(metric, scope, (), None)
    today = timezone.localdate()
    filled = [
        mine.get(start) or reading.nothing(metric, scope.level.value, scope.id, choice.period, start, today)
        for start in starts(choice.period, min(known), choice.current)
    ]
    unknown = choice.known_on is not None and choice.current not in mine
    return Line(metric, scope, tuple(filled[:-1]), None if unknown else filled[-1])


def plain_parts(figure: Figure) -> tuple[object, ...]:
    """Everything of a figure that a reader sees, to tell whether anything changed. Nothing else may be in it."""
    restated_on = figure.known_from if figure.status == Status.RESTATED else None
    status = "" if figure.hidden else (figure.status.value, figure.reason, restated_on)
    return (figure.start, figure.value, figure.numerator, figure.denominator, figure.hidden, status)


def observed(line: Line, targets: Schedule) -> list[Observed]:
    """The complete periods for a chart, each with the target that held on its first day."""
    return [_observed(line, figure, targets) for figure in line.complete]


def _observed(line: Line, figure: Figure, targets: Schedule) -> Observed:
    goal = targets.on(line.metric.key, line.scope.id, figure.start)
    is_count = line.metric.unit == Counted.COUNT
    return Observed(
        date=figure.start,
        label=figure.label,
        value=None if figure.value is None else float(figure.value),
        numerator=None if is_count else figure.numerator,
        denominator=figure.denominator,
        target=float(goal.value) if goal else None,
        status=status_of(figure).value,
        note=note(figure),
    )


def status_of(figure: Figure) -> Status:
    """A hidden figure does not say that it was restated: that would tell that somebody came or went."""
    return Status.FINAL if figure.hidden and figure.status == Status.RESTATED else figure.status


def note(figure: Figure) -> str:
    """Why there is no value, or why it was restated."""
    if figure.hidden:
        return HIDDEN
    if figure.value is None:
        return NO_CASES
    return figure.reason if figure.status == Status.RESTATED else ""


def value(figure: Figure) -> str:
    """The value in words, empty when there is none to show."""
    return "" if figure.value is None else Unit(METRICS[figure.metric].unit.value).shown(float(figure.value))


def settles_on(figure: Figure) -> date:
    """The day from which the figure counts as final."""
    return next_start(figure.period, figure.start) + timedelta(days=METRICS[figure.metric].settles_after)


def status_words(figure: Figure, before: Figure | None = None) -> str:
    """A sentence for a figure that is not simply final."""
    if figure.hidden or figure.value is None:
        return ""
    if figure.status == Status.PROVISIONAL:
        return f"Provisional: it may still change until {short_date(settles_on(figure))}."
    if figure.status == Status.RESTATED:
        when = f" on {short_date(figure.known_from)}" if figure.known_from else ""
        return f"Restated{when}{_before(before)}. {figure.reason}."
    return ""


def _before(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"; until then it was {value(figure) or note(figure).lower()}"


def parts(figure: Figure) -> str:
    """What a share, ratio or mean is made of: "48 of 59", "31 days over 59"; empty for others and where not shown."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    if METRICS[figure.metric].unit == Counted.DAYS:
        return f"{figure.numerator:,} days over {figure.denominator:,}"
    return f"{figure.numerator:,} of {figure.denominator:,}"
