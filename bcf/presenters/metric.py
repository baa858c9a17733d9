"""One metric's page: the chart, what it is made of, how complete and fresh it is, and how it compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from bcf.charts import FunnelChart, PlaceNumbers, Unit, XmrChart, funnel_chart, share_scale
from bcf.choices import Choice
from bcf.metrics import METRICS, Metric
from bcf.metrics import Unit as Counted
from bcf.metrics.discharged_monday import KEYS as WEEKDAYS
from bcf.metrics.discharged_weekend import METRIC as AT_WEEKEND
from bcf.metrics.referrals_received import METRIC as RECEIVED
from bcf.models import Level
from bcf.presenters import lines
from bcf.presenters.lines import Line, Lines
from bcf.presenters.tiles import judged, link, made_of, so_far
from bcf.rates import People, Populations, Rate, populations
from bcf.reading import Figure, Status, earlier
from bcf.scopes import PLURALS, Scope
from bcf.targets import Schedule, schedule
from pages.words import in_sentence

WEEKEND = AT_WEEKEND.key
COMPARED = (Level.PLACE, Level.LOCALITY, Level.NEIGHBOURHOOD, Level.SERVICE)


@dataclass(frozen=True, slots=True)
class RateRow:
    """One period's number and rate side by side; texts are empty where there is none."""

    label: str
    number: str
    rate: str
    note: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the week: how many left on it, and their share; texts are empty where there is none to show."""

    label: str
    href: str
    people: str
    share: str
    note: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class MetricPage:
    """Everything that the page of one metric for one scope says."""

    metric: Metric
    chart: XmrChart
    line: Line
    value: str
    period: str
    made_of: str
    missing: str
    notices: tuple[str, ...]
    so_far: str
    target_source: str
    completeness: str
    days: tuple[DayRow, ...]
    rates: tuple[RateRow, ...]
    people: People | None
    rate_by_period: tuple[Rate | None, ...]


def metric_page(key: str, choice: Choice) -> MetricPage:
    """Read and judge one metric; at most four statements."""
    metric = METRICS[key]
    days = WEEKDAYS if key in (WEEKEND, *WEEKDAYS) else ()
    read = lines.read([key, *days], [choice.scope], choice)
    targets = schedule([key], [choice.scope.id], choice.period, known_on=choice.known_on)
    line, head = read[key, choice.scope.id], read[key, choice.scope.id].headline
    known = populations([choice.scope]) if metric.per_100_000 else Populations({})
    goal = targets.on(key, choice.scope.id, choice.last)
    rated = tuple(_rate(figure, known) for figure in line.complete)
    return MetricPage(
        metric=metric,
        chart=chart_of(line, targets, choice),
        line=line,
        value=lines.value(head) if head else "",
        period=head.label if head else "",
        made_of=made_of(head) if head else "",
        missing=lines.note(head) if head else "",
        notices=_notices(line),
        so_far=so_far(line),
        target_source=goal.source if goal else "",
        completeness=_completeness(line, read[RECEIVED.key, choice.scope.id]),
        days=tuple(_day_row(read[day, choice.scope.id], key, choice) for day in days) if head else (),
        rates=tuple(map(_rate_row, line.complete, rated)) if any(rated) else (),
        people=known.of(choice.scope.id, choice.last),
        rate_by_period=rated if any(rated) else (),
    )


def chart_of(line: Line, targets: Schedule, choice: Choice) -> XmrChart:
    """The line's chart with its file."""
    key = line.metric.key
    return judged(
        line,
        targets,
        choice.known_at,
        key=f"{key}-{line.scope.slug}".replace("_", "-"),
        title=f"{line.metric.title}, {line.scope.title}",
        csv_href=f"{reverse('figure_csv', args=[key])}?{choice.query(where=line.scope.key)}",
    )


def _notices(line: Line) -> tuple[str, ...]:
    """The headline's state, and every restated figure with what it was before; one statement when there is any."""
    restated = [f for f in line.complete if f.status == Status.RESTATED and not f.hidden]
    before = earlier(restated)
    said = [
        f"{figure.label}: {lines.status_words(figure, before.get((figure.metric, figure.scope_id, figure.start)))}"
        for figure in reversed(restated)
    ]
    head = line.headline
    if head and head.status == Status.PROVISIONAL and lines.status_words(head):
        said.insert(0, f"{head.label}: {lines.status_words(head)}")
    return tuple(said)


def _completeness(line: Line, received: Line) -> str:
    """How many of the referrals received in the last complete period this figure rests on."""
    metric, head = line.metric, line.headline
    if metric.fact is not RECEIVED.fact or not metric.whole or head is None or received.headline is None:
        return ""
    all_of_them, counted = received.headline.numerator, head.denominator
    if all_of_them is None or counted is None:
        return f"{head.label}: {lines.HIDDEN.lower()}."
    if not all_of_them:
        return f"{head.label}: no referrals received."
    share = Unit.PERCENT.shown(100 * counted / all_of_them)
    return (
        f"{head.label}: {counted:,} of {all_of_them:,} referrals received ({share}) are in this figure: "
        f"{in_sentence(metric.denominator_means)}."
    )


