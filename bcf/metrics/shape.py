"""What a metric is: a definition that people can read, and the expressions that count it over its facts."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models

from bcf.models.figures import Level


class Unit(StrEnum):
    """What a value is in."""

    PERCENT = "percent"
    COUNT = "count"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    RATIO = "ratio"


SECONDS = {Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86400}


class Group(StrEnum):
    """Under which heading a metric stands."""

    REFERRALS = "Referrals"
    HOME_FIRST = "Home First"
    HOME_FIRST_DETAIL = "Home First in detail"
    HOME_FIRST_DAYS = "Home First by day of the week"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


def people(ids: str, where: str = "true") -> str:
    """SQL of everybody named by this column, in one text: for whom may count on several days."""
    return f"coalesce(string_agg({ids}, ' ') FILTER (WHERE {where}), '')"


ALL_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. `numerator` and `denominator` are SQL aggregates over `fact`, grouped by the period of `day`.

    A share's value is 100 x numerator / denominator; a ratio's numerator / denominator; a count's its numerator.
    A duration is `over` a column of seconds, in the metric's unit: its `centile` (0 to 1), or its mean where there is
    none, or the sum where they are `summed`; `denominator` says over how many. A mean number of days is a numerator
    over a denominator.
    `inputs` are the columns of the fact that the figure depends on, besides its day and scopes; a fact in which all
    of them are null counts nothing.
    `parts` names metrics that split one denominator between them, and `whole` is a published count that the
    denominator is a part of: none may give another away (bcf/disclosure.py).
    Where numerator or denominator count something else than people, `numerator_tells` and `denominator_tells` are SQL
    of the people whom they would give away: a number, or, where one may count on several days, their ids with spaces.
    """

    key: str
    title: str
    short: str
    unit: Unit
    direction: Direction
    fact: type[models.Model]
    day: str
    definition: str
    source: str
    inputs: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    centile: float | None = None
    over: str = ""
    summed: bool = False
    numerator_means: str = ""
    denominator_means: str = ""
    parts: tuple[str, ...] = ()
    whole: str = ""
    numerator_tells: tuple[str, ...] | None = None
    denominator_tells: tuple[str, ...] | None = None
    group: Group = Group.REFERRALS
    per_100_000: bool = False
    settles_after: int = 14
    version: int = 1

    @property
    def value(self) -> str:
        """The value as SQL, exact to four decimals."""
        if self.over:
            middle = f"percentile_cont({self.centile}) WITHIN GROUP (ORDER BY {self.over})"
            length = f"{'sum' if self.summed else 'avg'}({self.over})" if self.centile is None else middle
            return f"round(({length} / {SECONDS[self.unit]})::numeric, 4)"
        if self.unit == Unit.COUNT:
            return f"({self.numerator})::numeric"
        scale = 100 if self.unit == Unit.PERCENT else 1
        return f"round({scale} * ({self.numerator})::numeric / nullif({self.denominator}, 0), 4)"

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything of a fact that decides where and how it counts."""
        return (self.day, *self.inputs)
