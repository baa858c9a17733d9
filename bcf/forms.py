"""The forms of this room: what to show, which file to bring in, why, and which target to set."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from bcf.choices import KnownOnField
from bcf.importing import MOST_BYTES
from bcf.metrics import METRICS
from bcf.periods import COUNTED
from bcf.policies import LONGEST_REASON
from bcf.published import Shelf
from bcf.scopes import Scope, grouped
from pages.fields import NHSDateField

EVERYWHERE = "everywhere"


class PublishedForm(forms.Form):
    """Which area's figures of which period, and as known on which day."""

    area = forms.ChoiceField(
        label="Area", required=False, error_messages={"invalid_choice": "Choose an area from the list"}
    )
    period = forms.ChoiceField(
        label="Period", required=False, error_messages={"invalid_choice": "Choose a period from the list"}
    )
    known_on = KnownOnField()

    def __init__(self, asked: Any, shelf: Shelf) -> None:
        given = {name: asked.get(name, "") for name in ("area", "period", "known_on")}
        self.usual = {"area": shelf.usual_area}
        self.usual["period"] = shelf.latest(given["area"] if given["area"] in shelf.areas else shelf.usual_area)
        super().__init__(
            {name: value or self.usual.get(name, "") for name, value in given.items()}, auto_id="choose_%s"
        )
        cast(forms.ChoiceField, self.fields["area"]).choices = list(shelf.areas.items())
        cast(forms.ChoiceField, self.fields["period"]).choices = list(shelf.periods.items())

    def chosen(self) -> dict[str, Any]:
        """What to show: what was asked for, and the usual where that cannot be read."""
        self.full_clean()
        return self.usual | {name: value for name, value in self.cleaned_data.items() if value}


class UploadForm(forms.Form):
    """A file of figures."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        error_messages={"required": "Choose a file", "max_length": "The name of the file is too long"},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(f"The file is larger than {MOST_BYTES // 1024**2} MB. Split it into several files.")
        return file


def _reason(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_REASON, required=required, widget=forms.Textarea(attrs={"rows": 3})
    )


class CommitForm(forms.Form):
    """Why figures change, and what the page said would change."""

    reason = _reason("Why do these figures change?", required=False)
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = _reason("Why do you undo this import?")


class TargetForm(forms.Form):
    """A target, where and from when it holds."""

    metric = forms.ChoiceField(label="Metric", choices=[(one.key, one.title) for one in METRICS.values()])
    value = forms.DecimalField(
        label="Target",
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Enter the target as a number, like 70 or 84.2"},
    )
    period = forms.ChoiceField(
        label="For each",
        required=False,
        choices=[("", "Any period"), *((period.value, period.label) for period in COUNTED)],
    )
    scope = forms.ChoiceField(label="Where")
    valid_from = NHSDateField(label="First day")
    valid_to = NHSDateField(label="Ends before", required=False)
    source = forms.CharField(
        label="Who set this target?", max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, scopes: Sequence[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = {scope.key: scope for scope in scopes}
        choices = [(EVERYWHERE, "Everywhere"), *grouped(scopes)]
        cast(forms.ChoiceField, self.fields["scope"]).choices = choices

    def clean_scope(self) -> Scope | None:
        return self.scopes.get(self.cleaned_data["scope"])


class EndForm(forms.Form):
    """When a target ends."""

    valid_to = NHSDateField(label="First day without this target")