def _day_row(line: Line, key: str, choice: Choice) -> DayRow:
    metric, figure = line.metric, line.headline
    return DayRow(
        label=f"{metric.key.partition('_')[2].capitalize()}s",
        href=link(metric.key, choice),
        people="" if figure is None or figure.numerator is None else f"{figure.numerator:,}",
        share=lines.value(figure) if figure else "",
        note=lines.note(figure) if figure else lines.NO_CASES,
        is_this=metric.key == key,
    )


def _rate(figure: Figure, known: Populations) -> Rate | None:
    return known.rate(figure.scope_id, figure.start, figure.numerator)


def _rate_row(figure: Figure, rate: Rate | None) -> RateRow:
    return RateRow(figure.label, lines.value(figure), rate.shown if rate else "", lines.note(figure))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same metric for every scope of a level, on one scale, and side by side for the last complete period."""

    level: Level
    noun: str
    charts: tuple[XmrChart, ...]
    without: tuple[str, ...]
    funnel: FunnelChart | None
    no_funnel: str
    period: str
    lines: Lines
    targets: Schedule


def comparison(key: str, scopes: Sequence[Scope], system: Scope, choice: Choice) -> Comparison:
    """Read and judge one metric for scopes of one level; at most four statements."""
    metric, level = METRICS[key], scopes[0].level
    read = lines.read([key], scopes, choice)
    targets = schedule([key], [scope.id for scope in scopes], choice.period, known_on=choice.known_on)
    mine = [read[key, scope.id] for scope in scopes]
    charts = [
        judged(
            line,
            targets,
            choice.known_at,
            key=f"{key}-{line.scope.slug}".replace("_", "-"),
            title=line.scope.name,
            href=link(key, Choice(line.scope, choice.period, choice.known_on)),
        )
        for line in mine
        if any(figure.value is not None for figure in line.complete)
    ]
    funnel, reason = _funnel(metric, mine, system, choice)
    return Comparison(
        level=level,
        noun=PLURALS[level],
        charts=tuple(share_scale(charts)),
        without=tuple(line.scope.name for line in mine if not any(f.value is not None for f in line.complete)),
        funnel=funnel,
        no_funnel=reason,
        period=next((line.headline.label for line in mine if line.headline), ""),
        lines=read,
        targets=targets,
    )


def _funnel(metric: Metric, mine: Sequence[Line], system: Scope, choice: Choice) -> tuple[FunnelChart | None, str]:
    """The plot, or a sentence that says why there is none."""
    if metric.unit != Counted.PERCENT and not metric.per_100_000:
        return None, "A funnel plot compares shares, and counts per head of population. This metric is neither."
    known = populations([line.scope for line in mine] + [system]) if metric.per_100_000 else None
    if known is not None and not any(known.of(line.scope.id, choice.last) for line in mine):
        return (
            None,
            f"{PLURALS[mine[0].scope.level]} have no populations here, so their counts cannot be made into rates.",
        )
    places = [_place(line, choice, known) for line in mine]
    if not any(place.numerator is not None for place in places):
        return None, "No figure for this period can be shown, so there is nothing to compare."
    whole = lines.read([metric.key], [system], choice)[metric.key, system.id].headline
    average = _average(metric, whole, known)
    if average is None and any(place.numerator is None and place.note == lines.HIDDEN for place in places):
        return (
            None,
            f"{system.name} has no figure that can be shown for this period, so there is nothing to compare with.",
        )
    return (
        funnel_chart(
            key=f"{metric.key}-funnel".replace("_", "-"),
            title=f"{metric.title}: {PLURALS[mine[0].scope.level].lower()} compared",
            kind="proportion" if known is None else "rate",
            places=places,
            average=average,
            average_name=f"the average of {system.name}",
            source=metric.source,
            known_at=choice.known_at,
            numerator_means=metric.numerator_means,
            denominator_means="people who live there" if known else metric.denominator_means.partition(":")[0],
        ),
        "",
    )


def _place(line: Line, choice: Choice, known: Populations | None) -> PlaceNumbers:
    head = line.headline
    people = known.of(line.scope.id, choice.last) if known else None
    numerator = head.numerator if head else None
    denominator = (people.count if people else None) if known else (head.denominator if head else None)
    note = lines.note(head) if head else "No figures yet"
    return PlaceNumbers(
        name=line.scope.name,
        numerator=numerator if denominator else None,
        denominator=denominator,
        href=link(line.metric.key, Choice(line.scope, choice.period, choice.known_on)),
        note=note or ("" if denominator else "No population"),
    )


def _average(metric: Metric, whole: Figure | None, known: Populations | None) -> float | None:
    if whole is None or whole.value is None:
        return None
    if known is None:
        return float(whole.value)
    rate = known.rate(whole.scope_id, whole.start, whole.numerator)
    return rate.value if rate else None
