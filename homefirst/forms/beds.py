"""Forms of beds: who, what they need, until when, from where, where to, why."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from audit.errors import Invalid
from homefirst.codes import Designation, Destination, Mobility, Source
from homefirst.forms.moments import WHICH
from homefirst.forms.taking import CareForm
from homefirst.forms.walls import moment_of
from homefirst.placing import Somebody, somebody
from homefirst.suitability import Wanted
from homefirst.underuse import needs_of_referral
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text
from pages.words import LONDON, happens_twice, long_date

PERSON_HINT = "For example, 999 000 0018 or HF-2345-6789. Somebody whose record you may open."


class NeedsForm(CareForm):
    """Who, and what they need of a bed. Somebody for whom the bed is kept is known already."""

    person = forms.CharField(
        label="NHS number or referral reference",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the NHS number, or the reference of the referral"},
    )
    designations = forms.MultipleChoiceField(
        label="What kind of bed do they need?",
        choices=Designation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mobility = one_of("How do they move?", Mobility.choices, required=False)
    infection = forms.BooleanField(label="They need a side room because of an infection", required=False)
    hours_a_day = forms.DecimalField(
        label="Hours of staff they need a day",
        required=False,
        min_value=Decimal("0.5"),
        max_value=24,
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Hours must be a number, like 2 or 1.5"},
    )
    looks = {
        "person": {"hint": PERSON_HINT, "width": 20},
        "designations": {"hint": "Select all that would suit."},
        "hours_a_day": {"width": 4},
    }

    def fit(self) -> None:
        bed = self.held.bed
        if bed.hours_a_day is None:
            del self.fields["hours_a_day"]
        else:
            self.fields["hours_a_day"].initial = bed.hours_a_day
            for name in ("mobility", "infection"):
                del self.fields[name]
        self.fields["designations"].initial = [bed.designation]
        if self.held.kept_for:
            for name in ("person", "designations", "mobility", "infection", "hours_a_day"):
                self.fields.pop(name, None)
        elif asked := self.held.asked:
            self.fields["person"].initial = asked["reference"]
            self.fields["designations"].initial = sorted(needs_of_referral(asked["needs"]).designations)

    def clean_person(self) -> Somebody:
        try:
            return somebody(self.held.actor, self.cleaned_data["person"])
        except Invalid as refused:
            raise ValidationError(refused.message) from refused

    @property
    def arguments(self) -> dict[str, Any]:
        if self.held.kept_for:
            return {"patient_id": self.held.kept_for}
        given: Somebody = self.cleaned_data["person"]
        wanted = Wanted(
            frozenset(self.cleaned_data["designations"]),
            "",
            self.cleaned_data.get("infection", False),
            self.cleaned_data.get("mobility", ""),
            self.cleaned_data.get("hours_a_day"),
        )
        return {"patient_id": given.patient_id, "referral_id": given.referral_id, "wanted": wanted}


class ReserveForm(NeedsForm):
    """Until when, by the clock on the wall in London."""

    until_on = NHSDateField(label="Keep it until (date)", future=True)
    until = NHSTimeField(
        label="Keep it until (time)", error_messages={"required": "Enter the time until which to keep it"}
    )
    which = one_of("The clocks go back that night. Which one?", WHICH, required=False)
    looks = NeedsForm.looks | {"until": {"hint": "For example, 6pm. At most 3 days from now.", "width": 5}}
    is_ambiguous = False

    def fit(self) -> None:
        super().fit()
        here = datetime.now(UTC).astimezone(LONDON) + timedelta(hours=4)
        self.fields["until_on"].initial = here.date()
        self.fields["until"].initial = time(here.hour, 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("until_on") and cleaned.get("until"):
            self.moment = self._read(cleaned["until_on"], cleaned["until"], cleaned.get("which", ""))
        return cleaned

    def _read(self, day: date, hour: time, which: str) -> datetime | None:
        self.is_ambiguous = happens_twice(datetime.combine(day, hour, LONDON))
        if self.is_ambiguous and not which:
            self.add_error("which", f"That time happens twice on {long_date(day)}. Select which one")
            return None
        try:
            return moment_of(day, hour, last=which == "second")
        except ValidationError as skipped:
            self.add_error("until", skipped.message)
            return None

    def drawn(self) -> list[dict[str, Any]]:
        """Which of two hours is asked only in the night that has one twice."""
        return [one for one in super().drawn() if self.is_ambiguous or one["bound"].name != "which"]

    @property
    def arguments(self) -> dict[str, Any]:
        return super().arguments | {"until": self.moment}


class OccupyForm(NeedsForm):
    """From where, and until when they are expected to stay."""

    source = one_of("Where do they come from?", Source.choices, missing="Select where they come from")
    leaving_on = NHSDateField(label="Expected to leave on", required=False, future=True)

    @property
    def arguments(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("source", "leaving_on")}
        return super().arguments | said


class ReleaseForm(CareForm):
    """Where somebody goes."""

    destination = one_of("Where do they go?", Destination.choices, missing="Select where they go")
    given = ("destination",)


class LeavingForm(CareForm):
    """The day somebody is expected to leave."""

    leaving_on = NHSDateField(label="Expected to leave on", required=False, future=True)
    looks = {"leaving_on": {"hint": "Leave empty when nobody knows."}}
    given = ("leaving_on",)

    def fit(self) -> None:
        self.fields["leaving_on"].initial = self.held.subject.leaving_on


class MoveForm(CareForm):
    """To which bed: those that are free and suit."""

    bed = one_of("Which bed?", missing="Select a bed")

    def fit(self) -> None:
        self.fields["bed"].choices = [(str(one.bed.id), one.text) for one in self.held.choices]

    @property
    def arguments(self) -> dict[str, Any]:
        return {"bed_id": UUID(self.cleaned_data["bed"])}


class CloseForm(CareForm):
    """Why, and until when."""

    reason = text("Why is it closed?", 300, rows=2, missing="Say why it is closed")
    back_on = NHSDateField(label="Expected back on", required=False, future=True)
    given = ("reason", "back_on")
