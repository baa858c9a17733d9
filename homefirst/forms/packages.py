"""Forms of packages of care."""

from typing import Any

from django import forms
from django.utils import timezone

from homefirst.codes import PackageAnswer
from homefirst.forms.taking import CareForm, hours, number
from homefirst.models import Lot
from pages.fields import NHSDateField
from pages.forms import one_of, text


class AskForm(forms.Form):
    """What somebody needs at home."""

    hours_a_week = hours("Hours a week", least=0.1)
    visits_a_day = number("Visits a day", 1, 12)
    carers_a_visit = number("Carers at each visit", 1, 4)
    wanted_from = NHSDateField(label="Wanted from", earliest=2016)
    lot_id = forms.ChoiceField(label="Lot", required=False)

    def __init__(self, *args: Any, lot: Lot | None, lots: list[Lot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot_id"].choices = [("", "Select a lot"), *((str(one.pk), one.name) for one in lots)]
        self.fields["lot_id"].initial = str(lot.pk) if lot else ""
        self.fields["wanted_from"].initial = timezone.localdate()
        self.fields["carers_a_visit"].initial = 1

    def clean_lot_id(self) -> Any:
        return self.cleaned_data["lot_id"] or None


class AnswerForm(CareForm):
    """A provider's answer."""

    answer = one_of("Can you take it?", PackageAnswer.choices, missing="Select whether you can take it")
    hours = hours("Hours a week that you can take", required=False)
    can_start = NHSDateField(label="First day you can come", required=False, future=True)
    note = text("Note for the broker", 500, required=False)
    given = ("answer", "hours", "can_start", "note")
    looks = {
        "answer": {"hint": "Having no hours is counted, so that hours can be found. It is not held against you."},
        "hours": {"hint": "Only if you can take a part", "width": 4},
        "can_start": {"hint": "Not needed if you have no hours"},
    }


class WhyForm(CareForm):
    """A reason."""

    reason = text("Why?", 300, missing="Say why")
    given = ("reason",)


class StartForm(CareForm):
    """The first day of care."""

    started_on = NHSDateField(label="First day of care", past=True, earliest=2016)
    given = ("started_on",)

    def fit(self) -> None:
        self.fields["started_on"].initial = timezone.localdate()


class ReviewForm(CareForm):
    """How many hours are needed from now on."""

    on = NHSDateField(label="Day of the review", past=True, earliest=2016)
    hours_after = hours("Hours a week from now on")
    note = text("Note", 1000, required=False)
    given = ("on", "hours_after", "note")
    looks = {"hours_after": {"hint": "Enter 0 if no care is needed any more. The package then ends.", "width": 4}}

    def fit(self) -> None:
        package = self.held.subject
        self.fields["on"].initial = timezone.localdate()
        self.fields["hours_after"].initial = package.hours_a_week


class EndForm(CareForm):
    """The last day of care."""

    ended_on = NHSDateField(label="Last day of care", past=True, earliest=2016)
    reason = text("Why did it end?", 300, missing="Say why it ended")
    given = ("ended_on", "reason")

    def fit(self) -> None:
        self.fields["ended_on"].initial = timezone.localdate()
