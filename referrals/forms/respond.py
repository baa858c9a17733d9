"""Forms of the service team: answer the offer, go, finish."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from pages.fields import NHSDateField, NHSTimeField
from pages.forms import one_of, text
from pages.words import LONDON, clock_time, long_date
from referrals.codes import AvoidedAdmission, Outcome
from referrals.forms.steps import ReasonForm, StepForm
from referrals.models import ReferralOffer
from referrals.states import OFFER_TAKEN

HOURS_IN_A_WEEK = 168
WHICH = [("first", "The first, before the clocks went back"), ("second", "The second, after the clocks went back")]


class OfferForm(StepForm):
    """A step on one offer."""

    given: Any = ()

    @property
    def arguments(self) -> dict[str, Any]:
        return {"offer_id": self.cleaned_data["offer"], **super().arguments}

    def clean_offer(self) -> UUID:
        if self.offer_in_hand is None:
            raise ValidationError("This offer cannot be found. Open the referral again.")
        return self.offer_in_hand.pk


class SeeOfferForm(OfferForm):
    """Nothing to type."""


class AskAboutOfferForm(OfferForm):
    """A question to the referrer, before answering."""

    question = text("Question for the referrer", 2000, rows=4, missing="Enter the question")
    given = ("question",)


class WorkerForm(StepForm):
    """Who goes."""

    worker = forms.ChoiceField(label="Who will go?", error_messages={"required": "Select who will go"})
    given = ("worker",)
    nobody = ""

    def fit(self) -> None:
        offer = self._of()
        people = self.file.workers(offer) if offer else []
        me = str(self.file.actor.id)
        mine = [(pk, f"Me ({name})") for pk, name in people if pk == me]
        others = [(pk, name) for pk, name in people if pk != me]
        self.fields["worker"].choices = [("", self.nobody or "Select a person"), *mine, *others]
        self.fields["worker"].initial = str(self.file.referral.worker_id or "")

    def _of(self) -> ReferralOffer | None:
        return self.offer_in_hand

    def clean_worker(self) -> UUID | None:
        return UUID(self.cleaned_data["worker"]) if self.cleaned_data["worker"] else None


class AllocateForm(WorkerForm):
    """Say who goes."""

    def _of(self) -> ReferralOffer | None:
        return next((offer for offer in self.file.offers if offer.status in OFFER_TAKEN), None)


class AcceptOfferForm(OfferForm, WorkerForm):
    """Take it on, and say who goes, now or later."""

    nobody = "Decide later"
    given = ("worker",)

    def fit(self) -> None:
        super().fit()
        self.fields["worker"].required = False
        self.places = self.file.places(self.offer_in_hand) if self.offer_in_hand else None


class DeclineOfferForm(OfferForm):
    """On one of the service's own criteria."""

    criterion = one_of("Which criterion is not met?", missing="Select the criterion that is not met")
    note = text("Note for the point of access", 1000, required=False)
    given = ("criterion", "note")

    def fit(self) -> None:
        offer = self.offer_in_hand
        self.criteria = self.file.criteria_of(offer.service_id) if offer else []
        self.fields["criterion"].choices = [(str(one.pk), one.refusal) for one in self.criteria]

    def clean_criterion(self) -> Any:
        return next(one for one in self.criteria if str(one.pk) == self.cleaned_data["criterion"])


class WaitlistForm(OfferForm):
    """No free place: the person waits, and the unmet need is counted."""

    hours = forms.DecimalField(
        label="Hours of care a week that you cannot give now",
        required=False,
        min_value=0,
        max_value=HOURS_IN_A_WEEK,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Hours must be a number, like 7 or 3.5"},
    )
    note = text("Note for the point of access", 1000, required=False)
    given = ("hours", "note")

    def clean_hours(self) -> Any:
        return self.cleaned_data["hours"] or None


class SetOutForm(StepForm):
    """Nothing to type."""


class FirstContactForm(StepForm):
    """When somebody first met the person: now, or earlier; by the clock on the wall in London."""

    on = NHSDateField(label="Date of first contact", past=True)
    at = NHSTimeField(label="Time of first contact")
    which = one_of("The clocks went back that night. Which one?", WHICH, required=False)

    def fit(self) -> None:
        here = self.file.now.astimezone(LONDON)
        self.fields["on"].initial, self.fields["at"].initial = here.date(), here.time()
        self.is_ambiguous = here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()
        if self.is_ambiguous:
            self.fields["which"].initial = "second" if here.fold else "first"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("on") and cleaned.get("at"):
            self._moment = self._read(cleaned["on"], cleaned["at"], cleaned.get("which", ""))
        return cleaned

    def _read(self, day: date, hour: time, which: str) -> datetime | None:
        first = datetime.combine(day, hour, LONDON)
        if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != first.replace(tzinfo=None):
            self.add_error(
                "at", f"{_wall(hour)} did not happen on {long_date(day)}: the clocks went forward. Check the time"
            )
            return None
        second = first.replace(fold=1)
        self.is_ambiguous = first.utcoffset() != second.utcoffset()
        if self.is_ambiguous and not which:
            self.add_error("which", f"{_wall(hour)} happened twice on {long_date(day)}. Select which one")
            return None
        return self._within_the_minute(second if which == "second" and self.is_ambiguous else first)

    def _within_the_minute(self, typed: datetime) -> datetime | None:
        """People type minutes. The present minute means now, and that of receipt the moment of receipt."""
        received, minute = self.file.referral.received_at, timedelta(minutes=1)
        moment = typed.astimezone(UTC)
        if moment <= self.file.now < moment + minute:
            return None
        return received if moment <= received < moment + minute else moment

    @property
    def arguments(self) -> dict[str, Any]:
        return {"contact_at": self._moment}


class CompleteForm(StepForm):
    """How it ended."""

    outcome = one_of("How did it end?", Outcome.choices, missing="Select how it ended")
    avoided_admission = one_of(
        "Did this avoid a stay in hospital?",
        AvoidedAdmission.choices,
        missing="Select whether a hospital stay was avoided",
    )
    next_step = text("What happens next?", 2000, required=False)
    given = ("outcome", "avoided_admission", "next_step")


class ReopenForm(ReasonForm):
    """Taken up again."""

    reason = text("Why is it reopened?", 1000, rows=4, missing="Say why it is reopened")


class ReviewForm(forms.Form):
    """Why a clock ran out; with when the review was made that the writer has read, if there was one."""

    expected_review = forms.CharField(required=False, widget=forms.HiddenInput)
    cause = forms.CharField(
        label="Why did the time run out?", max_length=300, error_messages={"required": "Say why the time ran out"}
    )
    learning = text("What changes because of it?", 1000, required=False)


def _wall(hour: time) -> str:
    """A time on the clock, in words."""
    return clock_time(datetime.combine(date(2000, 1, 1), hour, LONDON))
