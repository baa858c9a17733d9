"""A board pack: which metrics, in the order of the agenda, for whom and for which meeting. The address holds it all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from bcf.choices import Choice, ChoiceForm
from bcf.metrics import METRICS
from bcf.periods import EARLIEST
from bcf.presenters.tiles import KEY
from bcf.scopes import Scope

LATEST = date(2100, 1, 1)


class PackForm(ChoiceForm):
    """What stands on the first sheet, besides the choice of figures."""

    title = forms.CharField(
        label="Title",
        required=False,
        max_length=120,
        error_messages={"max_length": "Enter a title of 120 characters or fewer"},
    )
    meeting = forms.DateField(
        label="Meeting date",
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Enter a real meeting date, like 22/11/2026, or leave it empty"},
    )

    def __init__(self, asked: QueryDict, scopes: Sequence[Scope]) -> None:
        super().__init__(asked, scopes)
        self.fields["where"].label, self.fields["period"].label = "Area or service", "Period"
        self.wanted = list(dict.fromkeys(asked.getlist("m"))) if "chosen" in asked else [*KEY]

    def clean_meeting(self) -> date | None:
        day: date | None = self.cleaned_data["meeting"]
        if day and not EARLIEST <= day < LATEST:
            raise forms.ValidationError(f"Enter a meeting date from {EARLIEST.year} to {LATEST.year - 1}")
        return day

    def clean(self) -> None:
        if any(key not in METRICS for key in self.wanted):
            self.add_error(None, "This link names a metric that does not exist: it was left out")

    def pack(self) -> "Pack":
        """The pack that was asked for; what cannot be read is left out."""
        choice = self.choice()
        return Pack(
            choice=choice,
            title=self.cleaned_data.get("title") or f"Figures for {choice.scope.title}",
            own_title=self.cleaned_data.get("title") or "",
            meeting=self.cleaned_data.get("meeting"),
            keys=tuple(key for key in self.wanted if key in METRICS),
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """What goes into the pack. `own_title` is empty while nobody wrote one."""

    choice: Choice
    title: str
    own_title: str
    meeting: date | None
    keys: tuple[str, ...]

    @property
    def others(self) -> list[str]:
        """Metrics that are not in it."""
        return [key for key in METRICS if key not in self.keys]

    def query(self) -> str:
        """The pack in an address."""
        said = {"title": self.own_title, "meeting": self.meeting.isoformat() if self.meeting else ""}
        rest = [("chosen", "1"), *(("m", key) for key in self.keys)]
        return f"{self.choice.query(**said)}&{urlencode(rest)}"

    def add(self, key: str) -> "Pack":
        """With the metric at the end."""
        return replace(self, keys=(*self.keys, key)) if key in self.others else self

    def drop(self, key: str) -> "Pack":
        """Without the metric."""
        return replace(self, keys=tuple(one for one in self.keys if one != key))

    def up(self, key: str) -> "Pack":
        """The metric one place earlier."""
        return self._swap(key, -1)

    def down(self, key: str) -> "Pack":
        """The metric one place later."""
        return self._swap(key, 1)

    def _swap(self, key: str, by: int) -> "Pack":
        keys = [*self.keys]
        if key not in keys or not 0 <= (at := keys.index(key)) + by < len(keys):
            return self
        keys[at], keys[at + by] = keys[at + by], keys[at]
        return replace(self, keys=tuple(keys))
