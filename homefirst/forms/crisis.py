"""Forms of crisis support: who comes tonight, who answers for the care, who comes next, until when, how it ended."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from directory.codes import ServiceKind
from homefirst.codes import NextStep
from homefirst.forms.moments import TIME_HINT, MomentForm
from homefirst.forms.taking import CareForm
from homefirst.forms.walls import moment_of
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text
from pages.words import LONDON
from referrals.codes import AvoidedAdmission, Outcome

NOBODY = "nobody"


class NightCoverForm(CareForm):
    """Who comes at night."""

    service_id = forms.ChoiceField(
        label="Who covers the night?", error_messages={"required": "Select who covers the night"}
    )
    note = text("What should everybody know about the nights?", 500, required=False)
    given = ("service_id", "note")

    def fit(self) -> None:
        nights = [service for service in self.held.services if service.kind == ServiceKind.NIGHT_NURSING]
        others = [service for service in self.held.services if service.kind != ServiceKind.NIGHT_NURSING]
        named = [(str(one.pk), one.name) for one in (*nights, *others)]
        self.fields["service_id"].choices = [("", "Select a service"), *named, (NOBODY, "Nobody needs to come")]
        found = self.held.episode
        self.fields["note"].initial = found.night_cover_note
        nobody = NOBODY if found.night_cover_note else ""
        self.fields["service_id"].initial = str(found.night_cover_id) if found.night_cover_id else nobody

    def clean_service_id(self) -> UUID | None:
        chosen = self.cleaned_data["service_id"]
        return None if chosen == NOBODY else UUID(chosen)


class ClinicianForm(CareForm):
    """Who answers for the care."""

    user_id = forms.ChoiceField(
        label="Who answers for this person’s care?", error_messages={"required": "Select the clinician"}
    )
    given = ("user_id",)

    def fit(self) -> None:
        self.fields["user_id"].choices = [("", "Select a person"), *self.held.workers]
        self.fields["user_id"].initial = str(self.held.episode.clinician_id or "")

    def clean_user_id(self) -> UUID:
        return UUID(self.cleaned_data["user_id"])


class NextStepForm(CareForm):
    """Who comes next, and when."""

    next_step = one_of("What comes next?", NextStep.choices, missing="Select what comes next")
    on = NHSDateField(label="Date it starts", required=False)
    at = NHSTimeField(label="Time it starts", required=False)
    note = text("What should the next team and the family know?", 500, required=False)
    looks = {
        "next_step": {"small": True},
        "on": {"optional": False},
        "at": {"hint": TIME_HINT, "width": 5, "optional": False},
    }

    def fit(self) -> None:
        found = self.held.episode
        self.fields["next_step"].initial, self.fields["note"].initial = found.next_step, found.next_step_note
        if found.next_step_at:
            here = found.next_step_at.astimezone(LONDON)
            self.fields["on"].initial, self.fields["at"].initial = here.date(), here.time()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._starts = None
        if {"on", "at"} & set(self.errors):
            return cleaned
        day, hour = cleaned.get("on"), cleaned.get("at")
        if (day is None) != (hour is None):
            self.add_error("on" if day is None else "at", "Enter both the date and the time")
        elif day and hour:
            self._starts = self._moment(day, hour)
        elif cleaned.get("next_step") not in {None, NextStep.NOTHING}:
            self.add_error("on", "Enter when it starts")
        return cleaned

    def _moment(self, day: date, hour: time) -> datetime | None:
        try:
            return moment_of(day, hour)
        except ValidationError as skipped:
            self.add_error("at", skipped)
            return None

    @property
    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"next_step": said["next_step"], "note": said["note"], "at": self._starts}


class ExtendForm(MomentForm):
    """Until when, and why."""

    on = NHSDateField(label="New end date")
    at = NHSTimeField(label="New end time")
    reason = text("Why does the person need longer?", 1000, missing="Say why the person needs longer")
    moment_name = "until"
    given = ("reason",)
    boxes = {"until": "at"}

    def first_guess(self) -> datetime:
        """A day longer."""
        return max(self.held.episode.ends_by, self.held.now) + timedelta(hours=24)


class CloseForm(CareForm):
    """How it ended."""

    outcome = one_of("How did it end?", Outcome.choices, missing="Select how it ended")
    avoided_admission = one_of(
        "Did this avoid a stay in hospital?",
        AvoidedAdmission.choices,
        missing="Select whether a hospital stay was avoided",
    )
    given = ("outcome", "avoided_admission")
    looks = {"outcome": {"small": True}, "avoided_admission": {"small": True}}
