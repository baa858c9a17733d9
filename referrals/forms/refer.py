"""The referral form: who it is about, what they need, what staff must know. Shape only."""

from typing import Any
from uuid import UUID

from django import forms

from directory.codes import Channel, NeedCode, OrganisationKind, Urgency
from directory.models import Organisation
from pages.fields import BirthDateField
from pages.forms import one_of, text
from patients.models import Residence, Sex
from referrals.actions.send import Need
from referrals.codes import Consent, Direction, SceneSafety

YES_NO = [("no", "No"), ("yes", "Yes")]
NEED_FIELDS = (
    "channel", "direction", "urgency_requested", "consent", "need", "scene_safety", "scene_safety_note",
    "safeguarding_note", "access_note", "referrer_name", "referrer_role", "referrer_phone",
)  # fmt: skip


class FindForm(forms.Form):
    """Find a person by number, or by name and date of birth."""

    find_number = forms.CharField(
        label="NHS number", required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    find_name = forms.CharField(label="Name", required=False, max_length=200)
    find_born = BirthDateField(label="Date of birth", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, name = cleaned.get("find_number"), cleaned.get("find_name")
        if not number and not name and not self.errors:
            self.add_error("find_number", "Enter an NHS number, or a name and date of birth")
        if name and not number and not cleaned.get("find_born") and "find_born" not in self.errors:
            self.add_error("find_born", "Enter the date of birth as well, to find the right person")
        return cleaned


class PersonForm(forms.Form):
    """A person who is not here yet. They may have no NHS number."""

    given_name = forms.CharField(label="Given names", max_length=100, required=False)
    family_name = forms.CharField(
        label="Family name", max_length=100, error_messages={"required": "Enter the family name"}
    )
    date_of_birth = BirthDateField(label="Date of birth", required=False)
    nhs_number = forms.CharField(
        label="NHS number", required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    sex = forms.ChoiceField(label="Sex", choices=Sex.choices, initial=Sex.UNKNOWN)
    address = forms.CharField(label="Address", max_length=300, required=False)
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    phone = forms.CharField(label="Telephone number", max_length=30, required=False)
    residence = forms.ChoiceField(label="Where they live", choices=Residence.choices, initial=Residence.UNKNOWN)
    practice = forms.ModelChoiceField(
        label="GP practice",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Not known",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practices = Organisation.objects.filter(kind=OrganisationKind.PRACTICE, valid_to=None).order_by("name")
        self.fields["practice"].queryset = practices.only("id", "name")

    @property
    def details(self) -> dict[str, Any]:
        """What patients.actions.add_patient takes."""
        return {name: self.cleaned_data[name] for name in self.fields}


class NeedForm(forms.Form):
    """What is needed, how soon, and what must not be missed. The referrer never chooses a service."""

    needs = forms.MultipleChoiceField(
        label="What does the person need help with?",
        choices=NeedCode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one need"},
    )
    need = text(
        "Describe what has happened and what the person can and cannot do", 4000, rows=6, missing="Describe the need"
    )
    urgency_requested = one_of("How soon do they need help?", Urgency.choices, missing="Select how soon they need help")
    direction = forms.ChoiceField(label="What is this for?", choices=Direction.choices, initial=Direction.STEP_UP)
    safeguarding = one_of(
        "Is there a safeguarding concern?", YES_NO, missing="Select whether there is a safeguarding concern"
    )
    safeguarding_note = text("What is the concern, and who knows?", 1000, required=False)
    scene_safety = one_of(
        "Is it safe for staff to visit?", SceneSafety.choices, missing="Select whether it is safe to visit"
    )
    scene_safety_note = text("What is the risk?", 1000, required=False)
    access_note = forms.CharField(label="How do staff get in?", max_length=500, required=False)
    consent = one_of("Does the person agree?", Consent.choices, missing="Select whether the person agrees")
    channel = forms.ChoiceField(label="Who is referring?", choices=Channel.choices)
    referrer_name = forms.CharField(label="Your name", max_length=150, error_messages={"required": "Enter your name"})
    referrer_role = forms.CharField(label="Your role", max_length=100, required=False)
    referrer_phone = forms.CharField(
        label="Telephone number for questions",
        max_length=30,
        error_messages={"required": "Enter a telephone number, so that we can reach you"},
    )

    def __init__(self, *args: Any, channels: list[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(channel.value, channel.label) for channel in channels]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("safeguarding") == "yes" and not cleaned.get("safeguarding_note"):
            self.add_error("safeguarding_note", "Say what the safeguarding concern is")
        if cleaned.get("scene_safety") == SceneSafety.UNSAFE and not cleaned.get("scene_safety_note"):
            self.add_error("scene_safety_note", "Say what the risk to staff is")
        return cleaned

    @property
    def as_need(self) -> Need:
        """What the action takes."""
        cleaned = self.cleaned_data
        given = {name: cleaned[name] for name in NEED_FIELDS}
        return Need(needs=tuple(cleaned["needs"]), safeguarding=cleaned["safeguarding"] == "yes", **given)


def chosen_patient(data: Any) -> UUID | None:
    """The id in the form's hidden field or in the button that was pressed."""
    try:
        return UUID(data.get("choose") or data.get("patient") or "")
    except ValueError:
        return None
