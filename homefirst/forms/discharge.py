"""Forms of a case of getting home: the ward's and the hub's."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms

from homefirst.codes import Destination, Pathway, Support
from homefirst.forms.moments import MomentForm, line
from homefirst.forms.taking import CareForm
from homefirst.models import Agreement, DischargeCase
from homefirst.pathways import NOT_PLANNED
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text
from pages.words import LONDON

WORK_OUT = "work_out"
YES_NO = [("yes", "Yes"), ("no", "No")]
PLANNED = [(one.value, one.label) for one in Destination if one not in NOT_PLANNED]


class PlanForm(CareForm):
    """When they are expected to leave."""

    expected_on = NHSDateField(label="Expected date of discharge", future=True)
    ward = line("Ward", 100)
    given = ("expected_on", "ward")

    def fit(self) -> None:
        self.fields["ward"].initial = self.held.subject.ward
        self.fields["expected_on"].initial = self.held.subject.expected_on


class ReadyForm(MomentForm):
    """Since when."""

    on = NHSDateField(label="Date they were ready", past=True)
    at = NHSTimeField(label="Time they were ready")


def _view(one: Agreement) -> str:
    """What another organisation agreed to, for whoever must agree on the same or differ."""
    pathway = Pathway(one.pathway).label.partition(":")[0].lower()
    place, help_there = Destination(one.destination).label.lower(), Support(one.support).label.lower()
    return f"{one.organisation.name} says {pathway}: {place}, {help_there}."


class AgreeForm(CareForm):
    """What my organisation agrees to."""

    destination = one_of("Where will they go?", PLANNED, missing="Select where they will go")
    support = one_of(
        "What help will they have there, compared with before?",
        Support.choices,
        missing="Select what help they will have",
    )
    pathway = one_of("Pathway", [(WORK_OUT, "Work it out from the answers above"), *Pathway.choices], required=False)
    home_first_considered = one_of(
        "Was going home considered first?", YES_NO, missing="Say whether going home was considered first"
    )
    not_home_reason = text("Why can they not go home now?", 1000, required=False)
    given = ("destination", "support", "not_home_reason")
    looks = {"not_home_reason": {"hint": "Needed for a bed or a care home. Leave empty when they go home."}}

    def fit(self) -> None:
        self.fields["pathway"].initial = WORK_OUT
        mine = [one for one in self.held.agreements if one.organisation_id == self.held.actor.organisation_id]
        earlier = next(iter(mine), None)
        if earlier:
            self.initial |= {
                "destination": earlier.destination,
                "support": earlier.support,
                "pathway": str(earlier.pathway),
            }
        others = [one for one in self.held.agreements if one.superseded_at is None and one not in mine]
        if others:
            self.looks = self.looks | {"destination": {"hint": " ".join(_view(one) for one in reversed(others))}}

    @property
    def arguments(self) -> dict[str, Any]:
        chosen = self.cleaned_data["pathway"]
        return {
            **super().arguments,
            "pathway": None if chosen in ("", WORK_OUT) else int(chosen),
            "home_first_considered": self.cleaned_data["home_first_considered"] == "yes",
        }


class ReconsiderForm(CareForm):
    """Decided anew."""

    reason = text("Why must it be decided again?", 1000, missing="Say why it must be decided again")
    given = ("reason",)


class NotReadyForm(CareForm):
    """Waiting stops."""

    reason = text("Why are they no longer ready?", 1000, missing="Say why they are no longer ready")
    given = ("reason",)


class StopForm(CareForm):
    """Nothing more to do."""

    reason = text("Why does the case stop?", 300, missing="Say why the case stops")
    given = ("reason",)


class LeaveForm(MomentForm):
    """They have left."""

    destination = one_of("Where did they go?", Destination.choices, missing="Select where they went")
    on = NHSDateField(label="Date they left", past=True)
    at = NHSTimeField(label="Time they left")
    despite_missing = forms.BooleanField(
        label="They leave without the items that are not filled in; I have told whoever takes over", required=False
    )
    given = ("destination", "despite_missing")
    field_order = ("version", "destination", "on", "at", "which", "despite_missing")

    def fit(self) -> None:
        super().fit()
        self.fields["destination"].initial = self.held.subject.destination


class AtHomeForm(MomentForm):
    """Seen at home."""

    on = NHSDateField(label="Date of the visit", past=True)
    at = NHSTimeField(label="Time of the visit")


class IdentifyForm(forms.Form):
    """Where the person is, since when, until when."""

    direction = one_of("Why is a decision needed?", DischargeCase.Direction.choices)
    hospital = forms.ChoiceField(
        label="Hospital, or whoever has the person now", error_messages={"required": "Select the hospital"}
    )
    ward = line("Ward", 100)
    admitted_on = NHSDateField(label="Came into hospital on", past=True, required=False)
    expected_on = NHSDateField(label="Expected date of discharge", future=True, required=False)

    def __init__(self, *args: Any, hospitals: list[tuple[str, str]], may_step_up: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = hospitals if len(hospitals) == 1 else [("", "Select a hospital"), *hospitals]
        self.fields["hospital"].choices = choices
        self.fields["direction"].initial = DischargeCase.Direction.STEP_DOWN
        if not may_step_up:
            del self.fields["direction"]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action is called with; a day of admission begins at midnight in London."""
        cleaned = self.cleaned_data
        day = cleaned["admitted_on"]
        return {
            "direction": cleaned.get("direction") or DischargeCase.Direction.STEP_DOWN,
            "hospital_id": cleaned["hospital"],
            "ward": cleaned["ward"],
            "admitted_at": datetime.combine(day, time(), LONDON).astimezone(UTC) if day else None,
            "expected_on": cleaned["expected_on"],
        }
