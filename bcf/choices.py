"""What a reader of figures chose: for whom, by which period, and as known on which day. The address holds it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from bcf.periods import COUNTED, EARLIEST, Period, back, start_of
from bcf.scopes import Scope, grouped, whole_system
from bcf.targets import end_of

SHOWN = {Period.DAY: 60, Period.WEEK: 52, Period.MONTH: 36, Period.QUARTER: 16}
"""How many complete periods a chart looks back."""
WHERE = "where"


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice that can be read. `known_on` is None for what is known now."""

    scope: Scope
    period: Period
    known_on: date | None

    @property
    def today(self) -> date:
        """The day that the reader looks from."""
        return self.known_on or timezone.localdate()

    @property
    def known_at(self) -> datetime:
        """The moment to which what is shown was known: now, or the end of a day in the past."""
        now = timezone.now()
        return min(now, end_of(self.known_on) - timedelta(seconds=1)) if self.known_on else now

    @property
    def current(self) -> date:
        """The start of the period that is still running."""
        return start_of(self.period, self.today)

    @property
    def last(self) -> date:
        """The start of the last complete period."""
        return back(self.period, self.current, 1)

    @property
    def first(self) -> date:
        """The start of the earliest period that is shown."""
        return back(self.period, self.current, SHOWN[self.period])

    def query(self, **changes: str) -> str:
        """The same choice in an address, with changes; what is changed to nothing is left out."""
        known_on = self.known_on.isoformat() if self.known_on else ""
        asked = {"where": self.scope.key, "period": self.period.value, "known_on": known_on} | changes
        return urlencode({name: value for name, value in asked.items() if value})


class KnownOnField(forms.DateField):
    """The day from which figures are looked at; empty for now."""

    def __init__(self) -> None:
        super().__init__(
            label="As known on",
            required=False,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": "Enter a real date, like 22/11/2026, or leave it empty for today"},
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The browser offers no later day either."""
        self.widget.attrs["max"] = timezone.localdate().isoformat()
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError("Choose today or a day in the past: nobody knows later figures yet")
        if day and day < EARLIEST:
            raise ValidationError(f"Choose a day from {EARLIEST.year} on")
        return day


class ChoiceForm(forms.Form):
    """The controls above figures. What cannot be read is said, and what is shown when nobody chose is shown instead."""

    period = forms.ChoiceField(
        label="By",
        required=False,
        choices=[(period.value, period.label) for period in COUNTED],
        error_messages={"invalid_choice": "Choose day, week, month or quarter"},
    )
    known_on = KnownOnField()

    def __init__(self, asked: Mapping[str, Any], scopes: Sequence[Scope]) -> None:
        self.scopes = {scope.key: scope for scope in scopes}
        self.usual = {"where": whole_system(scopes).key, "period": Period.MONTH.value}
        given = {name: asked.get(name, "") for name in (WHERE, *self.base_fields)}
        super().__init__({name: given[name] or self.usual.get(name, "") for name in given}, auto_id="choose_%s")
        self.fields["where"] = forms.ChoiceField(
            label="Show",
            required=False,
            choices=grouped(scopes),
            error_messages={
                "invalid_choice": "Choose an area or service from the list; this link names one that is not in it"
            },
        )
        self.order_fields(["where", "period", "known_on"])

    def choice(self) -> Choice:
        """What to show: what was asked for, and the usual where that cannot be read."""
        self.full_clean()
        read = self.usual | {name: value for name, value in self.cleaned_data.items() if value}
        scope = self.scopes.get(str(read["where"]))
        known_on = read.get("known_on")
        return Choice(
            scope=scope or whole_system(list(self.scopes.values())),
            period=Period(read["period"]),
            known_on=known_on if isinstance(known_on, date) else None,
        )
