"""The simulation: every number of places meets the same people, so that differences between them are not chance."""

from bisect import bisect
from collections.abc import Callable, Iterator
from heapq import heapreplace
from itertools import accumulate
from random import Random
from statistics import fmean
from typing import Any

from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import History

HOURS = 24
LOW, HIGH = 0.05, 0.95
"""Nine in ten simulated years lie between these."""
MEASURES = ("full", "refused", "wait_hours", "occupancy")
Visits = list[tuple[float, float]]


def simulate(
    history: History, assumptions: Assumptions, seed: int, told: Callable[[int], None] = lambda percent: None
) -> dict[str, Any]:
    """Simulate the range of places; the same history, assumptions and seed give the same result.

    full: per cent of people who found no free place when they asked. refused: per cent who would have waited longer
    than their patience, and went elsewhere. wait_hours: mean hours of those who came, waiting or not. occupancy: per
    cent of places in use. Each with its mean and the range in which nine of ten simulated years lie.
    """
    places = range(assumptions.fewest, assumptions.most + 1)
    years: dict[int, list[tuple[float, ...]]] = {one: [] for one in places}
    for number in range(assumptions.replications):
        visits = people(history, assumptions, Random(f"{seed}:{number}"))  # noqa: S311  chance, not secrets
        for one in places:
            years[one].append(year(visits, one, assumptions))
        told(100 * (number + 1) // assumptions.replications)
    rows = [{"places": one, **_summary(years[one])} for one in places]
    return {
        "rows": rows,
        "fewest_enough": fewest_enough(rows, assumptions.refused_at_most),
        "places_in_use_if_endless": round(
            history.requests_a_day * assumptions.demand_percent / 100 * history.mean_stay, 1
        ),
    }


def fewest_enough(rows: list[dict[str, Any]], refused_at_most: float) -> int | None:
    """The fewest places with at most this per cent refused in an average year; None when none is enough."""
    return next((row["places"] for row in rows if row["refused"][0] <= refused_at_most), None)


def people(history: History, assumptions: Assumptions, chance: Random) -> Visits:
    """When people ask, in days, and how long they would stay.

    A day's requests are drawn from days of the same weekday. More demand than the history had is several such draws,
    as if of several areas; a part of a draw keeps each request with that chance.
    """
    lengths = [days for days, _ in history.stays]
    steps = list(accumulate(many for _, many in history.stays))
    weekdays = [history.of_weekday(day) for day in range(7)]
    visits: Visits = []
    for day in range(assumptions.warm_up_days + assumptions.days):
        for _ in range(sum(_draws(weekdays[day % 7], assumptions.demand_percent, chance))):
            stay = lengths[bisect(steps, chance.random() * steps[-1], 0, len(lengths) - 1)]
            visits.append((day + chance.random(), stay))
    visits.sort()
    return visits


def _draws(days: list[int], percent: int, chance: Random) -> Iterator[int]:
    whole, part = divmod(percent, 100)
    for _ in range(whole):
        yield chance.choice(days)
    if part:
        yield sum(chance.random() * 100 < part for _ in range(chance.choice(days)))


def year(visits: Visits, places: int, assumptions: Assumptions) -> tuple[float, ...]:
    """One simulated year with so many places, in the order of MEASURES. The first days only fill the ward."""
    free_at = [0.0] * places
    start = float(assumptions.warm_up_days)
    end = start + assumptions.days
    asked = full = refused = 0
    waited = in_use = 0.0
    for at, stay in visits:
        wait = free_at[0] - at
        counts = at >= start
        if wait > assumptions.patience_days:
            asked, full, refused = asked + counts, full + counts, refused + counts
            continue
        begins = max(at, free_at[0])
        heapreplace(free_at, begins + stay)
        in_use += max(0.0, min(end, begins + stay) - max(start, begins))
        if counts:
            asked, full, waited = asked + 1, full + (wait > 0), waited + begins - at
    came = asked - refused
    return (
        100 * full / asked if asked else 0.0,
        100 * refused / asked if asked else 0.0,
        HOURS * waited / came if came else 0.0,
        100 * in_use / (places * assumptions.days),
    )


def _summary(years: list[tuple[float, ...]]) -> dict[str, list[float]]:
    """Mean, low and high of each measure."""
    columns = zip(MEASURES, zip(*years, strict=True), strict=True)
    return {name: [round(value, 3) for value in _spread(sorted(values))] for name, values in columns}


def _spread(ordered: list[float]) -> tuple[float, float, float]:
    return fmean(ordered), _at(ordered, LOW), _at(ordered, HIGH)


def _at(ordered: list[float], share: float) -> float:
    """A quantile, between the two values beside it."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
