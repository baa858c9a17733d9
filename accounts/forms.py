"""The shape of what people send about roles and accounts; actions decide and save."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from accounts import policies
from accounts.models import Membership, User
from audit.errors import Invalid


class RoleForm(forms.Form):
    """One of the roles a person holds now."""

    membership = forms.TypedChoiceField(
        label="Which role are you working in?",
        coerce=UUID,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select the role you are working in",
            "invalid_choice": "You do not hold this role now. Select one of those listed",
        },
    )

    def __init__(self, *args: object, choices: Sequence[Membership], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [(str(one.pk), str(one)) for one in choices]


class PersonForm(forms.ModelForm):
    """A person in the admin."""

    class Meta:
        model = User
        fields = ["name", "email", "is_active", "cis2_uid"]

    def clean_email(self) -> str:
        """In lower case, as it is stored."""
        return self.cleaned_data["email"].lower()

    def clean_cis2_uid(self) -> str:
        """CIS2 knows people by 12 digits."""
        uid = self.cleaned_data["cis2_uid"]
        if uid and not (len(uid) == 12 and uid.isascii() and uid.isdigit()):
            raise forms.ValidationError("Enter the 12 digits of the CIS2 user id, or leave it empty.")
        return uid


class MembershipForm(forms.ModelForm):
    """A role to grant in the admin."""

    class Meta:
        model = Membership
        fields = ["user", "role", "organisation", "team", "valid_from"]

    def clean(self) -> dict[str, object]:
        """A team role needs a team, and the team must fit the organisation."""
        data = super().clean()
        if data.get("role") and data.get("organisation"):
            try:
                policies.check_fits(data["role"], data["organisation"], data.get("team"))
            except Invalid as refused:
                self.add_error(refused.field, refused.message)
        if not self.errors and self._is_held(data):
            raise forms.ValidationError("This person already holds this role here.")
        return data

    def _is_held(self, data: dict[str, Any]) -> bool:
        same = {name: data[name] for name in ("user", "role", "organisation", "team")}
        return Membership.objects.ongoing(data["valid_from"]).filter(**same).exists()
