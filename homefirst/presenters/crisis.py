"""Crisis support as lists and pages show it, and what happens next in words that can be read to a carer."""

from datetime import datetime
from functools import cached_property
from typing import Any

from directory.codes import ClockCode
from homefirst.avoided import words_of
from homefirst.codes import EvidenceGrade, NextStep
from homefirst.crisis_file import CrisisFile
from homefirst.states import CRISIS_OPEN, CrisisStatus
from pages import words
from referrals.clocks import State
from referrals.presenters.clocks import ClockChip
from referrals.presenters.lists import Line
from referrals.states import Status

NONE_YET = "None yet"
COLOURS = {
    CrisisStatus.ACTIVE: "green", CrisisStatus.HANDOVER_DUE: "orange", CrisisStatus.CLOSED: "white",
    CrisisStatus.VOID: "grey",
}  # fmt: skip
TIMED = ("open", "reopen", "follow")


def chip(ends_by: datetime, handover_due_at: datetime, now: datetime) -> ClockChip:
    """Time left of the 72 hours; near from the hand-over moment on."""
    state = State.BREACHED if now > ends_by else State.NEAR if now >= handover_due_at else State.RUNNING
    return ClockChip(ClockCode.MAX_STAY.label, state, ends_by, handover_due_at)


class CrisisLine(Line):
    """A line of the board."""

    @cached_property
    def clock(self) -> ClockChip | None:
        return chip(self.row["ends_by"], self.row["handover_due_at"], self.now)

    @property
    def status(self) -> str:
        """Words for where it stands: the hand-over is due by the clock, whether or not the sweep has said so."""
        if self.row["referral_status"] != Status.IN_SERVICE:
            return "Reopened, not met yet"
        return CrisisStatus.HANDOVER_DUE.label if self.is_due else CrisisStatus.ACTIVE.label

    @property
    def is_due(self) -> bool:
        return self.now >= self.row["handover_due_at"]

    @property
    def colour(self) -> str:
        return COLOURS[CrisisStatus.HANDOVER_DUE if self.is_due else CrisisStatus.ACTIVE]

    @property
    def night(self) -> str:
        """Who covers the night; empty when nobody was named. What was noted may name the person's family."""
        if self.row["night_name"]:
            return self.row["night_name"]
        return "Nobody needed" if self.row["night_cover_note"] else ""

    @property
    def next_step(self) -> str:
        """What comes next, with its day; empty when nothing was planned."""
        if not self.row["next_step"]:
            return ""
        starts = self.row["next_step_at"]
        return NextStep(self.row["next_step"]).label + (f", {_inside(words.when(starts, self.now))}" if starts else "")

    @property
    def clinician(self) -> str:
        return self.row["clinician_name"] or "Nobody"

    @property
    def team(self) -> str:
        return self.row["team_name"] or self.row["service_name"]


class OverstayLine(CrisisLine):
    """A line of the list of those supported longer than agreed."""

    @property
    def over(self) -> str:
        """How much longer than the policy gives, until now or until it ended."""
        until = self.row["closed_at"] or self.now
        return words.duration((until - self.row["allowed_until"]).total_seconds())

    @property
    def is_running(self) -> bool:
        return self.row["closed_at"] is None

    @property
    def ended(self) -> str:
        return "Still supported" if self.is_running else f"Ended {words.moment(self.row['closed_at'])}"

    @property
    def approver(self) -> str:
        """Who approved the time; empty when nobody did."""
        return self.row["approver_name"] or ""

    @property
    def is_covered(self) -> bool:
        """Whether the approved time reaches as far as the support did."""
        return bool(self.approver) and (self.row["closed_at"] or self.now) <= self.row["ends_by"]

    @property
    def reason(self) -> str:
        """Free text, so not of a restricted record."""
        return "" if self.is_sealed else self.row["extension_reason"]


