"""Forms of reablement and of follow-ups."""

from typing import Any

from django import forms

from homefirst.codes import FollowUpOutcome, ReablementOutcome
from homefirst.forms.taking import CareForm, hours
from pages.forms import one_of, text
from referrals.codes import AvoidedAdmission

REACHED, NOT_REACHED = "reached", "not_reached"


class HoursForm(CareForm):
    """Hours of care a week, before and to begin with."""

    hours_before = hours("Hours of care a week before")
    hours_now = hours("Hours a week now", required=False)
    given = ("hours_before", "hours_now")
    looks = {
        "hours_before": {
            "hint": "What the person had before the illness or hospital stay. Enter 0 if they had none.",
            "width": 4,
        },
        "hours_now": {"hint": "Leave empty to keep what is recorded.", "width": 4},
    }

    def fit(self) -> None:
        episode = self.held.subject
        self.fields["hours_before"].initial = episode.hours_before
        self.fields["hours_now"].initial = episode.hours_now


class GoalForm(CareForm):
    """Something the person wants to do again."""

    text = forms.CharField(
        label="What does the person want to do again?",
        max_length=300,
        error_messages={"required": "Enter the goal"},
    )
    given = ("text",)
    looks = {"text": {"hint": "In their words, for example: make a cup of tea without help"}}


class WeekForm(CareForm):
    """The weekly review."""

    hours = hours("Hours a week from now on")
    note = text("How it goes", 2000, required=False)
    given = ("hours", "note")
    looks = {"hours": {"width": 4}}

    def fit(self) -> None:
        episode = self.held.subject
        self.fields["hours"].initial = episode.hours_now


class EndForm(CareForm):
    """How it ended."""

    outcome = one_of("How did it end?", ReablementOutcome.choices, missing="Select how it ended")
    hours = hours("Hours of care a week that go on", required=False)
    avoided_admission = one_of(
        "Did this avoid a stay in hospital?",
        AvoidedAdmission.choices,
        missing="Select whether a hospital stay was avoided",
    )
    note = text("What happens next?", 1000, required=False)
    given = ("outcome", "hours", "avoided_admission", "note")
    looks = {"hours": {"width": 4}}


class AttemptForm(CareForm):
    """A call or a visit to find out."""

    answer = one_of(
        "Could anybody say where the person is?",
        [(REACHED, "Yes"), (NOT_REACHED, "No, nobody answered or nobody knows")],
        missing="Select whether anybody could say",
    )
    outcome = one_of(
        "Where is the person?",
        [(one.value, one.label) for one in FollowUpOutcome if one is not FollowUpOutcome.UNKNOWN],
        required=False,
    )
    note = text("Note", 500, required=False)
    looks = {"note": {"hint": "For example: spoke with the daughter"}}
    reveals = {"answer": {REACHED: "outcome"}}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == REACHED and not cleaned.get("outcome"):
            self.add_error("outcome", "Select where the person is")
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        reached = self.cleaned_data["answer"] == REACHED
        said = {"reached": reached, "note": self.cleaned_data["note"]}
        return said | ({"outcome": self.cleaned_data["outcome"]} if reached else {})


class CorrectForm(CareForm):
    """A supervisor puts the answer right."""

    outcome = one_of("What is right?", FollowUpOutcome.choices, missing="Select what is right")
    reason = text("Why is it corrected?", 1000, missing="Say why it is corrected")
    given = ("outcome", "reason")
