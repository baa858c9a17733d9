"""What the forms of care share: the version that the person saw, and how the answers become an action's arguments."""

from typing import Any, ClassVar, Protocol

from django import forms

from accounts.actors import Actor
from homefirst.models.history import Subject

LONGEST_WEEK = 168


class Held(Protocol):
    """Something that one actor has open: an episode, a follow-up, a package."""

    actor: Actor

    @property
    def subject(self) -> Subject: ...


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


def hours(label: str, *, required: bool = True, least: float = 0) -> forms.DecimalField:
    """Hours a week, to the tenth."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=least,
        max_value=LONGEST_WEEK,
        max_digits=5,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": "Enter the hours, like 7 or 3.5",
            "invalid": "Hours must be a number, like 7 or 3.5",
            "max_decimal_places": "Give hours to the tenth, like 3.5",
        },
    )


def number(label: str, least: int, most: int) -> forms.IntegerField:
    """A whole number."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter a number", "invalid": "Enter a whole number, like 2"},
    )


class CareForm(forms.Form):
    """An action needs the version seen; most need more."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    given: ClassVar[tuple[str, ...]] = ()
    """The fields that the action takes under the same name."""
    hints: ClassVar[dict[str, str]] = {}
    widths: ClassVar[dict[str, int]] = {}
    reveals: ClassVar[dict[str, dict[str, str]]] = {}
    """Which field a choice of another reveals."""

    def __init__(self, data: Any = None, *, held: Held, **kwargs: Any) -> None:
        self.held = held
        super().__init__(data, **kwargs)
        self.fields["version"].initial = held.subject.version
        self.fit()

    def fit(self) -> None:
        """Fill choices that depend on what is held."""

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

    def drawn(self) -> list[dict[str, Any]]:
        """Fields as the template draws them: what another reveals is drawn inside it."""
        inside = {name for shown in self.reveals.values() for name in shown.values()}
        return [
            {
                "bound": bound,
                "hint": self.hints.get(bound.name),
                "width": self.widths.get(bound.name),
                "reveal": {choice: self[name] for choice, name in self.reveals.get(bound.name, {}).items()},
            }
            for bound in self.visible_fields()
            if bound.name not in inside
        ]

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, to be shown when it cannot be sent any more."""
        shown = [(bound.label, bound.value()) for bound in self.visible_fields()]
        return [(str(label), value) for label, value in shown if isinstance(value, str) and value.strip()]


class NothingForm(CareForm):
    """Nothing to type."""
