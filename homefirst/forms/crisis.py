"""Forms of crisis support: each knows the episode's file, and the version that the person had before them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from directory.codes import ServiceKind
from homefirst.codes import NextStep
from homefirst.crisis_file import CrisisFile
from homefirst.forms.walls import moment_of
from pages.fields import NHSDateField, NHSTimeField
from pages.words import LONDON
from referrals.codes import AvoidedAdmission, Outcome
from referrals.forms.steps import one_of, text

NOBODY = "nobody"


class EpisodeForm(forms.Form):
    """A step needs the version seen; most need more."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    given: ClassVar[tuple[str, ...]] = ()
    places: ClassVar[dict[str, str]] = {}
    """Which box shows an error that the action names otherwise."""

    def __init__(self, data: Any = None, *, file: CrisisFile, **kwargs: Any) -> None:
        self.file = file
        super().__init__(data, **kwargs)
        self.fields["version"].initial = file.episode.version
        self.fit()

    def fit(self) -> None:
        """Fill choices and what is known already."""

    @property
    def seen_version(self) -> int | None:
        """The version the person had before them."""
        try:
            return int(self.data.get("version", ""))
        except ValueError:
            return None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        return {name: self.cleaned_data[name] for name in self.given}

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, to be shown when it cannot be sent any more."""
        shown = [(bound.label, bound.value()) for bound in self.visible_fields()]
        return [(str(label), value) for label, value in shown if isinstance(value, str) and value.strip()]

    def moment(self) -> datetime | None:
        """The date and time of the boxes `on` and `at`, or None when both are empty."""
        day, hour = self.cleaned_data.get("on"), self.cleaned_data.get("at")
        if day is None or hour is None:
            if (day is None) != (hour is None) and not {"on", "at"} & set(self.errors):
                self.add_error("on" if day is None else "at", "Enter both the date and the time")
            return None
        try:
            return moment_of(day, hour)
        except ValidationError as skipped:
            self.add_error("at", skipped)
            return None


class NightCoverForm(EpisodeForm):
    """Who comes at night."""

    service_id = forms.ChoiceField(
        label="Who covers the night?", error_messages={"required": "Select who covers the night"}
    )
    note = text("What should everybody know about the nights?", 500, required=False, rows=3)
    given = ("service_id", "note")

    def fit(self) -> None:
        nights = [service for service in self.file.services if service.kind == ServiceKind.NIGHT_NURSING]
        others = [service for service in self.file.services if service.kind != ServiceKind.NIGHT_NURSING]
        named = [(str(one.pk), one.name) for one in (*nights, *others)]
        self.fields["service_id"].choices = [("", "Select a service"), *named, (NOBODY, "Nobody needs to come")]
        found = self.file.episode
        self.fields["note"].initial = found.night_cover_note
        nobody = NOBODY if found.night_cover_note else ""
        self.fields["service_id"].initial = str(found.night_cover_id) if found.night_cover_id else nobody

    def clean_service_id(self) -> UUID | None:
        chosen = self.cleaned_data["service_id"]
        return None if chosen == NOBODY else UUID(chosen)


class ClinicianForm(EpisodeForm):
    """Who answers for the care."""

    user_id = forms.ChoiceField(
        label="Who answers for this person’s care?", error_messages={"required": "Select the clinician"}
    )
    given = ("user_id",)

    def fit(self) -> None:
        self.fields["user_id"].choices = [("", "Select a person"), *self.file.workers]
        self.fields["user_id"].initial = str(self.file.episode.clinician_id or "")

    def clean_user_id(self) -> UUID:
        return UUID(self.cleaned_data["user_id"])


class NextStepForm(EpisodeForm):
    """Who comes next, and when."""

    next_step = one_of("What comes next?", NextStep.choices, missing="Select what comes next")
    on = NHSDateField(label="Date it starts", required=False)
    at = NHSTimeField(label="Time it starts", required=False)
    note = text("What should the next team and the family know?", 500, required=False, rows=3)

    def fit(self) -> None:
        found = self.file.episode
        self.fields["next_step"].initial, self.fields["note"].initial = found.next_step, found.next_step_note
        if found.next_step_at:
            here = found.next_step_at.astimezone(LONDON)
            self.fields["on"].initial, self.fields["at"].initial = here.date(), here.time()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._starts = self.moment()
        wanted = cleaned.get("next_step") not in {None, NextStep.NOTHING}
        if wanted and self._starts is None and not {"on", "at"} & set(self.errors):
            self.add_error("on", "Enter when it starts")
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"next_step": said["next_step"], "note": said["note"], "at": self._starts}


class ExtendForm(EpisodeForm):
    """Until when, and why."""

    on = NHSDateField(label="New end: date")
    at = NHSTimeField(label="New end: time")
    reason = text("Why does the person need longer?", 1000, missing="Say why the person needs longer", rows=3)
    places = {"until": "at"}

    def fit(self) -> None:
        here = (max(self.file.episode.ends_by, self.file.now) + timedelta(hours=24)).astimezone(LONDON)
        self.fields["on"].initial, self.fields["at"].initial = here.date(), here.time().replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        self._until = self.moment()
        return super().clean() or {}

    @property
    def arguments(self) -> dict[str, Any]:
        return {"until": self._until, "reason": self.cleaned_data["reason"]}


class CloseForm(EpisodeForm):
    """How it ended."""

    outcome = one_of("How did it end?", Outcome.choices, missing="Select how it ended")
    avoided_admission = one_of(
        "Did this avoid a stay in hospital?",
        AvoidedAdmission.choices,
        missing="Select whether a hospital stay was avoided",
    )
    given = ("outcome", "avoided_admission")
