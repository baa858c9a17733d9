"""The reablement board, one episode, and the list of follow-ups, as words and numbers."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.actors import Actor
from homefirst.codes import FollowUpOutcome, ReablementOutcome
from homefirst.models import FollowUp91, Goal, ReablementEpisode, WeeklyReview
from homefirst.opened import Opened
from homefirst.presenters.people import PersonLine, due_words, hours
from homefirst.states import ReablementStatus
from pages import words
from pages.charts import CountChart, CountRow, Unit, count_chart

COLOURS = {ReablementStatus.ACTIVE: "green", ReablementStatus.ENDED: "white", ReablementStatus.VOID: "grey"}
FOUND = {"home": "green", "not_home": "orange", "died": "grey", "unknown": "yellow", "": "blue"}


class EpisodeLine(PersonLine):
    """A line of the board."""

    @property
    def week(self) -> str:
        """Which week of how many."""
        last = self.row["ended_at"] or timezone.now()
        return f"Week {(last - self.row['started_at']).days // 7 + 1} of {self.planned_weeks}"

    @property
    def planned_weeks(self) -> int:
        return max(1, (self.row["planned_end"] - timezone.localdate(self.row["started_at"])).days // 7)

    @property
    def is_long(self) -> bool:
        """Past its planned end and still running."""
        return self.row["ended_at"] is None and self.row["planned_end"] < self.today

    @property
    def before(self) -> str:
        return hours(self.row["hours_before"])

    @property
    def now(self) -> str:
        return hours(self.row["hours_now"])

    @property
    def goals(self) -> str:
        """Goals met of those not given up."""
        if not self.row["goals_all"]:
            return "No goals yet"
        return f"{self.row['goals_met']} of {self.row['goals_all']} met"

    @property
    def is_late(self) -> bool:
        return self.row["ended_at"] is None and self.row["review_due"] < self.today

    @property
    def review(self) -> str:
        """When the next review is due; how it ended when it has."""
        if self.row["ended_at"]:
            return ReablementOutcome(self.row["outcome"]).label
        return f"{words.short_date(self.row['review_due'])}, {due_words(self.row['review_due'], self.today)}"


class FollowUpLine(PersonLine):
    """A line of the list of follow-ups."""

    @property
    def status(self) -> str:
        """What is known, or how far the day is."""
        if self.row["outcome"]:
            return FollowUpOutcome(self.row["outcome"]).label
        if self.row["due_on"] > self.today:
            return f"Due {due_words(self.row['due_on'], self.today)}"
        return "To be asked today" if self.row["due_on"] == self.today else f"{self._late()} late"

    def _late(self) -> str:
        return words.count((self.today - self.row["due_on"]).days, "day")

    @property
    def colour(self) -> str:
        late = not self.row["outcome"] and self.row["due_on"] < self.today
        return "red" if late else FOUND[self.row["outcome"]]

    @property
    def attempts(self) -> str:
        return words.count(self.row["tried"], "attempt")

    @property
    def phone(self) -> str:
        return "" if self.is_sealed else self.row["phone"]


class EpisodeFile(Opened):
    """One episode as one actor has it open."""

    model = ReablementEpisode
    related = (
        "patient__practice", "patient__merged_into__practice", "service", "team", "place", "referral", "discharge",
    )  # fmt: skip
    noun, what, page = "reablement", "reablement", "reablement_episode"

    @property
    def episode(self) -> ReablementEpisode:
        return self.row

    @property
    def called(self) -> str:
        return f"Reablement of referral {self.episode.referral.reference}"

    @property
    def status_words(self) -> str:
        return ReablementStatus(self.episode.status).label

    @property
    def colour(self) -> str:
        return COLOURS[ReablementStatus(self.episode.status)]

    @property
    def runs(self) -> bool:
        return self.episode.status == ReablementStatus.ACTIVE

    @property
    def is_late(self) -> bool:
        return self.runs and self.episode.review_due < self.today

    @cached_property
    def goals(self) -> list[Goal]:
        """Open ones first."""
        return sorted(self.episode.goals.all(), key=lambda one: (bool(one.met_at or one.given_up_at), one.added_at))

    @cached_property
    def reviews(self) -> list[WeeklyReview]:
        """The newest first."""
        return list(self.episode.reviews.order_by("-at"))

    @cached_property
    def follow_up(self) -> FollowUp91 | None:
        return FollowUp91.objects.visible_to(self.actor).filter(episode=self.episode.pk).first()

    @property
    def hours_before(self) -> str:
        return hours(self.episode.hours_before)

    @property
    def hours_now(self) -> str:
        return hours(self.episode.hours_now)

    @property
    def gain(self) -> str:
        """Hours now against before, in words."""
        before, now = self.episode.hours_before, self.episode.hours_now
        if before is None or now is None:
            return ""
        if before == now:
            return "The same as before"
        return f"{hours(abs(now - before))} hours {'more' if now > before else 'less'} than before"

    @property
    def chart(self) -> CountChart | None:
        """Hours a week over the weeks, beside what the person had before."""
        weeks = list(self._weeks())
        if len(weeks) < 2:
            return None
        before = None if self.episode.hours_before is None else float(self.episode.hours_before)
        return count_chart(
            key="hours",
            title="Hours of care a week",
            series=["Hours a week", "Before"],
            rows=[CountRow(label=label, values=(value, before)) for label, value in weeks],
            sentence=f"From {weeks[0][1]:g} hours a week to {weeks[-1][1]:g}. {self.gain}".strip(),
            source="Weekly reviews.",
            known_at=timezone.now(),
            shape="lines",
            unit=Unit.HOURS,
            first="Review",
        )

    def _weeks(self) -> Iterable[tuple[str, float]]:
        for one in reversed(self.reviews):
            yield words.short_date(one.at), float(one.hours)


class FollowUpFile(Opened):
    """One follow-up as one actor has it open."""

    model = FollowUp91
    related = ("patient__practice", "patient__merged_into__practice", "episode__service", "episode__referral")
    noun, what, page = "follow-up", "follow-up", "follow_ups"
    heading = "Follow-ups"

    @classmethod
    def rows(cls, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).standing()

    @property
    def href(self) -> str:
        return reverse(self.page)

    @property
    def called(self) -> str:
        return f"Follow-up of referral {self.row.episode.referral.reference}"
