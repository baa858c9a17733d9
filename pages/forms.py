"""What forms share: boxes for words, refusals beside their box, and the version that the person saw."""

from typing import Any, ClassVar, Protocol

from django import forms


class Refusal(Protocol):
    """Why something was refused, and which field that is about."""

    message: str
    field: str | None


def text(label: str, longest: int, *, required: bool = True, rows: int = 3, missing: str = "") -> forms.CharField:
    """A box for free text."""
    messages = {"required": missing} if missing else {}
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, error_messages=messages)


def one_of(label: str, choices: Any = (), *, required: bool = True, missing: str = "") -> forms.ChoiceField:
    """Radio buttons."""
    messages = {"required": missing} if missing else {}
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.RadioSelect, error_messages=messages
    )


def show_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal beside the box it is about, or above the form; `form.boxes` names boxes called otherwise."""
    box = getattr(form, "boxes", {}).get(refusal.field, refusal.field)
    form.add_error(box if box in form.fields else None, refusal.message)


class SeenForm(forms.Form):
    """A form about something that others may change meanwhile: it carries the version that the person saw."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    given: ClassVar[tuple[str, ...]] = ()
    """The fields that the action takes under the same name."""
    boxes: ClassVar[dict[str, str]] = {}
    """Which box shows a refusal that the action gives under another name."""

    def __init__(self, data: Any = None, *, current: int, **kwargs: Any) -> None:
        """`current` is the version that there is now."""
        super().__init__(data, **kwargs)
        self.fields["version"].initial = current
        self.fit()

    def fit(self) -> None:
        """Fill choices and boxes from what is known already."""

    @property
    def seen_version(self) -> int | None:
        """The version that the person had before them."""
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
