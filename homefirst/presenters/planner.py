"""A run of the planner as words, a chart and a table."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.utils import timezone

from homefirst.models import PlanRun
from homefirst.planner.assumptions import Assumptions
from homefirst.planner.history import History
from homefirst.states import PlanStatus
from pages import words
from pages.charts import CountChart, CountRow, Unit, count_chart

COLOURS = {
    PlanStatus.QUEUED: "blue",
    PlanStatus.RUNNING: "yellow",
    PlanStatus.DONE: "green",
    PlanStatus.FAILED: "red",
}
COLUMNS = (
    ("full", "Full when somebody asks, %"),
    ("refused", "Refused, %"),
    ("wait_hours", "Mean wait, hours"),
    ("occupancy", "Places in use, %"),
)
SERIES = ("Refused", "Refused, low", "Refused, high", "Full when somebody asks")


class PlanPage:
    """One run."""

    def __init__(self, plan: PlanRun) -> None:
        self.plan = plan

    @property
    def status_words(self) -> str:
        return PlanStatus(self.plan.status).label

    @property
    def colour(self) -> str:
        return COLOURS[PlanStatus(self.plan.status)]

    @property
    def is_over(self) -> bool:
        return self.plan.status in {PlanStatus.DONE, PlanStatus.FAILED}

    @cached_property
    def assumptions(self) -> Assumptions:
        return Assumptions(**self.plan.assumptions)

    @cached_property
    def history(self) -> History:
        return History.from_json(self.plan.history)

    @property
    def title(self) -> str:
        return f"{self.assumptions.fewest} to {self.assumptions.most} places"

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.plan.result["rows"] if self.plan.result else []

    @property
    def answer(self) -> str:
        """The fewest places that are enough, in a sentence."""
        if not self.plan.result:
            return ""
        limit = f"{self.assumptions.refused_at_most:g}%"
        enough = self.plan.result["fewest_enough"]
        if enough is None:
            last = self.rows[-1]
            return f"None of them is enough: even {last['places']} places refuse {last['refused'][0]:.1f}%."
        first = " It is the fewest that was tried." if enough == self.assumptions.fewest else ""
        return f"{enough} places are the fewest with at most {limit} refused in an average year.{first}"

    @property
    def counted(self) -> str:
        """What the run knows of demand, in a sentence."""
        known = self.history
        return (
            f"{known.requests_a_day:.1f} requests a day from {words.short_date(known.first)} to "
            f"{words.short_date(known.last)}, {words.count(known.waited, 'person', 'people').lower()} among them on a "
            f"waiting list; {known.number_of_stays:,} stays of {known.mean_stay:.1f} days on average."
        )

    @property
    def chart(self) -> CountChart:
        """Refused and full, by places."""
        return count_chart(
            key="plan",
            title=f"Home places: how often there is none, {self.title}",
            series=SERIES,
            rows=[CountRow(label=str(row["places"]), values=(*row["refused"], row["full"][0])) for row in self.rows],
            sentence=f"{self.answer} Nine of ten simulated years lie between low and high.",
            source="Simulated from the portal’s own referrals to virtual wards.",
            known_at=self.plan.finished_at or timezone.now(),
            shape="lines",
            unit=Unit.PERCENT,
            first="Places",
        )

    def csv_rows(self) -> Iterator[list[Any]]:
        """Every measure with its range."""
        yield ["Places", *(f"{name}{part}" for _, name in COLUMNS for part in ("", ", low", ", high"))]
        for row in self.rows:
            yield [row["places"], *(value for key, _ in COLUMNS for value in row[key])]

    def table(self) -> Iterator[dict[str, Any]]:
        """Lines of the table: a number and the range in which nine of ten years lie."""
        for row in self.rows:
            cells = [(name, f"{row[key][0]:.1f}", f"{row[key][1]:.1f} to {row[key][2]:.1f}") for key, name in COLUMNS]
            yield {"places": row["places"], "cells": cells, "is_answer": row["places"] == self._enough}

    @property
    def _enough(self) -> int | None:
        return self.plan.result["fewest_enough"] if self.plan.result else None
