"""People getting home, as words: a line of the board, a line of the tasks, the page of one case."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import Any

from homefirst import holding
from homefirst.case_file import CaseFile
from homefirst.codes import Destination, Pathway, Support, TaskKind
from homefirst.models import Assessment, DelaySpell, DischargeCase, Reliance
from homefirst.policies import discharge as policies
from homefirst.presenters.acts import entries
from homefirst.seven_days import Due, due
from homefirst.states import DischargeStatus
from pages import words
from referrals.presenters.lists import Line

COLOURS = {
    DischargeStatus.IDENTIFIED: "grey",
    DischargeStatus.PLANNING: "blue",
    DischargeStatus.READY: "orange",
    DischargeStatus.DECIDED: "purple",
    DischargeStatus.ARRANGING: "aqua-green",
    DischargeStatus.DISCHARGED: "green",
    DischargeStatus.ASSESSED: "green",
    DischargeStatus.CLOSED: "white",
    DischargeStatus.STOPPED: "grey",
}


class HomewardLine(Line):
    """Somebody on their way home; of a sealed record neither the ward nor anything that was typed is said."""

    @property
    def marks(self) -> list[str]:
        return []

    @property
    def ward(self) -> str:
        return "" if self.is_sealed else self.row["ward"]

    @property
    def where(self) -> str:
        """Hospital and ward."""
        return ", ".join(part for part in (self.row["hospital_name"], self.ward) if part)


class CaseLine(HomewardLine):
    """A line of the board."""

    def __init__(self, row: dict[str, Any], now: datetime, hard: dict[str, str]) -> None:
        super().__init__(row, now)
        self.hard = hard

    @property
    def status_words(self) -> str:
        return DischargeStatus(self.row["status"]).label

    @property
    def colour(self) -> str:
        return COLOURS[self.row["status"]]

    @property
    def ready_for(self) -> str:
        """How long the person has been ready and waiting."""
        ready, left = self.row["ready_at"], self.row["discharged_at"]
        return words.duration(((left or self.now) - ready).total_seconds()) if ready else ""

    @property
    def pathway(self) -> str:
        chosen = self.row["pathway"]
        return "" if chosen is None else Pathway(chosen).label

    @cached_property
    def holding(self) -> holding.Holding:
        """What holds the person."""
        row = self.row
        filled = set(row["filled_now"])
        return holding.holding(
            holding.Facts(
                status=row["status"],
                hospital=row["hospital_name"],
                hub=row["hub_name"],
                council=row["council_name"] or "",
                destination=row["destination"],
                said=[_said(one) for one in row["said_now"]],
                tasks=[_task(one, sealed=self.is_sealed) for one in row["tasks_now"]],
                missing=[label for code, label in self.hard.items() if code not in filled],
            )
        )


def _said(one: dict[str, Any]) -> holding.Said:
    nhs, council = policies.is_nhs(one["kind"]), policies.is_council(one["kind"])
    return holding.Said(one["organisation"], one["pathway"], one["destination"], nhs, council)


def _task(one: dict[str, Any], *, sealed: bool) -> holding.ToDo:
    """What must be done; of a sealed record only its kind, because the title was typed and may name the person."""
    what = TaskKind(one["kind"]).label if sealed else one["what"]
    return holding.ToDo(what, one["organisation"], datetime.fromisoformat(one["due_at"]))


class TaskLine(HomewardLine):
    """A line of the tasks."""

    def __init__(self, row: dict[str, Any], now: datetime, bank_holidays: Collection[date]) -> None:
        super().__init__(row, now)
        self.due: Due = due(row["due_at"], now, bank_holidays)

    @property
    def kind(self) -> str:
        return TaskKind(self.row["kind"]).label

    @property
    def title(self) -> str:
        """What must be done, as it was typed; of a sealed record its kind."""
        return self.kind if self.is_sealed else self.row["title"]

    @property
    def note(self) -> str:
        return "" if self.is_sealed else self.row["note"]

    @property
    def status_words(self) -> str:
        return DischargeStatus(self.row["case_status"]).label

    @property
    def colour(self) -> str:
        return COLOURS[self.row["case_status"]]


class CasePage:
    """One case as words and lists, from what its file has read."""

    def __init__(self, file: CaseFile) -> None:
        self.file = file
        self.case: DischargeCase = file.case

    @property
    def status_words(self) -> str:
        return DischargeStatus(self.case.status).label

    @property
    def colour(self) -> str:
        return COLOURS[DischargeStatus(self.case.status)]

    @property
    def ready_for(self) -> str:
        """How long the person has been, or was, ready and waiting in the readiness that counts."""
        if not self.case.ready_at:
            return ""
        until = self.case.discharged_at or self.case.closed_at or self.file.now
        return words.duration((until - self.case.ready_at).total_seconds())

    @property
    def agreements(self) -> list[dict[str, Any]]:
        """Who agreed to what."""
        return [
            {
                "row": one,
                "pathway": Pathway(one.pathway).label,
                "destination": Destination(one.destination).label,
                "support": Support(one.support).label,
                "stands": one.superseded_at is None,
            }
            for one in self.file.agreements
        ]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """What must happen."""
        return [
            {
                "row": one,
                "due": due(one.due_at, self.file.now, self.file.bank_holidays),
                "is_open": not (one.done_at or one.cancelled_at),
                "mine": policies.can_do_task(self.file.actor, one),
            }
            for one in self.file.tasks
        ]

    @property
    def delays(self) -> list[dict[str, Any]]:
        """Who owns the hours."""
        return [self._delay(one) for one in self.file.delays]

    def _delay(self, one: DelaySpell) -> dict[str, Any]:
        until = one.span.upper or self.file.now
        return {
            "row": one,
            "length": words.duration((until - one.span.lower).total_seconds()),
            "colour": {"attributed": "grey", "disputed": "red", "agreed": "green"}[one.state],
            "may_agree": policies.can_agree_delay(self.file.actor, one),
            "may_dispute": policies.can_dispute_delay(self.file.actor, one),
        }

    @property
    def assessments(self) -> list[dict[str, Any]]:
        """What assessors found, and who relies on it."""
        return [self._assessment(one) for one in self.file.assessments]

    def _assessment(self, one: Assessment) -> dict[str, Any]:
        actor = self.file.actor
        answered = {given.organisation_id: given for given in one.reliances.all()}
        others = one.organisation_id != actor.organisation_id and one.good_until > self.file.now
        labels = {question["code"]: question["label"] for question in one.tool.questions}
        mine = answered.get(actor.organisation_id)
        return {
            "row": one,
            "answers": [(labels.get(code, code), text) for code, text in one.answers.items()],
            "reliances": list(answered.values()),
            "is_good": one.good_until > self.file.now,
            "may_rely": others and one.trusted and (mine is None or mine.answer != Reliance.Answer.ACCEPTED),
            "may_challenge": others and (mine is None or mine.answer != Reliance.Answer.CHALLENGED),
        }

    @property
    def history(self) -> list[dict[str, Any]]:
        """What happened, newest first; a task's own act says what the case's does, so it is left out."""
        acts = self.file.acts
        return entries(act for act in acts if not (act.subject_kind == "dischargetask" and act.verb == "add_task"))
