"""The forms of this room: they parse and keep what was typed; patients/details.py and policies decide."""

from typing import Any

from django import forms

from directory.codes import OrganisationKind
from directory.models import Organisation
from pages.fields import BirthDateField, NHSDateField
from patients.models import BreakGlass, Patient, Residence, Sex

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
NUMBER = {"inputmode": "numeric", **PLAIN}


def line(label: str, *, longest: int, required: bool = False, **attrs: str) -> forms.CharField:
    """One line about somebody else: the browser must not fill in the user's own details."""
    return forms.CharField(
        label=label, max_length=longest, required=required, widget=forms.TextInput(attrs={**PLAIN, **attrs})
    )


class SearchForm(forms.Form):
    """How a person is looked for."""

    nhs_number = forms.CharField(
        label="NHS number", max_length=30, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    name = line("Name", longest=100)
    date_of_birth = BirthDateField(label="Date of birth", required=False)

    @property
    def terms(self) -> dict[str, Any]:
        """What the search is called with."""
        data = self.cleaned_data
        return {"number": data["nhs_number"], "name": data["name"], "date_of_birth": data["date_of_birth"]}


class PersonForm(forms.Form):
    """Who a person is and how to reach them: the fields of patients.details.Details, apart from death."""

    given_name = line("Given names", longest=100)
    family_name = line("Family name", longest=100, required=True)
    date_of_birth = BirthDateField(label="Date of birth", required=False)
    nhs_number = forms.CharField(
        label="NHS number", max_length=30, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    sex = forms.ChoiceField(label="Sex", choices=Sex, widget=forms.RadioSelect, initial=Sex.UNKNOWN)
    address = line("Address", longest=300)
    postcode = line("Postcode", longest=10)
    phone = line("Phone number", longest=30, inputmode="tel")
    residence = forms.ChoiceField(label="Lives in", choices=Residence, initial=Residence.UNKNOWN)
    care_home = forms.ModelChoiceField(
        Organisation.objects.none(), label="Care home", required=False, empty_label="None of these"
    )
    practice = forms.ModelChoiceField(
        Organisation.objects.none(), label="GP practice", required=False, empty_label="Not known"
    )
    contact_needs = line("Contact needs", longest=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (("care_home", OrganisationKind.CARE_HOME), ("practice", OrganisationKind.PRACTICE)):
            field = self.fields[name]
            field.queryset = Organisation.objects.current().of_kind(kind)


class PersonChangeForm(PersonForm):
    """The same, and which version of the record the person saw."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, patient: Patient) -> "PersonChangeForm":
        """Filled with what the record says now."""
        names = PersonForm.base_fields
        return cls(initial={name: getattr(patient, name) for name in names} | {"expected_version": patient.version})


class ReasonForm(forms.Form):
    """Why something is done that another person will judge."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class VerifyForm(forms.Form):
    """What an NHS number was checked against."""

    checked_with = line("What did you check it with?", longest=200, required=True)


class DeathForm(forms.Form):
    """The day somebody died."""

    deceased_at = NHSDateField(label="Date of death", past=True)


class KeepForm(forms.Form):
    """Which of two records stays in use."""

    keep = forms.ChoiceField(label="Which record do you keep?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, records: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = records


class ReviewForm(forms.Form):
    """Whether an emergency access was justified."""

    verdict = forms.ChoiceField(
        label="Was this access justified?",
        choices=[
            (BreakGlass.Review.JUSTIFIED, "Yes, it was justified"),
            (BreakGlass.Review.NOT_JUSTIFIED, "No, it was not justified"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class LookupForm(forms.Form):
    """Whose access log information governance wants to read."""

    patient = line("NHS number or record id", longest=40, required=True)


class StaffForm(forms.Form):
    """Whose reads information governance wants to see."""

    who = line("Name or email address", longest=150, required=True)


class ReaderFilters(forms.Form):
    """Filters of what one reader looked at."""

    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    outcome = forms.ChoiceField(
        label="Outcome",
        required=False,
        choices=[("", "Any"), ("allowed", "Allowed"), ("break_glass", "Emergency access"), ("refused", "Refused")],
    )


class LookFilters(ReaderFilters):
    """Filters of an access log of many readers."""

    who = forms.CharField(label="Who", max_length=100, required=False)


class GlassFilters(forms.Form):
    """Filters of the emergency accesses."""

    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "To review"), ("justified", "Justified"), ("not_justified", "Not justified")],
    )
    who = forms.CharField(label="Who", max_length=100, required=False)
