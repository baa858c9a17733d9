"""What every step's form shares: the version that the person saw, and how the answers become an action's arguments."""

from typing import Any, ClassVar

from django import forms

from referrals.reading import ReferralFile


def text(label: str, longest: int, *, required: bool = True, rows: int = 4, missing: str = "") -> forms.CharField:
    """A box for free text."""
    widget = forms.Textarea(attrs={"rows": rows})
    messages = {"required": missing} if missing else {}
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, error_messages=messages)


def one_of(label: str, choices: Any = (), *, required: bool = True, missing: str = "") -> forms.ChoiceField:
    """Radio buttons."""
    messages = {"required": missing} if missing else {}
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.RadioSelect, error_messages=messages
    )


class StepForm(forms.Form):
    """A step needs the version seen; most need more."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    offer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    given: ClassVar[tuple[str, ...]] = ()
    """The fields that the action takes under the same name."""

    def __init__(self, data: Any = None, *, file: ReferralFile, **kwargs: Any) -> None:
        self.file = file
        super().__init__(data, prefix=None, **kwargs)
        self.fields["version"].initial = file.referral.version
        self.offer_in_hand = next((offer for offer in file.offers if str(offer.pk) == self._offer_id()), None)
        self.fields["offer"].initial = self.offer_in_hand.pk if self.offer_in_hand else None
        self.fit()

    def _offer_id(self) -> str:
        wanted = self.data.get("offer") or self.initial.get("offer")
        return str(wanted or (self.file.my_offer.pk if self.file.my_offer else ""))

    def fit(self) -> None:
        """Fill choices that depend on the referral."""

    @property
    def seen_version(self) -> int | None:
        """The version the person had before them."""
        try:
            return int(self.data.get("version", ""))
        except ValueError:
            return None

    @property
    def arguments(self) -> dict[str, Any]:
        """What the action is called with."""
        return {name: self.cleaned_data[name] for name in self.given}

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, to be shown when it cannot be sent any more."""
        shown = [(bound.label, bound.value()) for bound in self.visible_fields()]
        return [(str(label), value) for label, value in shown if isinstance(value, str) and value.strip()]


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = text("Reason", 1000)
    given = ("reason",)
