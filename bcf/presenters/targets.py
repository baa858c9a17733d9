"""Targets in words: of what, where, how much, and on which days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bcf.charts.words import BETTER, DIRECTIONS
from bcf.metrics import METRICS
from bcf.models import Target
from bcf.periods import Period
from bcf.scopes import Scope
from pages.charts import Unit
from pages.words import short_date


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target as the list shows it. `known` is False for what was changed since."""

    target: Target
    title: str
    value: str
    better: str
    where: str
    days: str
    state: str

    @property
    def known(self) -> bool:
        return self.target.known_to is None

    @property
    def may_end(self) -> bool:
        """Whether there is a day left on which it could end sooner."""
        return self.known and self.state != "Ended"


def target_rows(targets: Iterable[Target], scopes: Sequence[Scope], today: date) -> list[TargetRow]:
    """Targets by metric, in the order in which metrics are listed."""
    names = {scope.id: scope.name for scope in scopes}
    order = list(METRICS)
    known = [target for target in targets if target.metric in METRICS]
    known.sort(key=lambda target: order.index(target.metric))
    return [_row(target, names.get(target.scope_id, "Everywhere"), today) for target in known]


def _row(target: Target, where: str, today: date) -> TargetRow:
    metric = METRICS[target.metric]
    each = f" each {Period(target.period).label.lower()}" if target.period else ""
    return TargetRow(
        target=target,
        title=metric.title,
        value=_shown(Unit(metric.unit.value), target) + each,
        better=BETTER[DIRECTIONS[metric.direction.value]],
        where=where,
        days=_days(target),
        state=_state(target, today),
    )


def _shown(unit: Unit, target: Target) -> str:
    """With as many decimals as were set: 70%, 84.2%, 1.25."""
    number = f"{target.value.normalize():,f}"
    return f"{number}{unit.suffix}"


def _days(target: Target) -> str:
    start = f"From {short_date(target.valid_from)}"
    return f"{start} to {short_date(target.valid_to - timedelta(days=1))}" if target.valid_to else start


def _state(target: Target, today: date) -> str:
    if target.holds_on(today):
        return "Holds now"
    return "To come" if target.valid_from > today else "Ended"
