"""Forms of the rota: put somebody on, take a shift off."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from directory.models import Team
from homefirst import people
from homefirst.forms.walls import moment_of
from homefirst.models import Shift
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text


class ShiftForm(forms.Form):
    """Somebody's working time; an end at or before the start is the next day's."""

    worker_id = forms.ChoiceField(label="Who works?", error_messages={"required": "Select who works"})
    on = NHSDateField(label="Day it starts", future=True)
    starts = NHSTimeField(label="Start")
    ends = NHSTimeField(label="End")
    cover = one_of("Day or night?", Shift.Cover.choices, missing="Select day or night")
    visits_an_hour = forms.DecimalField(
        label="Visits an hour",
        min_value=0,
        max_value=9,
        max_digits=3,
        decimal_places=1,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Visits an hour must be a number, like 1 or 0.5"},
    )
    boxes = {"starts_at": "on", "ends_at": "ends"}

    def __init__(self, data: Any = None, *, team: Team, day: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        found = people.choices(people.workers(team, team.organisation_id))
        self.fields["worker_id"].choices = [("", "Select a person"), *found]
        self.fields["on"].initial = day
        self.fields["cover"].initial = Shift.Cover.DAY

    def clean_worker_id(self) -> UUID:
        return UUID(self.cleaned_data["worker_id"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, starts, ends = (cleaned.get(name) for name in ("on", "starts", "ends"))
        if day and starts and ends:
            last = day if ends > starts else day + timedelta(days=1)
            self._starts = self._moment("starts", day, starts)
            self._ends = self._moment("ends", last, ends, last=True)
        return cleaned

    def _moment(self, name: str, day: date, hour: Any, *, last: bool = False) -> Any:
        try:
            return moment_of(day, hour, last=last)
        except ValidationError as skipped:
            self.add_error(name, skipped)
            return None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        said = {name: self.cleaned_data[name] for name in ("worker_id", "cover", "visits_an_hour")}
        return said | {"starts_at": self._starts, "ends_at": self._ends}


class CancelForm(forms.Form):
    """Why."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = text("Why is the shift cancelled?", 300, missing="Say why the shift is cancelled")
