"""When something happened or is due: a day and a time as people type them, also on the nights the clocks change."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from homefirst.forms.taking import CareForm
from homefirst.forms.walls import moment_of
from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of
from pages.words import LONDON, happens_twice

WHICH = [("first", "The first, before the clocks went back"), ("second", "The second, after the clocks went back")]
TIME_HINT = "For example, 4:05pm. The time in this country."


def line(label: str, longest: int, *, required: bool = False, missing: str = "") -> forms.CharField:
    """One line of text."""
    messages = {"required": missing} if missing else {}
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, error_messages=messages)


class MomentForm(CareForm):
    """When something happened, or is due, by the clock on the wall in London."""

    on = NHSDateField(label="Date")
    at = NHSTimeField(label="Time")
    which = one_of("The clocks go back that night. Which one?", WHICH, required=False)
    looks: ClassVar[dict[str, dict[str, Any]]] = {"at": {"hint": TIME_HINT, "width": 5}}
    moment_name = "at"
    moment: datetime | None = None

    def fit(self) -> None:
        here = self.first_guess().astimezone(LONDON)
        self.fields["on"].initial, self.fields["at"].initial = here.date(), here.time()
        typed_twice = self.data.get("which") or happens_twice(here)
        if not typed_twice:
            self.fields["which"].widget = forms.HiddenInput()
        elif not self.data:
            self.fields["which"].initial = "second" if here.fold else "first"

    def first_guess(self) -> datetime:
        """Now, unless another time is likelier."""
        return timezone.now()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, hour = cleaned.get("on"), cleaned.get("at")
        if day and hour:
            self._read(datetime.combine(day, hour, LONDON), cleaned.get("which", ""))
        return cleaned

    def _read(self, here: datetime, which: str) -> None:
        try:
            typed = moment_of(here.date(), here.time(), last=which == "second")
        except forms.ValidationError as skipped:
            self.add_error("at", skipped)
            return
        if happens_twice(here) and not which:
            self.fields["which"].widget = forms.RadioSelect(choices=WHICH)
            self.add_error("which", "That time happens twice on that night. Select which one")
            return
        now = timezone.now()
        self.moment = now if typed <= now < typed + timedelta(minutes=1) else typed

    @property
    def arguments(self) -> dict[str, Any]:
        return {self.moment_name: self.moment, **super().arguments}