class CrisisPage(CrisisFile):
    """One episode as words and lists."""

    case_template = "homefirst/_crisis_case.jinja"

    @property
    def is_running(self) -> bool:
        return self.episode.status in CRISIS_OPEN

    @property
    def clock(self) -> ClockChip | None:
        """Time left, while it runs."""
        found = self.episode
        return chip(found.ends_by, found.handover_due_at, self.now) if self.is_running else None

    @property
    def is_due(self) -> bool:
        """The hand-over is due by the clock."""
        return self.is_running and self.now >= self.episode.handover_due_at

    @property
    def status_words(self) -> str:
        return CrisisStatus.HANDOVER_DUE.label if self.is_due else self.episode.get_status_display()

    @property
    def colour(self) -> str:
        return COLOURS[CrisisStatus.HANDOVER_DUE if self.is_due else CrisisStatus(self.episode.status)]

    @property
    def next_words(self) -> str:
        """What comes next, and from when."""
        found = self.episode
        if not found.next_step:
            return NONE_YET
        starts = f" from {words.moment(found.next_step_at)}" if found.next_step_at else ""
        return f"{found.get_next_step_display()}{starts}"

    @property
    def night_words(self) -> str:
        """Who covers the night."""
        found = self.episode
        if found.night_cover:
            return found.night_cover.name
        return "Nobody needs to come" if found.night_cover_note else NONE_YET

    @property
    def phone(self) -> str:
        """The telephone of the team, else of its service, else of the point of access."""
        found = self.episode
        own = found.team.phone if found.team else ""
        return own or found.service.phone or found.referral.point_of_access.phone

    @property
    def for_carer(self) -> list[tuple[str, str]]:
        """What happens next, as questions that a carer asks, with answers to be read out."""
        found = self.episode
        team = found.team.name if found.team else found.service.name
        if not self.is_running:
            return [("Who comes now?", self._after()), ("Whom can I ring?", f"{team}: {self.phone}.")]
        return [
            ("Who comes tonight?", self._tonight()),
            ("Who comes next?", self._next(team)),
            ("How long does this go on?", self._last(team)),
            ("Whom can I ring?", f"{team}: {self.phone}. If it is an emergency, ring 999."),
        ]

    def _tonight(self) -> str:
        found = self.episode
        note = _sentence(found.night_cover_note)
        if found.night_cover:
            ring = f" You can ring them on {found.night_cover.phone}." if found.night_cover.phone else ""
            return f"{found.night_cover.name} comes at night.{note}{ring}"
        return (
            f"Nobody needs to come tonight.{note}" if note else "Nobody has been named for tonight yet. Ask the team."
        )

    def _next(self, team: str) -> str:
        found = self.episode
        if not found.next_step:
            due = _inside(words.when(found.handover_due_at, self.now))
            return f"That is not decided yet. {team} will say by {due}."
        if found.next_step == NextStep.NOTHING:
            return f"Nothing more is planned after this.{_sentence(found.next_step_note)}"
        starts = f" from {_inside(words.when(found.next_step_at, self.now))}" if found.next_step_at else ""
        return f"{found.get_next_step_display()}{starts}.{_sentence(found.next_step_note)}"

    def _last(self, team: str) -> str:
        found = self.episode
        last = _inside(words.when(found.ends_by, self.now))
        if found.ends_by < self.now:
            return f"It was planned until {last}. {team} still comes, and will say today how it goes on."
        return f"{team} comes until {last} at the latest."

    def _after(self) -> str:
        found = self.episode
        if found.next_step and found.next_step != NextStep.NOTHING:
            return f"{self.next_words}.{_sentence(found.next_step_note)}"
        return "Nothing more is planned. Ring if something changes."

    @property
    def claim_words(self) -> str:
        """The avoided admission that was counted, and by which rule."""
        claim = self.claim
        if claim is None:
            return ""
        rule = words_of(claim.rule, claim.rule_version)
        return f"{EvidenceGrade(claim.grade).label}. Rule {claim.rule}, version {claim.rule_version}: {rule}."

    @property
    def history(self) -> list[dict[str, Any]]:
        """What happened, newest first; with the first contact that the times count from."""
        lines = super().history
        timed = next((n for n, act in enumerate(self.acts) if act.verb in TIMED), None)
        if timed is not None:
            lines[timed]["detail"] = f"Counted from {words.moment(self.episode.opened_at)}"
        return lines


def _sentence(note: str) -> str:
    """What somebody noted, as a sentence of its own after another."""
    text = note.strip()
    return f" {text}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


def _inside(when: str) -> str:
    """“Today at 4:05pm” inside a sentence."""
    first = when.split(" ", 1)[0]
    return f"{when[0].lower()}{when[1:]}" if first in {"Today", "Tomorrow", "Yesterday"} else when
