"""Forms of what belongs to a case: tasks, hours of waiting, the transfer data set, assessments."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from homefirst.codes import TaskKind
from homefirst.forms.discharge import YES_NO
from homefirst.forms.moments import MomentForm, line
from homefirst.forms.taking import CareForm
from homefirst.models import TransferAnswer, TransferItem
from homefirst.transfer import CASE_OWNER, NHS_NUMBER, READY_DATE
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text
from pages.words import LONDON

MORNING = time(10, 0)
STOPS = "They cannot leave until these are filled in"
WARNS = "They can leave without these, once the ward has confirmed it"


class TaskForm(MomentForm):
    """Something that must happen."""

    kind = one_of("What is it about?", TaskKind.choices, missing="Select what it is about")
    title = line("What must be done?", 200, required=True, missing="Say what must be done")
    organisation = forms.ChoiceField(
        label="Who does it?", error_messages={"required": "Select the organisation that does it"}
    )
    on = NHSDateField(label="Date it is due", future=True)
    at = NHSTimeField(label="Time it is due")
    required = one_of("Does the person have to wait for it?", YES_NO, missing="Say whether they have to wait for it")
    note = text("Note for whoever does it", 1000, required=False)
    moment_name = "due_at"
    given = ("kind", "title", "note")
    field_order = ("version", "kind", "title", "organisation", "on", "at", "which", "required", "note")

    def first_guess(self) -> datetime:
        """Ten tomorrow morning, whatever day that is: people get home seven days a week."""
        tomorrow = timezone.localdate() + timedelta(days=1)
        return datetime.combine(tomorrow, MORNING, LONDON).astimezone(UTC)

    def fit(self) -> None:
        super().fit()
        owners = self.held.owners()
        self.fields["organisation"].choices = [("", "Select an organisation"), *owners]

    @property
    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        more = {"organisation_id": cleaned["organisation"], "required": cleaned["required"] == "yes"}
        return super().arguments | more


class FinishTaskForm(CareForm):
    """It is done."""

    note = text("What was done?", 1000, required=False)
    given = ("note",)


class MoveTaskForm(MomentForm):
    """Another time."""

    on = NHSDateField(label="New date", future=True)
    at = NHSTimeField(label="New time")
    note = text("What is in the way?", 1000, missing="Say what is in the way")
    moment_name = "due_at"
    given = ("note",)
    field_order = ("version", "on", "at", "which", "note")

    def first_guess(self) -> datetime:
        return self.held.subject.due_at


class CancelTaskForm(CareForm):
    """Nobody needs it."""

    reason = text("Why is it no longer needed?", 1000, missing="Say why it is no longer needed")
    given = ("reason",)


class ReattributeForm(MomentForm):
    """Who owns the hours from a moment on."""

    on = NHSDateField(label="Date it changed", past=True)
    at = NHSTimeField(label="Time it changed")
    organisation = forms.ChoiceField(
        label="Who owns the hours from then on?", error_messages={"required": "Select who owns these hours"}
    )
    reason = forms.ChoiceField(label="Reason", error_messages={"required": "Select a reason"})
    note = text("Note", 500, required=False)
    given = ("note",)

    def fit(self) -> None:
        super().fit()
        self.fields["organisation"].choices = [("", "Select an organisation"), *self.held.owners()]
        self.fields["reason"].choices = [("", "Select a reason"), *self.held.reasons()]

    @property
    def arguments(self) -> dict[str, Any]:
        ids = {"organisation_id": self.cleaned_data["organisation"], "reason_id": self.cleaned_data["reason"]}
        return super().arguments | ids


class DisputeForm(CareForm):
    """Not ours."""

    reason = text("Why are these hours not yours?", 1000, missing="Say why these hours are not yours")
    given = ("reason",)


class TransferForm(CareForm):
    """Every item that travels with the person."""

    SKIPPED = (NHS_NUMBER, READY_DATE, CASE_OWNER)

    def fit(self) -> None:
        rows = [row for row in self.held.transfer if row["item"].code not in self.SKIPPED]
        rows.sort(key=lambda row: not row["item"].hard)
        for row in rows:
            self._add(row["item"], row["answer"])
        self.hard = {row["item"].code: row["item"].hard for row in rows}

    def drawn(self) -> list[dict[str, Any]]:
        """Items without which nobody leaves come first. None is called optional: each stops the person, or warns."""
        begun: set[str] = set()
        shown = []
        for one in super().drawn():
            group = STOPS if self.hard[one["bound"].name] else WARNS
            shown.append(one | {"look": {"optional": False}, "group": "" if group in begun else group})
            begun.add(group)
        return shown

    def _add(self, item: TransferItem, answer: TransferAnswer | None) -> None:
        if item.choices:
            choices = [("", "Not known yet"), *((one, one) for one in item.choices)]
            made: forms.Field = forms.ChoiceField(label=item.label, choices=choices, required=False)
        else:
            made = text(item.label, 2000, required=False, rows=2)
        made.help_text, made.initial = item.hint, answer.text if answer else ""
        self.fields[item.code] = made

    @property
    def arguments(self) -> dict[str, Any]:
        return {"answers": {name: value for name, value in self.cleaned_data.items() if name != "version"}}


class AskForm(CareForm):
    """Which missing items the ward is asked for."""

    items = forms.MultipleChoiceField(
        label="Which items are missing?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one item"},
    )
    given = ("items",)

    def fit(self) -> None:
        rows = self.held.transfer
        empty = [row["item"] for row in rows if not (row["answer"] and row["answer"].text)]
        self.fields["items"].choices = [(item.code, item.label) for item in empty]


class AssessForm(CareForm):
    """The questions of one tool."""

    summary = text("What you found, in a few sentences", 2000, missing="Write what you found, in a few sentences")

    def fit(self) -> None:
        self.tool = self.held.tool
        summary = self.fields.pop("summary")
        for question in self.tool.questions:
            choices = [(one, one) for one in question["choices"]]
            self.fields[question["code"]] = one_of(question["label"], choices)
        self.fields["summary"] = summary

    @property
    def arguments(self) -> dict[str, Any]:
        answers = {one["code"]: self.cleaned_data[one["code"]] for one in self.tool.questions}
        return {"tool_id": self.tool.pk, "answers": answers, "summary": self.cleaned_data["summary"]}


class ChallengeForm(CareForm):
    """Why it cannot be relied on."""

    reason = text("What can you not rely on, and why?", 1000, missing="Say what you cannot rely on, and why")
    given = ("reason",)


class AssessorForm(forms.Form):
    """Whose assessments may be relied on."""

    person = forms.ChoiceField(label="Person", error_messages={"required": "Select a person"})
    tool = forms.ChoiceField(label="Assessment", error_messages={"required": "Select an assessment"})
    agreement = line("Agreement and its version", 200, required=True, missing="Name the agreement and its version")

    def __init__(self, *args: Any, people: list[tuple[str, str]], tools: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Select a person"), *people]
        self.fields["tool"].choices = [("", "Select an assessment"), *tools]


class EndAssessorForm(forms.Form):
    """Why it ends."""

    reason = text("Why does the registration end?", 300, missing="Say why the registration ends")
